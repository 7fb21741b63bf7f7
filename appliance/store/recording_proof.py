"""What an audit asks of the database: every recording there should be, and every call that should have one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from peewee import SqliteDatabase

from appliance.site.exchange import RECORDING_SUFFIX
from appliance.store import tables
from appliance.store.recordings import CUT_SHORT

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
    last = (since, "")
    while True:
        rows = database.execute_sql(
            f"SELECT r.name, r.linkedid, r.started, r.size, r.sha256, r.opus_sha256, {CUT_SHORT}, r.removed"  # noqa: S608 - an expression of ours; every value is bound
            " FROM recordings r LEFT JOIN calls c ON c.linkedid = r.linkedid"
            " WHERE (r.started, r.name) > (?, ?) AND r.started < ? ORDER BY r.started, r.name LIMIT ?",
            (*last, until, _AT_ONCE),
        ).fetchall()
        if not rows:
            return
        yield tuple(
            Known(name, linkedid, started, size, sha256, opus_sha256 or "", bool(cut_short), removed is not None)
            for name, linkedid, started, size, sha256, opus_sha256, cut_short, removed in rows
        )
        last = (rows[-1][2], rows[-1][0])


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
