"""What was done about messages that callers left."""

from __future__ import annotations

from peewee import SqliteDatabase

# `id` is Asterisk's `msg_id`; the message itself is a file of Asterisk's.
STATEMENT = """CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    heard REAL,
    heard_by TEXT NOT NULL DEFAULT '',
    taken REAL,
    taken_by TEXT NOT NULL DEFAULT '',
    done REAL,
    done_by TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID"""


def up(migrator: object, db: SqliteDatabase) -> None:
    """Add it; the runner holds the transaction."""
    db.execute_sql(STATEMENT)
