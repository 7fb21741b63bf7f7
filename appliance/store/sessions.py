"""Agents' sessions and pauses, as spans: what the ingest writes, and questions about them.

The writes run inside the caller's transaction, as those of `appliance.store.history` do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from peewee import SqliteDatabase

from appliance.api.desk import MyToday
from appliance.site.exchange import WRAP_UP


class State(StrEnum):
    """What a span says of an agent."""

    SIGNED_IN = "signed-in"
    PAUSED = "paused"


@dataclass(frozen=True)
class Span:
    """From when to when; `ended` is None while it goes on. `reason` is empty for a session."""

    agent: str
    state: State
    reason: str
    began: float
    ended: float | None


def begin(database: SqliteDatabase, agent: str, state: State, reason: str, at: float) -> None:
    """A state begins, unless it goes on already; a pause for another reason ends the one before."""
    row = database.execute_sql(
        "SELECT reason FROM agent_spans WHERE agent = ? AND state = ? AND ended IS NULL", (agent, state.value)
    ).fetchone()
    if row is not None and row[0] == reason:
        return
    end(database, agent, state, at)
    database.execute_sql(
        "INSERT INTO agent_spans (agent, state, reason, began) VALUES (?, ?, ?, ?)", (agent, state.value, reason, at)
    )


def end(database: SqliteDatabase, agent: str, state: State, at: float) -> None:
    """A state ends, if it goes on."""
    database.execute_sql(
        "UPDATE agent_spans SET ended = ? WHERE agent = ? AND state = ? AND ended IS NULL", (at, agent, state.value)
    )


def join(database: SqliteDatabase, agent: str, queue: str) -> None:
    """The agent is signed in to one queue more."""
    database.execute_sql("INSERT INTO agent_places (agent, queue) VALUES (?, ?) ON CONFLICT DO NOTHING", (agent, queue))


def leave(database: SqliteDatabase, agent: str, queue: str) -> bool:
    """The agent is out of one queue; whether it was the last."""
    database.execute_sql("DELETE FROM agent_places WHERE agent = ? AND queue = ?", (agent, queue))
    return database.execute_sql("SELECT 1 FROM agent_places WHERE agent = ? LIMIT 1", (agent,)).fetchone() is None


def spans(database: SqliteDatabase, agent: str, since: float) -> list[Span]:
    """The agent's spans that reach beyond `since`, in the order in which they began."""
    rows = database.execute_sql(
        "SELECT agent, state, reason, began, ended FROM agent_spans"
        " WHERE agent = ? AND (ended IS NULL OR ended > ?) ORDER BY began, id",
        (agent, since),
    )
    return [Span(agent, State(state), reason, began, ended) for agent, state, reason, began, ended in rows]


def today(database: SqliteDatabase, agent: str, since: float, now: float) -> MyToday:
    """An agent's own figures since `since` (epoch seconds).

    - calls: answered, of any queue or direction; talk: mean of `talked` over those that have ended
    - wrap_up: mean length of the wrap-ups that have ended
    - ready: seconds signed in without the pauses, of which a queue call is one (it begins its wrap-up's); None for who
      does not sign in
    """
    calls, ended, talked = database.execute_sql(
        "SELECT count(*), count(ended), total(talked) FROM calls WHERE agent = ? AND started >= ?", (agent, since)
    ).fetchone()
    seconds = dict.fromkeys(State, 0.0)
    wraps: list[float] = []
    mine = spans(database, agent, since)
    for span in mine:
        length = (now if span.ended is None else span.ended) - max(span.began, since)
        seconds[span.state] += length
        if span.reason == WRAP_UP and span.ended is not None:
            wraps.append(span.ended - span.began)
    signs_in = any(span.state is State.SIGNED_IN for span in mine)
    return MyToday(
        calls=calls,
        talk=talked / ended if ended else None,
        wrap_up=sum(wraps) / len(wraps) if wraps else None,
        ready=max(0.0, seconds[State.SIGNED_IN] - seconds[State.PAUSED]) if signs_in else None,
    )
