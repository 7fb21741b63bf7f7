"""One agent's part of the live picture. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.api.contract import Live, LiveCall
from appliance.api.desk import Desk, DeskCall, Recorded
from appliance.site.models import Survey
from appliance.telephony.agents import RINGS
from appliance.telephony.live_state import Leg, LiveState
from appliance.telephony.parties import consulting, parties
from appliance.telephony.picture import SiteFacts


def legs_at(phone: str, state: LiveState) -> list[Leg]:
    """The channels of a phone that are up."""
    return [leg for call in state.calls.values() for leg in call.legs.values() if leg.endpoint == phone]


def desk(number: str, live: Live, state: LiveState, facts: SiteFacts) -> Desk:
    """What the agent with this number sees. Raises KeyError for a number that no agent has."""
    agent = next((each for each in live.agents if each.number == number), None)
    if agent is None:
        raise KeyError(number)
    shown = {call.linkedid: call for call in live.calls}
    asking = frozenset(queue.name for queue in facts.queues if queue.survey is Survey.WISH)
    mine = [_call(leg, shown, state, asking) for leg in (legs_at(agent.phone, state) if agent.phone else ())]
    member_of = {queue.name for queue in facts.queues if any(member.agent == number for member in queue.members)}
    return Desk(
        linked=live.linked,
        linked_since=live.linked_since,
        as_of=live.as_of,
        agent=agent,
        calls=tuple(sorted(mine, key=lambda call: -call.since)),
        parked=tuple(sorted((call for call in live.calls if call.parked), key=_place)),
        queues=tuple(queue for queue in live.queues if queue.name in member_of),
    )


def _place(call: LiveCall) -> int:
    return call.parked.place if call.parked else 0


def _call(leg: Leg, shown: Mapping[str, LiveCall], state: LiveState, asking: frozenset[str]) -> DeskCall:
    linkedid = state.where[leg.uniqueid]
    legs = state.calls[linkedid].legs.values()
    others = parties(leg, legs)
    recordings = {each.recording for each in legs} - {""}
    return DeskCall(
        call=shown[linkedid],
        ringing=leg.state in RINGS,
        since=leg.state_since,
        parties=others,
        consulting=consulting(others),
        survey=shown[linkedid].queue in asking and leg.state not in RINGS,
        recorded=Recorded(max(recordings)) if recordings else None,
    )
