"""Which recordings stay and which go: legal holds, retention by age and by space, tombstones, signed days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from peewee import SqliteDatabase

from appliance.api.recorder import DayClosed, Removal
from appliance.api.recordings import Hold
from appliance.store import tables

DAY = 86_400.0
AT_ONCE = 200
"""Removals in one go; the recorder asks again within a minute."""
AGE, SPACE = "age", "space"
YOUNGEST = DAY
"""Seconds: for space, nothing goes that is younger. A disk that something else fills would eat every recording."""
_RECENT = 7

_NOT_HELD = """NOT EXISTS (SELECT 1 FROM recording_holds h WHERE h.name = r.name)
    AND NOT EXISTS (SELECT 1 FROM recording_holds h WHERE h.linkedid = r.linkedid)"""


@dataclass(frozen=True)
class Sums:
    """What is on the shelves: how many, bytes, the oldest's beginning, how many are held, bytes a day lately."""

    count: int
    size: int
    oldest: float | None
    held: int
    a_day: float | None


def due(database: SqliteDatabase, now: float, keep_days: int | None, to_free: int) -> tuple[Removal, ...]:
    """What has to go, never what is under legal hold.

    First what a person asked for, then what is older than `keep_days`, then the oldest until `to_free` bytes are free,
    but nothing of the last day.
    """
    asked = database.execute_sql(
        "SELECT r.name, r.unwanted FROM recordings r"  # noqa: S608 - a condition of this module; every value is bound
        f" WHERE r.unwanted IS NOT NULL AND r.removed IS NULL AND {_NOT_HELD} LIMIT ?",
        (AT_ONCE,),
    )
    removals = {name: Removal(name=name, why=why) for name, why in asked.fetchall()}
    born_before = None if keep_days is None else now - keep_days * DAY
    for name, started, size in _oldest(database):
        if len(removals) >= AT_ONCE:
            break
        too_old = born_before is not None and started < born_before
        if not too_old and (to_free <= 0 or started > now - YOUNGEST):
            break
        to_free -= size
        removals.setdefault(name, Removal(name=name, why=AGE if too_old else SPACE))
    return tuple(removals.values())


def _oldest(database: SqliteDatabase) -> Iterator[tuple[str, float, int]]:
    rows = database.execute_sql(
        f"SELECT r.name, r.started, r.size FROM recordings r WHERE r.removed IS NULL AND {_NOT_HELD}"  # noqa: S608 - as above
        " ORDER BY r.started, r.name LIMIT ?",
        (AT_ONCE,),
    )
    yield from rows.fetchall()


def oldest(database: SqliteDatabase) -> float | None:
    """When the oldest recording on the shelves was made."""
    row = tables.Recording
    asked = row.select(row.started).where(row.removed.is_null()).order_by(row.started).limit(1)
    return next((started for (started,) in asked.tuples().execute(database)), None)


def removed(database: SqliteDatabase, name: str, why: str, now: float) -> None:
    """The file is gone: its row becomes a tombstone."""
    row = tables.Recording
    row.update(removed=now, removed_why=why).where((row.name == name) & row.removed.is_null()).execute(database)


def unwanted(database: SqliteDatabase, name: str, why: str) -> None:
    """A person wants this recording gone."""
    row = tables.Recording
    row.update(unwanted=why).where(row.name == name).execute(database)


def hold(database: SqliteDatabase, wish: Hold, by: str, now: float) -> bool:
    """Begin or end a legal hold; False when there was none to end."""
    row = tables.RecordingHold
    if wish.off:
        this = row.name == wish.name if wish.name is not None else row.linkedid == wish.linkedid
        return bool(row.delete().where(this).execute(database))
    row.insert(name=wish.name, linkedid=wish.linkedid, at=now, by=by, why=wish.why).on_conflict_ignore().execute(
        database
    )
    return True


def held(database: SqliteDatabase, name: str) -> bool:
    """Whether a recording is under legal hold, by itself or by its call."""
    sql = f"SELECT 1 FROM recordings r WHERE r.name = ? AND NOT ({_NOT_HELD})"  # noqa: S608 - as above
    return database.execute_sql(sql, (name,)).fetchone() is not None


def sums(database: SqliteDatabase, now: float) -> Sums:
    """What is on the shelves now."""
    count, size, oldest = database.execute_sql(
        "SELECT COUNT(*), TOTAL(size), MIN(started) FROM recordings WHERE removed IS NULL"
    ).fetchone()
    (under_hold,) = database.execute_sql(
        "SELECT COUNT(*) FROM recordings r WHERE r.removed IS NULL"
        " AND (r.name IN (SELECT name FROM recording_holds WHERE name IS NOT NULL)"
        " OR r.linkedid IN (SELECT linkedid FROM recording_holds WHERE linkedid IS NOT NULL))"
    ).fetchone()
    lately, since = database.execute_sql(
        "SELECT TOTAL(size), MIN(started) FROM recordings WHERE started >= ?", (now - _RECENT * DAY,)
    ).fetchone()
    days = max(1.0, (now - since) / DAY) if since is not None else None
    return Sums(count, int(size), oldest, under_hold, lately / days if days else None)


def day_closed(database: SqliteDatabase, said: DayClosed, now: float) -> None:
    """Keep a signed day's hash; the same said twice changes nothing."""
    row = tables.ManifestHash
    row.insert(**said.model_dump(), at=now).on_conflict_ignore().execute(database)


def closed_days(database: SqliteDatabase) -> tuple[DayClosed, ...]:
    """Every signed day that core heard of, oldest first."""
    row = tables.ManifestHash
    asked = row.select(row.day, row.count, row.sha256, row.signer).order_by(row.day)
    return tuple(DayClosed(**said) for said in asked.dicts().execute(database))
