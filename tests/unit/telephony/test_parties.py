"""Who else is in an agent's call."""

from __future__ import annotations

from appliance.api.desk import PartyState
from appliance.telephony.live_state import Leg, LiveState
from appliance.telephony.parties import consulting, parties
from tests.unit.telephony.ami_events import after, agent, caller, channel, event, queue_call

INNER = channel("Local/8005@transfer-00000001;1", "1.3", "1.1", ChannelStateDesc="Up", CallerIDNum="8005")
OUTER = channel("Local/8005@transfer-00000001;2", "1.4", "1.1", ChannelStateDesc="Up", CallerIDNum="8001")
SECOND = channel("PJSIP/8005-00000009", "1.5", "1.1", ChannelStateDesc="Ringing", CallerIDNum="8005", Exten="")
UP = {**SECOND, "ChannelStateDesc": "Up"}
HELD = caller(ChannelStateDesc="Up")
MINE = agent(ChannelStateDesc="Up")

CONSULTS = [
    event("MusicOnHoldStart", HELD, Class="default"),
    event("Newchannel", INNER),
    event("Newchannel", OUTER),
    event("BridgeLeave", MINE, BridgeUniqueid="b1"),
    event("BridgeEnter", MINE, BridgeUniqueid="b2"),
    event("BridgeEnter", INNER, BridgeUniqueid="b2"),
    event("Newchannel", SECOND),
]
TALKS = [
    event("Newstate", UP),
    event("BridgeEnter", UP, BridgeUniqueid="b3"),
    event("BridgeEnter", OUTER, BridgeUniqueid="b3"),
]
SWAPS = [
    event("BridgeLeave", MINE, BridgeUniqueid="b2"),
    event("BridgeEnter", MINE, BridgeUniqueid="b1"),
    event("MusicOnHoldStop", HELD),
]
ALL = [event("BridgeEnter", INNER, BridgeUniqueid="b1")]
HOLDS = [event("MusicOnHoldStart", HELD, Class="default")]


def seen(*more: dict[str, str]) -> list[tuple[str, PartyState]]:
    state = after(*queue_call()[:10], *more)
    return [(party.number, party.state) for party in parties(mine(state), state.calls["1.1"].legs.values())]


def mine(state: LiveState) -> Leg:
    return state.calls["1.1"].legs["1.2"]


def consults(*more: dict[str, str]) -> bool:
    state = after(*queue_call()[:10], *more)
    return consulting(parties(mine(state), state.calls["1.1"].legs.values()))


CALLER = "13805772046"


def test_a_caller_talks_until_put_on_hold() -> None:
    assert seen() == [(CALLER, PartyState.TALKING)]
    assert seen(*HOLDS) == [(CALLER, PartyState.ON_HOLD)]
    assert not consults(*HOLDS)


def test_whoever_is_consulted_rings_and_talks_while_the_caller_waits() -> None:
    assert seen(*CONSULTS) == [(CALLER, PartyState.ON_HOLD), ("8005", PartyState.RINGING)]
    assert seen(*CONSULTS, *TALKS) == [(CALLER, PartyState.ON_HOLD), ("8005", PartyState.TALKING)]
    assert consults(*CONSULTS)
    assert consults(*CONSULTS, *TALKS)


def test_between_two_one_is_held_and_in_three_nobody() -> None:
    assert seen(*CONSULTS, *TALKS, *SWAPS) == [(CALLER, PartyState.TALKING), ("8005", PartyState.ON_HOLD)]
    assert consults(*CONSULTS, *TALKS, *SWAPS)
    assert seen(*CONSULTS, *TALKS, *SWAPS, *ALL) == [(CALLER, PartyState.TALKING), ("8005", PartyState.TALKING)]
    assert not consults(*CONSULTS, *TALKS, *SWAPS, *ALL)


def test_a_phone_that_was_consulted_and_hung_up_is_gone() -> None:
    assert seen(*CONSULTS, event("Hangup", SECOND)) == [(CALLER, PartyState.ON_HOLD)]
