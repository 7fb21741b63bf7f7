"""How legs sounded: written by the ingest, asked for by call, by party and by day.

A leg of which nothing is known is kept, but counts nowhere: "not known" is neither good nor bad.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import fmean, median

from peewee import SqliteDatabase

from appliance.api.contract import LegQuality
from appliance.api.quality import BAD_MOS, DayQuality, PartyQuality

_COLUMNS = tuple(LegQuality.model_fields)


def put(database: SqliteDatabase, calls: Mapping[str, Sequence[LegQuality]]) -> None:
    """Write the legs of calls in place of what was there, within the caller's transaction."""
    connection = database.connection()
    connection.executemany("DELETE FROM leg_quality WHERE linkedid = ?", ((linkedid,) for linkedid in calls))
    connection.executemany(
        f"INSERT INTO leg_quality (linkedid, position, {', '.join(_COLUMNS)})"  # noqa: S608 - our own names
        f" VALUES (?, ?{', ?' * len(_COLUMNS)})",
        (
            (linkedid, position, *(getattr(leg, name) for name in _COLUMNS))
            for linkedid, legs in calls.items()
            for position, leg in enumerate(legs)
        ),
    )


def of_call(database: SqliteDatabase, linkedid: str) -> tuple[LegQuality, ...]:
    """The legs of one call, in the order in which they ended."""
    rows = database.execute_sql(
        f"SELECT {', '.join(_COLUMNS)} FROM leg_quality WHERE linkedid = ? ORDER BY position",  # noqa: S608 - our own names
        (linkedid,),
    )
    return tuple(LegQuality(**dict(zip(_COLUMNS, row, strict=True))) for row in rows)


def parties(database: SqliteDatabase, since: float, until: float) -> tuple[PartyQuality, ...]:
    """Every phone and trunk with legs that ended in a period, the worst median first, the unknown last."""
    rows = database.execute_sql(
        "SELECT party, trunk, mos, from_loss, to_loss, from_jitter, to_jitter, round_trip FROM leg_quality"
        " WHERE at >= ? AND at < ?",
        (since, until),
    )
    found: dict[tuple[str, bool], list[tuple[float | None, ...]]] = defaultdict(list)
    for party, trunk, *figures in rows:
        found[party, bool(trunk)].append(tuple(figures))
    told = [_party(party, trunk, legs) for (party, trunk), legs in found.items()]
    return tuple(sorted(told, key=lambda one: (one.mos is None, one.mos, -one.legs, one.party)))


def last(database: SqliteDatabase, since: float, legs: int) -> dict[tuple[str, bool], list[float]]:
    """The newest known MOS of each phone and trunk (`True`) since then, so many at most."""
    rows = database.execute_sql(
        "SELECT party, trunk, mos FROM leg_quality WHERE at >= ? AND mos IS NOT NULL ORDER BY at DESC", (since,)
    )
    found: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for party, trunk, mos in rows:
        if len(newest := found[party, bool(trunk)]) < legs:
            newest.append(mos)
    return dict(found)


def days(database: SqliteDatabase, begins: Sequence[float], party: str | None, trunk: bool) -> tuple[DayQuality, ...]:
    """One figure for each day; `begins` are when the days begin and, last, when the last one ends."""
    return tuple(_day(database, *span, party, trunk) for span in pairwise(begins))


def _day(database: SqliteDatabase, begin: float, end: float, party: str | None, trunk: bool) -> DayQuality:
    query = "SELECT mos FROM leg_quality WHERE at >= ? AND at < ?"
    asked: list[object] = [begin, end]
    if party is not None:
        query += " AND party = ? AND trunk = ?"
        asked += [party, trunk]
    rows = database.execute_sql(query, asked).fetchall()
    known = _known(mos for (mos,) in rows)
    return DayQuality(
        begin=begin,
        legs=len(rows),
        known=len(known),
        mos=median(known) if known else None,
        bad=sum(mos < BAD_MOS for mos in known),
    )


def _party(party: str, trunk: bool, legs: Sequence[tuple[float | None, ...]]) -> PartyQuality:
    mos, from_loss, to_loss, from_jitter, to_jitter, trips = (_known(column) for column in zip(*legs, strict=True))
    return PartyQuality(
        party=party,
        trunk=trunk,
        legs=len(legs),
        known=len(mos),
        mos=median(mos) if mos else None,
        worst=min(mos, default=None),
        bad=sum(one < BAD_MOS for one in mos),
        from_loss=_mean(from_loss),
        to_loss=_mean(to_loss),
        from_jitter=_mean(from_jitter),
        to_jitter=_mean(to_jitter),
        round_trip=_mean(trips),
    )


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None
