"""How each leg over SIP sounded."""

from __future__ import annotations

from peewee import SqliteDatabase

STATEMENTS = (
    # `contract.LegQuality`; `party` is a phone's number or a trunk's name.
    """CREATE TABLE leg_quality (
        linkedid TEXT NOT NULL,
        position INTEGER NOT NULL,
        at REAL NOT NULL,
        channel TEXT NOT NULL,
        party TEXT NOT NULL,
        trunk INTEGER NOT NULL,
        codec TEXT NOT NULL,
        from_loss REAL,
        from_jitter REAL,
        from_mos REAL,
        to_loss REAL,
        to_jitter REAL,
        to_mos REAL,
        round_trip REAL,
        mos REAL,
        PRIMARY KEY (linkedid, position)
    ) STRICT, WITHOUT ROWID""",
    # Every question but a call's own is about a period, and needs these columns only.
    """CREATE INDEX leg_quality_by_time
        ON leg_quality (at, party, trunk, mos, from_loss, to_loss, from_jitter, to_jitter, round_trip)""",
)


def up(migrator: object, db: SqliteDatabase) -> None:
    """Add it; the runner holds the transaction."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
