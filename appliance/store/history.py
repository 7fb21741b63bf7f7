"""What the ingest writes: raw events, read positions, and the calls folded from them.

The writes run inside the caller's transaction, so that a position never tells of lines that
are not stored, nor the other way round. Plain SQL: these are the hot paths.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from appliance.api.contract import Call, Leg, TimelineEvent

_AT_ONCE = 500
"""Values in one IN (...): well below SQLite's limit of parameters."""

_CALL_COLUMNS = tuple(name for name in Call.model_fields if name != "recordings")
_LEG_COLUMNS = tuple(Leg.model_fields)


class RawEvent(NamedTuple):
    """A log line as it is stored. `linkedid` is None when the line's call is not known;
    `data` is a JSON list."""

    linkedid: str | None
    uniqueid: str | None
    at: float
    source: str
    type: str
    data: str


@dataclass(frozen=True)
class StoredPosition:
    """How far a file has been read, in bytes; `skipped` counts its lines without sense."""

    inode: int
    offset: int
    head: str
    written: float
    skipped: int


def _many(database: SqliteDatabase, sql: str, rows: Iterable[Sequence[Any]]) -> None:
    database.connection().executemany(sql, rows)


def _chunks(values: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    everything = sorted(values)
    for start in range(0, len(everything), _AT_ONCE):
        chunk = everything[start : start + _AT_ONCE]
        yield ",".join("?" * len(chunk)), chunk


def positions(database: SqliteDatabase) -> dict[str, StoredPosition]:
    """Where reading stopped, by the file's role."""
    rows = database.execute_sql('SELECT role, inode, "offset", head, written, skipped FROM positions')
    return {row[0]: StoredPosition(*row[1:]) for row in rows}


def put_position(database: SqliteDatabase, role: str, position: StoredPosition) -> None:
    """Remember where reading stopped."""
    database.execute_sql(
        'INSERT INTO positions (role, inode, "offset", head, written, skipped) VALUES (?, ?, ?, ?, ?, ?)'
        ' ON CONFLICT (role) DO UPDATE SET inode = excluded.inode, "offset" = excluded."offset",'
        " head = excluded.head, written = excluded.written, skipped = excluded.skipped",
        (role, position.inode, position.offset, position.head, position.written, position.skipped),
    )


def learn_channels(database: SqliteDatabase, channels: dict[str, str]) -> set[str]:
    """Keep which call each channel (uniqueid -> linkedid) belongs to; what was known stays.

    Lines that waited for one of the channels join its call; gives the linkedids of those calls.
    """
    _many(database, "INSERT INTO channels (uniqueid, linkedid) VALUES (?, ?) ON CONFLICT DO NOTHING", channels.items())
    touched: set[str] = set()
    for marks, chunk in _chunks(channels):
        rows = database.execute_sql(
            "UPDATE events SET linkedid = (SELECT linkedid FROM channels c WHERE c.uniqueid = events.uniqueid)"  # noqa: S608 - `?`s
            f" WHERE linkedid IS NULL AND uniqueid IN ({marks}) RETURNING linkedid",
            chunk,
        )
        touched.update(row[0] for row in rows.fetchall())
    return touched


def join_calls(database: SqliteDatabase, channels: dict[str, str], nobodys: str) -> None:
    """Lines of a channel that was nobody's call go where it is now (uniqueid -> linkedid).

    `nobodys` is the type of the line that says so, which stays behind. Who dials a code to take a parked or ringing
    call is answered, and may be in its bridge, before Asterisk gives it the call's linkedid.
    """
    known = calls_of_channels(database, channels)
    for uniqueid, linkedid in channels.items():
        if known.get(uniqueid) != uniqueid or linkedid == uniqueid:
            continue
        came = "SELECT 1 FROM events WHERE linkedid = ? AND type = ?"
        if database.execute_sql(came, (uniqueid, nobodys)).fetchone() is None:
            continue
        database.execute_sql(
            "UPDATE events SET linkedid = ? WHERE linkedid = ? AND type NOT IN (?, 'LINKEDID_END')",
            (linkedid, uniqueid, nobodys),
        )
        database.execute_sql("UPDATE channels SET linkedid = ? WHERE uniqueid = ?", (linkedid, uniqueid))


def calls_of_channels(database: SqliteDatabase, uniqueids: Iterable[str]) -> dict[str, str]:
    """The linkedid of each channel that is known."""
    known: dict[str, str] = {}
    for marks, chunk in _chunks(set(uniqueids)):
        known.update(
            database.execute_sql(
                f"SELECT uniqueid, linkedid FROM channels WHERE uniqueid IN ({marks})",  # noqa: S608 - marks are `?`s
                chunk,
            )
        )
    return known


def add_events(database: SqliteDatabase, events: Iterable[RawEvent]) -> None:
    """Store log lines in the order of their file."""
    _many(database, "INSERT INTO events (linkedid, uniqueid, at, source, type, data) VALUES (?, ?, ?, ?, ?, ?)", events)


def events_of(database: SqliteDatabase, linkedids: Iterable[str]) -> dict[str, list[RawEvent]]:
    """All stored lines of these calls, in the order of their files."""
    found: dict[str, list[RawEvent]] = {}
    for marks, chunk in _chunks(linkedids):
        rows = database.execute_sql(
            f"SELECT linkedid, uniqueid, at, source, type, data FROM events WHERE linkedid IN ({marks}) ORDER BY id",  # noqa: S608 - marks are `?`s
            chunk,
        )
        for row in rows:
            found.setdefault(row[0], []).append(RawEvent(*row))
    return found


def first_restart_after(database: SqliteDatabase, at: float) -> float | None:
    """When Asterisk first started anew after `at`; None when it did not."""
    row = database.execute_sql("SELECT min(at) FROM events WHERE type = 'QUEUESTART' AND at > ?", (at,)).fetchone()
    restarted: float | None = row[0]
    return restarted


def calls_up(database: SqliteDatabase, before: float) -> set[str]:
    """Calls that began before `before` and have not ended."""
    rows = database.execute_sql("SELECT linkedid FROM calls WHERE outcome IS NULL AND started < ?", (before,))
    return {row[0] for row in rows}


def put_calls(database: SqliteDatabase, calls: Sequence[tuple[Call, Sequence[TimelineEvent], Sequence[Leg]]]) -> None:
    """Write calls with their timelines and legs in place of what was there."""
    columns = ", ".join(_CALL_COLUMNS)
    updates = ", ".join(f"{name} = excluded.{name}" for name in _CALL_COLUMNS[1:])
    _many(
        database,
        f"INSERT INTO calls ({columns}) VALUES ({', '.join('?' * len(_CALL_COLUMNS))})"  # noqa: S608 - our own names
        f" ON CONFLICT (linkedid) DO UPDATE SET {updates}",
        ([getattr(call, name) for name in _CALL_COLUMNS] for call, _, _ in calls),
    )
    _many(
        database,
        "INSERT INTO timelines (linkedid, events) VALUES (?, ?)"
        " ON CONFLICT (linkedid) DO UPDATE SET events = excluded.events",
        (
            (
                call.linkedid,
                json.dumps([(e.at, e.what, e.detail) for e in timeline], ensure_ascii=False, separators=(",", ":")),
            )
            for call, timeline, _ in calls
        ),
    )
    _many(database, "DELETE FROM legs WHERE linkedid = ?", ((call.linkedid,) for call, _, _ in calls))
    _many(
        database,
        f"INSERT INTO legs (linkedid, position, {', '.join(_LEG_COLUMNS)})"  # noqa: S608 - our own names
        f" VALUES (?, ?{', ?' * len(_LEG_COLUMNS)})",
        (
            (call.linkedid, position, *(getattr(leg, name) for name in _LEG_COLUMNS))
            for call, _, legs in calls
            for position, leg in enumerate(legs)
        ),
    )
