"""Recordings complete: what was compressed, what is held, noted, heard and removed; the site's key; signed days."""

from __future__ import annotations

from peewee import SqliteDatabase

STATEMENTS = (
    # Of the sound as it was before it was sealed; NULL for the WAV files of earlier versions.
    "ALTER TABLE recordings ADD COLUMN opus_size INTEGER",
    "ALTER TABLE recordings ADD COLUMN opus_sha256 TEXT",
    "ALTER TABLE recordings ADD COLUMN cut_short INTEGER NOT NULL DEFAULT 0",
    # A person wants it gone; the recorder has not done it yet.
    "ALTER TABLE recordings ADD COLUMN unwanted TEXT",
    # The tombstone: the file is gone, its row tells when and why.
    "ALTER TABLE recordings ADD COLUMN removed REAL",
    "ALTER TABLE recordings ADD COLUMN removed_why TEXT",
    # What lists, sums and retention ask for rides along: they read these indexes only.
    "CREATE INDEX recordings_by_time ON recordings (started, name, linkedid, duration)",
    "CREATE INDEX recordings_there ON recordings (started, name, linkedid, size) WHERE removed IS NULL",
    "CREATE INDEX recordings_unwanted ON recordings (name) WHERE unwanted IS NOT NULL AND removed IS NULL",
    # One of name and linkedid is set: a recording, or all of a call's.
    """CREATE TABLE recording_holds (
        id INTEGER PRIMARY KEY,
        name TEXT,
        linkedid TEXT,
        at REAL NOT NULL,
        by TEXT NOT NULL,
        why TEXT NOT NULL
    ) STRICT""",
    "CREATE UNIQUE INDEX recording_holds_of_name ON recording_holds (name) WHERE name IS NOT NULL",
    "CREATE UNIQUE INDEX recording_holds_of_call ON recording_holds (linkedid) WHERE linkedid IS NOT NULL",
    """CREATE TABLE recording_notes (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        at REAL,
        text TEXT NOT NULL,
        by TEXT NOT NULL,
        written REAL NOT NULL
    ) STRICT""",
    "CREATE INDEX recording_notes_of_name ON recording_notes (name)",
    """CREATE TABLE recording_tags (
        tag TEXT NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (tag, name)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX recording_tags_of_name ON recording_tags (name)",
    # The operation log has each of these too; here they are found by recording.
    """CREATE TABLE recording_accesses (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        at REAL NOT NULL,
        by TEXT NOT NULL,
        what TEXT NOT NULL,
        why TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX recording_accesses_of_name ON recording_accesses (name)",
    # Keys in hexadecimal digits; the private one is nowhere but sealed in slots.
    """CREATE TABLE recording_key (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        public TEXT NOT NULL,
        made REAL NOT NULL,
        by TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE recording_slots (
        login TEXT PRIMARY KEY,
        asked REAL NOT NULL,
        admitted REAL,
        by TEXT NOT NULL,
        slot TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE manifests (
        day TEXT PRIMARY KEY,
        "count" INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        signer TEXT NOT NULL,
        at REAL NOT NULL
    ) STRICT""",
)


def up(migrator: object, db: SqliteDatabase) -> None:
    """Add everything; the runner holds the transaction."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
