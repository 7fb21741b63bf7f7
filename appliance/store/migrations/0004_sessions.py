"""What agents were to the queues, from when to when: signed in, busy and why, in wrap-up."""

from __future__ import annotations

from peewee import SqliteDatabase

STATEMENTS = (
    # `state` is signed-in or paused; a pause has a reason. An open span has no end, and an agent one of each at most.
    """CREATE TABLE agent_spans (
        id INTEGER PRIMARY KEY,
        agent TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        began REAL NOT NULL,
        ended REAL
    ) STRICT""",
    "CREATE UNIQUE INDEX agent_spans_open ON agent_spans (agent, state) WHERE ended IS NULL",
    "CREATE INDEX agent_spans_by_time ON agent_spans (agent, began)",
    # The queues that an agent is signed in to now: the last one left ends the session.
    """CREATE TABLE agent_places (
        agent TEXT NOT NULL,
        queue TEXT NOT NULL,
        PRIMARY KEY (agent, queue)
    ) STRICT, WITHOUT ROWID""",
)


def up(migrator: object, db: SqliteDatabase) -> None:
    """Add both; the runner holds the transaction."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
