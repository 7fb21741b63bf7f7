"""What an audit asks of the database: every recording there should be, and every call that should have one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from peewee import SqliteDatabase

from appliance.site.exchange import RECORDING_SUFFIX
from appliance.store import tables

_AT_ONCE = 500
_RECORDING = "recording"
"""The timeline's word whose detail is the raw file's name."""


@dataclass(frozen=True)
class Known:
    """A recording as the database has it; `opus_sha256` is empty for the WAV of an earlier version."""

    name: str
    linkedid: str
    started: float
    size: int
    sha256: str
    opus_sha256: str
    cut_short: bool
    removed: bool


def known(database: SqliteDatabase, since: float, until: float) -> Iterator[tuple[Known, ...]]:
    """Recordings that began in this time, oldest first, some at once."""
    row, last = tables.Recording, (since, "")
    while True:
        asked = (
            row.select()
            .where(
                ((row.started > last[0]) | ((row.started == last[0]) & (row.name > last[1]))) & (row.started < until)
            )
            .order_by(row.started, row.name)
            .limit(_AT_ONCE)
        )
        page = tuple(
            Known(
                said["name"],
                said["linkedid"],
                said["started"],
                said["size"],
                said["sha256"],
                said["opus_sha256"] or "",
                bool(said["cut_short"]),
                said["removed"] is not None,
            )
            for said in asked.dicts().execute(database)
        )
        if not page:
            return
        yield page
        last = (page[-1].started, page[-1].name)


def by_name(database: SqliteDatabase, names: Sequence[str]) -> dict[str, str]:
    """SHA-256 of these recordings, as the database has it."""
    row = tables.Recording
    found: dict[str, str] = {}
    for at in range(0, len(names), _AT_ONCE):
        asked = row.select(row.name, row.sha256).where(row.name.in_(names[at : at + _AT_ONCE]))
        found.update(asked.tuples().execute(database))
    return found


def promised(database: SqliteDatabase, since: float, until: float) -> Iterator[tuple[str, str]]:
    """Calls that ended in this time and whose recording began, with the stem of its file: `LINKEDID-N`."""
    last = (since, "")
    while True:
        rows = database.execute_sql(
            "SELECT c.started, c.linkedid, t.events FROM calls c JOIN timelines t ON t.linkedid = c.linkedid"
            " WHERE (c.started, c.linkedid) > (?, ?) AND c.started < ? AND c.ended IS NOT NULL"
            " ORDER BY c.started, c.linkedid LIMIT ?",
            (*last, until, _AT_ONCE),
        ).fetchall()
        if not rows:
            return
        for _, linkedid, events in rows:
            for _, what, detail in json.loads(events):
                if what == _RECORDING:
                    yield linkedid, detail.removesuffix(RECORDING_SUFFIX)
        last = rows[-1][:2]


def stems_of_call(database: SqliteDatabase, linkedid: str) -> frozenset[str]:
    """The recordings that arrived of a call: `LINKEDID-N` each."""
    row = tables.Recording
    names = row.select(row.name).where(row.linkedid == linkedid).tuples().execute(database)
    return frozenset(PurePosixPath(name).name.partition(".opus")[0].removesuffix(".wav") for (name,) in names)
