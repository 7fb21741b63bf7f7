"""The first schema: alarms."""

from __future__ import annotations

from peewee import SqliteDatabase

STATEMENTS = (
    """CREATE TABLE alarms (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL,
        severity TEXT NOT NULL,
        since REAL NOT NULL,
        cleared REAL,
        problem TEXT NOT NULL
    ) STRICT""",
    "CREATE UNIQUE INDEX alarms_open ON alarms (key) WHERE cleared IS NULL",
)


def up(migrator: object, db: SqliteDatabase) -> None:
    """Create everything; the runner holds the transaction."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
