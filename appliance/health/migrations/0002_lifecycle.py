"""Who acknowledged and owns an alarm, what explains it, how often it flapped; notes; values over time."""

from __future__ import annotations

from peewee import SqliteDatabase

STATEMENTS = (
    "ALTER TABLE alarms ADD COLUMN check_key TEXT NOT NULL DEFAULT ''",
    "UPDATE alarms SET check_key = key",
    "ALTER TABLE alarms ADD COLUMN label TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE alarms ADD COLUMN rank INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE alarms ADD COLUMN extent REAL NOT NULL DEFAULT 0",
    "ALTER TABLE alarms ADD COLUMN flaps INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE alarms ADD COLUMN cause INTEGER REFERENCES alarms (id) ON DELETE SET NULL",
    "ALTER TABLE alarms ADD COLUMN owner TEXT",
    "ALTER TABLE alarms ADD COLUMN acknowledged REAL",
    "ALTER TABLE alarms ADD COLUMN acknowledged_by TEXT",
    "ALTER TABLE alarms ADD COLUMN known_rank INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE alarms ADD COLUMN known_extent REAL NOT NULL DEFAULT 0",
    "CREATE INDEX alarms_cause ON alarms (cause) WHERE cause IS NOT NULL",
    """CREATE TABLE notes (
        id INTEGER PRIMARY KEY,
        alarm INTEGER NOT NULL REFERENCES alarms (id) ON DELETE CASCADE,
        at REAL NOT NULL,
        by TEXT NOT NULL,
        text TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX notes_alarm ON notes (alarm)",
    "CREATE TABLE words (key TEXT PRIMARY KEY, word TEXT NOT NULL) STRICT",
    "CREATE TABLE figures (key TEXT, at REAL, value REAL NOT NULL, PRIMARY KEY (key, at)) STRICT, WITHOUT ROWID",
)


def up(migrator: object, db: SqliteDatabase) -> None:
    """Add it; the runner holds the transaction."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
