"""Abandoned calls, who has talked with these callers since, and who has taken whom.

Whether somebody came back is never stored: it is asked of the calls, so that it is as true for old ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from peewee import SqliteDatabase

from appliance.api.contract import Call, Direction, Outcome
from appliance.store import tables

LAPSES = 3600.0
"""Seconds after which somebody else may take a caller who was taken and not reached."""


@dataclass(frozen=True)
class Talk:
    """A call in which somebody talked with a number; `by` is an agent or a phone."""

    linkedid: str
    by: str
    at: float


def gave_up(database: SqliteDatabase, since: float) -> list[Call]:
    """Calls of the outside that were abandoned since then (epoch seconds), the latest first."""
    call = tables.Call
    query = (
        call.select()
        .where(
            (call.outcome == Outcome.ABANDONED.value)
            & (call.started >= since)
            & (call.direction == Direction.IN.value)
            & (call.caller != "")
        )
        .order_by(call.started.desc())
    )
    return [Call(**row) for row in query.dicts().execute(database)]


def talk_after(database: SqliteDatabase, writings: Iterable[str], after: float) -> Talk | None:
    """The first call after a moment in which somebody talked with a number, written in any of these ways."""
    numbers = list(writings)
    marks = ",".join("?" * len(numbers))
    talked = "started > ? AND (outcome = 'answered' OR (outcome IS NULL AND agent IS NOT NULL))"
    row = database.execute_sql(
        "SELECT linkedid, coalesce(agent, caller), started FROM calls"  # noqa: S608 - marks are `?`s
        f" WHERE caller IN ({marks}) AND {talked}"
        " UNION ALL SELECT linkedid, coalesce(agent, caller), started FROM calls"
        f" WHERE called IN ({marks}) AND {talked} ORDER BY started LIMIT 1",
        (*numbers, after, *numbers, after),
    ).fetchone()
    return None if row is None else Talk(*row)


def taken(database: SqliteDatabase, now: float) -> dict[str, str]:
    """Who has taken the caller of which abandoned call, where that has not lapsed."""
    rows = database.execute_sql("SELECT linkedid, agent FROM abandoned_taken WHERE at > ?", (now - LAPSES,))
    return dict(rows.fetchall())


def take(database: SqliteDatabase, linkedid: str, agent: str, now: float) -> str:
    """Take a caller, unless another agent has; gives who has now."""
    row = database.execute_sql(
        "INSERT INTO abandoned_taken (linkedid, agent, at) VALUES (?, ?, ?) ON CONFLICT (linkedid) DO UPDATE"
        " SET agent = iif(at > ?, agent, excluded.agent), at = iif(at > ? AND agent != excluded.agent, at, excluded.at)"
        " RETURNING agent",
        (linkedid, agent, now, now - LAPSES, now - LAPSES),
    ).fetchone()
    has: str = row[0]
    return has
