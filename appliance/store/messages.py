"""What was done about messages that callers left."""

from __future__ import annotations

from dataclasses import dataclass

from peewee import SqliteDatabase

_COLUMNS = "heard, heard_by, taken, taken_by, done, done_by, note"


@dataclass(frozen=True)
class Care:
    """What was done about one message; times are epoch seconds."""

    heard: float | None = None
    heard_by: str = ""
    taken: float | None = None
    taken_by: str = ""
    done: float | None = None
    done_by: str = ""
    note: str = ""


def care(database: SqliteDatabase) -> dict[str, Care]:
    """By the message's id."""
    rows = database.execute_sql(f"SELECT id, {_COLUMNS} FROM messages")  # noqa: S608  (our own names)
    return {row[0]: Care(*row[1:]) for row in rows}


def heard(database: SqliteDatabase, message: str, by: str, at: float) -> None:
    """Somebody heard it; the first one stays written down."""
    database.execute_sql(
        "INSERT INTO messages (id, heard, heard_by) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE"
        " SET heard = excluded.heard, heard_by = excluded.heard_by WHERE heard IS NULL",
        (message, at, by),
    )


def take(database: SqliteDatabase, message: str, by: str, at: float) -> bool:
    """Somebody takes care of it; False while another one does."""
    done = database.execute_sql(
        "INSERT INTO messages (id, taken, taken_by) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE"
        " SET taken = excluded.taken, taken_by = excluded.taken_by WHERE taken_by IN ('', excluded.taken_by)",
        (message, at, by),
    )
    return bool(done.rowcount)


def leave(database: SqliteDatabase, message: str) -> None:
    """Nobody takes care of it any more."""
    database.execute_sql("UPDATE messages SET taken = NULL, taken_by = '' WHERE id = ?", (message,))


def done(database: SqliteDatabase, message: str, by: str, at: float, note: str) -> None:
    """It is done."""
    database.execute_sql(
        "INSERT INTO messages (id, done, done_by, note) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
        " SET done = excluded.done, done_by = excluded.done_by, note = excluded.note",
        (message, at, by, note),
    )


def forget(database: SqliteDatabase, message: str) -> None:
    """The message is gone."""
    database.execute_sql("DELETE FROM messages WHERE id = ?", (message,))
