"""Figures of each queue: incoming calls that joined it, by its name."""

from __future__ import annotations

from collections.abc import Mapping

from peewee import SqliteDatabase, fn

from appliance.api.contract import Direction, Outcome
from appliance.store import tables


def abandoned(database: SqliteDatabase, since: float) -> dict[str, int]:
    """How many began since `since` (epoch seconds) whose callers hung up while waiting."""
    call = tables.Call
    query = (
        call.select(call.queue, fn.COUNT(call.linkedid))
        .where(
            (call.started >= since)
            & (call.direction == Direction.IN.value)
            & call.queue.is_null(False)
            & (call.outcome == Outcome.ABANDONED.value)
        )
        .group_by(call.queue)
    )
    return dict(query.tuples().execute(database))


def in_service_level(database: SqliteDatabase, since: float, levels: Mapping[str, float]) -> dict[str, float]:
    """The share, 0 to 1, of calls begun since `since` that were answered within the queue's level, in seconds.

    By all whose waiting is over, however it ended. A queue without such calls is not in it.
    """
    call = tables.Call
    query = call.select(call.queue, call.agent, call.waited).where(
        (call.started >= since)
        & (call.direction == Direction.IN.value)
        & call.queue.is_null(False)
        & call.waited.is_null(False)
    )
    offered: dict[str, int] = {}
    in_time: dict[str, int] = {}
    for queue, agent, waited in query.tuples().execute(database):
        offered[queue] = offered.get(queue, 0) + 1
        in_time[queue] = in_time.get(queue, 0) + (agent is not None and waited <= levels.get(queue, -1.0))
    return {queue: in_time[queue] / count for queue, count in offered.items()}
