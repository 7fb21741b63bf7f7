"""Questions about finished and running calls.

Measured with a million rows: the indexes of `migrations/0001_first.py` answer each page
without sorting. A piece of a number is searched along the newest-first index, which carries
caller and called, so only matching rows are read from the table.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

from peewee import SQL, Expression, NodeList, SqliteDatabase, Tuple, fn

from appliance.api.contract import Call, CallDetail, CallFilter, CallPage, Direction, Leg, Outcome, TimelineEvent, Today
from appliance.site.problems import BranchboxError, Problem
from appliance.store import quality, recordings, tables


def _cursor(call: Call) -> str:
    return f"{call.started!r}/{call.linkedid}"


def _after(cursor: str) -> tuple[float, str]:
    started, _, linkedid = cursor.partition("/")
    try:
        return float(started), linkedid
    except ValueError:
        raise BranchboxError(
            Problem(text="The list cannot continue from {cursor}. Start it again.", args={"cursor": cursor})
        ) from None


def _count_recordings() -> Any:
    return (
        tables.Recording.select(fn.COUNT(tables.Recording.name))
        .where((tables.Recording.linkedid == tables.Call.linkedid) & tables.Recording.removed.is_null())
        .alias("recordings")
    )


def _query(wanted: CallFilter, *, tail: bool) -> Any:
    call = tables.Call
    query = call.select(call, _count_recordings()).order_by(call.started.desc(), call.linkedid.desc())
    if wanted.before is not None:
        query = query.where(Tuple(call.started, call.linkedid) < _after(wanted.before))
    if wanted.since is not None:
        query = query.where(call.started >= wanted.since)
    if wanted.until is not None:
        query = query.where(call.started < wanted.until)
    if wanted.number is not None and tail:
        ends = (fn.SUBSTR(side, -len(wanted.number)) == wanted.number for side in (call.caller, call.called))
        query = query.where(reduce(or_, ends))
    elif wanted.number is not None:
        query = query.where((fn.INSTR(call.caller, wanted.number) > 0) | (fn.INSTR(call.called, wanted.number) > 0))
    for column, value in (
        (call.queue, wanted.queue),
        (call.agent, wanted.agent),
        (call.direction, wanted.direction),
        (call.outcome, wanted.outcome),
    ):
        if value is not None:
            # With a piece of a number the newest-first index serves best; `+` keeps SQLite off the others.
            exact = NodeList((SQL("+"), column)) if wanted.number is not None else column
            query = query.where(Expression(exact, "=", str(value)))
    return query


def page(database: SqliteDatabase, wanted: CallFilter, *, tail: bool = False) -> CallPage:
    """Calls that match, newest first, `wanted.limit` at once; `tail`: `wanted.number` is the end of a number.

    Raises BranchboxError when `wanted.before` is no cursor of an earlier page.
    """
    rows = list(_query(wanted, tail=tail).limit(wanted.limit + 1).dicts().execute(database))
    calls = tuple(Call(**row) for row in rows[: wanted.limit])
    return CallPage(calls=calls, cursor=_cursor(calls[-1]) if len(rows) > wanted.limit else None)


def show(database: SqliteDatabase, linkedid: str) -> CallDetail | None:
    """A call with its timeline, legs and recordings; None when there is no such call."""
    for row in (
        tables.Call.select(tables.Call, _count_recordings())
        .where(tables.Call.linkedid == linkedid)
        .dicts()
        .execute(database)
    ):
        return CallDetail(
            call=Call(**row),
            timeline=_timeline(database, linkedid),
            legs=_legs(database, linkedid),
            recordings=recordings.of_call(database, linkedid),
            quality=quality.of_call(database, linkedid),
        )
    return None


def _timeline(database: SqliteDatabase, linkedid: str) -> tuple[TimelineEvent, ...]:
    query = tables.Timeline.select(tables.Timeline.events).where(tables.Timeline.linkedid == linkedid)
    return tuple(
        TimelineEvent(at=at, what=what, detail=detail)
        for (events,) in query.tuples().execute(database)
        for at, what, detail in json.loads(events)
    )


def _legs(database: SqliteDatabase, linkedid: str) -> tuple[Leg, ...]:
    leg = tables.Leg
    query = (
        leg.select(leg.channel, leg.to_channel, leg.started, leg.answered, leg.ended, leg.disposition)
        .where(leg.linkedid == linkedid)
        .order_by(leg.position)
    )
    return tuple(Leg(**row) for row in query.dicts().execute(database))


def failures(database: SqliteDatabase, since: float) -> tuple[int, int]:
    """How many calls began since then and have ended, and how many of them could not be put through."""
    call = tables.Call
    query = call.select(fn.COUNT(call.linkedid), fn.TOTAL(call.outcome == Outcome.FAILED.value)).where(
        (call.started >= since) & call.ended.is_null(False)
    )
    [(tried, failed)] = query.tuples().execute(database)
    return int(tried), int(failed)


def today(database: SqliteDatabase, since: float, service_levels: Mapping[str, float]) -> Today:
    """The figures of incoming calls that joined a queue since `since` (epoch seconds).

    - offered: all of them, those that still wait included
    - answered: an agent or phone took the call
    - abandoned: the caller hung up while waiting
    - in_service_level: answered with `waited` <= the queue's level in seconds, by offered
    - average_wait: mean of `waited` over calls whose waiting is over, however it ended
    - average_talk: mean of `talked` over answered calls that have ended

    A mean or share over no calls is None. A queue without a level counts as never in time.
    """
    call = tables.Call
    queue = NodeList((SQL("+"), call.queue))  # `+`: few calls are of today, so search by time, not by queue
    answered = call.agent.is_null(False)
    finished = answered & call.ended.is_null(False)
    query = (
        call.select(
            queue,
            fn.COUNT(call.linkedid),
            fn.SUM(answered),
            fn.SUM(call.outcome == Outcome.ABANDONED.value).alias("abandoned"),
            fn.COUNT(call.waited),
            fn.TOTAL(call.waited),
            fn.SUM(finished),
            fn.TOTAL(call.talked).filter(finished),
        )
        .where((call.started >= since) & Expression(queue, "IS NOT", None) & (call.direction == Direction.IN.value))
        .group_by(queue)
    )
    rows = list(query.tuples().execute(database))
    offered, took, gave_up, waits, waited, talks, talked = (sum(row[i] or 0 for row in rows) for i in range(1, 8))
    in_time = sum(
        call.select(fn.COUNT(call.linkedid))
        .where(
            (call.started >= since)
            & (call.queue == row[0])
            & (call.direction == Direction.IN.value)
            & answered
            & (call.waited <= service_levels.get(row[0], -1.0))
        )
        .tuples()
        .execute(database)[0][0]
        for row in rows
    )
    return Today(
        offered=offered,
        answered=took,
        abandoned=gave_up,
        in_service_level=in_time / offered if offered else None,
        average_wait=waited / waits if waits else None,
        average_talk=talked / talks if talks else None,
    )
