"""What the caller said of the call, and an index by which the figures of menus are found."""

from __future__ import annotations

from peewee import SqliteDatabase

STATEMENTS = (
    # 1 to 5; NULL when the caller was not asked or said nothing.
    "ALTER TABLE calls ADD COLUMN score INTEGER",
    "CREATE INDEX calls_scored ON calls (started, agent, queue, score) WHERE score IS NOT NULL",
    # The marks of menus (`appliance.site.exchange.Mark`), by time.
    "CREATE INDEX events_of_menus ON events (at, linkedid, type, data) WHERE type IN"
    " ('BB_MENU', 'BB_CHOICE', 'BB_NO_INPUT', 'BB_WRONG_INPUT', 'BB_MENU_LEFT')",
)


def up(migrator: object, db: SqliteDatabase) -> None:
    """Add them; the runner holds the transaction."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
