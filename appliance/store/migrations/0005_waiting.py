"""Calls that call somebody back, and who has taken which abandoned caller to call back."""

from __future__ import annotations

from peewee import SqliteDatabase

STATEMENTS = (
    # The linkedid of the call whose caller asked for it.
    "ALTER TABLE calls ADD COLUMN calls_back TEXT",
    "CREATE INDEX calls_back ON calls (calls_back) WHERE calls_back IS NOT NULL",
    # `linkedid` is the caller's last abandoned call: who abandons again may be taken again.
    """CREATE TABLE abandoned_taken (
        linkedid TEXT PRIMARY KEY,
        agent TEXT NOT NULL,
        at REAL NOT NULL
    ) STRICT, WITHOUT ROWID""",
)


def up(migrator: object, db: SqliteDatabase) -> None:
    """Add both; the runner holds the transaction."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
