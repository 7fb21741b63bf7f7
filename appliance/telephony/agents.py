"""Agents now: at which phone each sits, and what that phone and the queues say of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from appliance.api.contract import AgentState, LiveAgent
from appliance.site.exchange import WRAP_UP
from appliance.site.models import Agent
from appliance.telephony.live_state import Leg, LiveState, Member, Said

_UNREACHABLE = frozenset({"UNAVAILABLE", "INVALID", "UNKNOWN"})
RINGS = frozenset({"Down", "Ringing"})
"""Channel states of a phone that is being called."""
_BUSY = frozenset({"INUSE", "BUSY", "ONHOLD", "RINGING", "RINGINUSE"})
"""Device states; a phone that takes one call at a time is BUSY as soon as it rings."""


def seats(agents: Iterable[Agent], state: LiveState) -> dict[str, str]:
    """Agent's number to the phone where that agent is; without those who are signed out."""
    signed_in = {member.agent: member.phone for member in state.members.values()}
    return {
        agent.number: signed_in.get(agent.number, "") if agent.signs_in else agent.extension
        for agent in agents
        if not agent.signs_in or agent.number in signed_in
    }


def agents_now(
    agents: Iterable[Agent], at: Mapping[str, str], legs: Mapping[str, list[Leg]], state: LiveState, now: float
) -> tuple[LiveAgent, ...]:
    """Every agent of the document; `at` are the `seats`, `legs` the channels of each phone that are up."""
    places: dict[str, list[Member]] = {}
    for member in state.members.values():
        places.setdefault(member.phone, []).append(member)
    found = []
    for agent in agents:
        phone = at.get(agent.number)
        if phone:
            said = state.devices.get(f"PJSIP/{phone}", Said("UNKNOWN", now))
            found.append(_seated(agent, phone, said, legs.get(phone, []), places.get(phone, [])))
        else:
            left = state.left.get(agent.number)
            found.append(LiveAgent(number=agent.number, name=agent.name, state=AgentState.SIGNED_OUT, since=left))
    return tuple(found)


def _seated(agent: Agent, phone: str, said: Said, legs: list[Leg], places: list[Member]) -> LiveAgent:
    paused = [member for member in places if member.paused]
    reason = next((member.reason for member in paused), "")
    ringing = [leg.state_since for leg in legs if leg.state in RINGS]
    talking = [leg.state_since for leg in legs if leg.state not in RINGS]
    if talking:
        what, since = AgentState.TALKING, min(talking)
    elif ringing:
        what, since = AgentState.RINGING, min(ringing)
    elif said.word in _UNREACHABLE:
        what, since = AgentState.UNREACHABLE, said.since
    elif said.word in _BUSY:
        what, since = AgentState.TALKING, said.since
    elif reason == WRAP_UP:
        # The pause is as old as the call; the wrap-up begins with the phone's rest.
        what, since = AgentState.WRAP_UP, max(said.since, min(member.paused_since for member in paused))
    elif paused:
        what, since = AgentState.PAUSED, min(member.paused_since for member in paused)
    else:
        what, since = AgentState.READY, max([said.since, *(member.paused_since for member in places)])
    # Busy by choice while a call goes on: what comes after it.
    chosen = reason if reason != WRAP_UP else ""
    return LiveAgent(number=agent.number, name=agent.name, state=what, since=since, phone=phone, reason=chosen or None)
