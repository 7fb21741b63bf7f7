"""Agents' sessions from the queue log: who signed in and out, who was busy why, and when.

A line of the log stands once for each queue (app_queue.c, `set_member_paused`, `aqm_exec`): the first of them begins or
ends a pause, the last queue that an agent leaves ends the session. Asterisk keeps members over its own restart, and so
do spans.
"""

from __future__ import annotations

from collections.abc import Iterable

from peewee import SqliteDatabase

from appliance.site.exchange import LAST_AGENT_QUEUE
from appliance.store import sessions
from appliance.store.history import RawEvent
from appliance.store.sessions import State
from appliance.telephony.events import QueueLine, unpack

_LINES = frozenset({"ADDMEMBER", "REMOVEMEMBER", "PAUSE", "UNPAUSE"})


def note(database: SqliteDatabase, events: Iterable[RawEvent]) -> None:
    """Write down what these lines of the queue log, in their order, say of agents; inside the caller's transaction."""
    for raw in events:
        if raw.type not in _LINES:
            continue
        line = unpack(raw)
        if isinstance(line, QueueLine) and line.agent and not line.queue.startswith(LAST_AGENT_QUEUE):
            _note(database, line)


def _note(database: SqliteDatabase, line: QueueLine) -> None:
    match line.event:
        case "ADDMEMBER":
            sessions.join(database, line.agent, line.queue)
            sessions.begin(database, line.agent, State.SIGNED_IN, "", line.at)
        case "REMOVEMEMBER":
            if sessions.leave(database, line.agent, line.queue):
                for state in State:
                    sessions.end(database, line.agent, state, line.at)
        case "PAUSE":
            sessions.begin(database, line.agent, State.PAUSED, line.data[0] if line.data else "", line.at)
        case "UNPAUSE":
            sessions.end(database, line.agent, State.PAUSED, line.at)
