"""The first schema: raw events, calls and their stories, recordings, candidate, operation log."""

from __future__ import annotations

from peewee import SqliteDatabase

STATEMENTS = (
    # What Asterisk's logs said, line by line. `linkedid` is NULL for lines of no call, and for
    # queue log lines whose channel is not known yet (those keep the channel in `uniqueid`).
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        linkedid TEXT,
        uniqueid TEXT,
        at REAL NOT NULL,
        source TEXT NOT NULL,
        type TEXT NOT NULL,
        data TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX events_of_call ON events (linkedid) WHERE linkedid IS NOT NULL",
    "CREATE INDEX events_waiting ON events (uniqueid) WHERE linkedid IS NULL AND uniqueid IS NOT NULL",
    "CREATE INDEX events_restarts ON events (at) WHERE type = 'QUEUESTART'",
    # Which call a channel belongs to, as CEL first told.
    """CREATE TABLE channels (
        uniqueid TEXT PRIMARY KEY,
        linkedid TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # How far each log file has been read; changed in the transaction that stores what was read.
    """CREATE TABLE positions (
        role TEXT PRIMARY KEY,
        inode INTEGER NOT NULL,
        "offset" INTEGER NOT NULL,
        head TEXT NOT NULL,
        written REAL NOT NULL,
        skipped INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE calls (
        linkedid TEXT PRIMARY KEY,
        started REAL NOT NULL,
        ended REAL,
        direction TEXT NOT NULL,
        caller TEXT NOT NULL,
        caller_name TEXT NOT NULL,
        called TEXT NOT NULL,
        trunk TEXT,
        menu_path TEXT NOT NULL,
        queue TEXT,
        agent TEXT,
        waited REAL,
        talked REAL NOT NULL,
        held REAL NOT NULL,
        outcome TEXT,
        hangup_cause INTEGER
    ) STRICT""",
    # caller and called ride along so that a search for a piece of a number reads this index only
    "CREATE INDEX calls_by_time ON calls (started, linkedid, caller, called)",
    "CREATE INDEX calls_by_queue ON calls (queue, started, linkedid) WHERE queue IS NOT NULL",
    "CREATE INDEX calls_by_agent ON calls (agent, started, linkedid) WHERE agent IS NOT NULL",
    "CREATE INDEX calls_by_outcome ON calls (outcome, started, linkedid)",
    """CREATE TABLE legs (
        linkedid TEXT NOT NULL REFERENCES calls ON DELETE CASCADE,
        position INTEGER NOT NULL,
        channel TEXT NOT NULL,
        to_channel TEXT NOT NULL,
        started REAL NOT NULL,
        answered REAL,
        ended REAL NOT NULL,
        disposition TEXT NOT NULL,
        PRIMARY KEY (linkedid, position)
    ) STRICT, WITHOUT ROWID""",
    # JSON list of [at, what, detail]; kept beside the calls so that raw events may go one day.
    """CREATE TABLE timelines (
        linkedid TEXT PRIMARY KEY REFERENCES calls ON DELETE CASCADE,
        events TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # No reference to calls: the recorder may be ahead of the ingest.
    """CREATE TABLE recordings (
        name TEXT PRIMARY KEY,
        linkedid TEXT NOT NULL,
        started REAL NOT NULL,
        duration REAL NOT NULL,
        size INTEGER NOT NULL,
        sha256 TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX recordings_of_call ON recordings (linkedid)",
    """CREATE TABLE candidate (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        toml TEXT NOT NULL,
        base INTEGER,
        author TEXT NOT NULL,
        at REAL NOT NULL
    ) STRICT""",
    """CREATE TABLE oplog (
        number INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        by TEXT NOT NULL,
        role TEXT NOT NULL,
        method TEXT NOT NULL,
        detail TEXT NOT NULL,
        result TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE oplog_head (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        rows INTEGER NOT NULL,
        hash TEXT NOT NULL
    ) STRICT""",
    "INSERT INTO oplog_head (id, rows, hash) VALUES (1, 0, '')",
    """CREATE TRIGGER oplog_is_not_changed BEFORE UPDATE ON oplog
        BEGIN SELECT RAISE(ABORT, 'the operation log is only added to'); END""",
    """CREATE TRIGGER oplog_is_not_shortened BEFORE DELETE ON oplog
        BEGIN SELECT RAISE(ABORT, 'the operation log is only added to'); END""",
)


def up(migrator: object, db: SqliteDatabase) -> None:
    """Create everything; the runner holds the transaction."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
