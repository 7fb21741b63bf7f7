"""How drills went."""

from __future__ import annotations

from peewee import SqliteDatabase

# `problem` is JSON of a Problem, empty when it passed; `figures` is JSON.
STATEMENT = """CREATE TABLE drills (
    id INTEGER PRIMARY KEY,
    drill TEXT NOT NULL,
    label TEXT NOT NULL,
    kind TEXT NOT NULL,
    began REAL NOT NULL,
    ended REAL NOT NULL,
    by TEXT NOT NULL,
    problem TEXT NOT NULL,
    figures TEXT NOT NULL
) STRICT"""
BY_DRILL = "CREATE INDEX drills_by_drill ON drills (drill, id)"


def up(migrator: object, db: SqliteDatabase) -> None:
    """Add it; the runner holds the transaction."""
    db.execute_sql(STATEMENT)
    db.execute_sql(BY_DRILL)
