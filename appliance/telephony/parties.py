"""Who else is in an agent's call: who hears the agent, who is on hold, whose phone rings. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.api.desk import Party, PartyState
from appliance.telephony.agents import RINGS
from appliance.telephony.live_state import Leg


def parties(mine: Leg, legs: Iterable[Leg]) -> tuple[Party, ...]:
    """The other phones and lines of a call, the oldest first; `legs` are all of the call's."""
    legs = tuple(legs)
    together = _rooms(legs)
    return tuple(
        Party(number=_number(leg), state=_state(leg, mine, together), since=leg.state_since)
        for leg in sorted(legs, key=lambda leg: leg.since)
        if leg.is_device and leg.uniqueid != mine.uniqueid
    )


def consulting(others: Iterable[Party]) -> bool:
    """Whether one is put aside while there is another."""
    return {PartyState.ON_HOLD} < {party.state for party in others}


def _number(leg: Leg) -> str:
    """A phone's number, and of a line whoever is at its other end."""
    return leg.endpoint if leg.endpoint.isdecimal() else leg.number


def _state(leg: Leg, mine: Leg, rooms: dict[str, str]) -> PartyState:
    if leg.state in RINGS:
        return PartyState.RINGING
    elsewhere = bool(leg.bridge) and rooms[leg.bridge] != rooms.get(mine.bridge)
    return PartyState.ON_HOLD if leg.music or elsewhere else PartyState.TALKING


def _rooms(legs: tuple[Leg, ...]) -> dict[str, str]:
    """Bridge to the room it is part of: the two ends of a Local channel join their bridges."""
    room = {leg.bridge: leg.bridge for leg in legs if leg.bridge}
    for one in legs:
        for other in legs:
            joined = one.name.endswith(";1") and other.name == f"{one.name[:-1]}2" and one.bridge and other.bridge
            if joined and room[one.bridge] != room[other.bridge]:
                old, new = room[other.bridge], room[one.bridge]
                room = {bridge: new if name == old else name for bridge, name in room.items()}
    return room
