"""What is up now, event by event."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.api.contract import AgentState, CallState, Direction, Live, Parked, TrunkState
from appliance.site import document
from appliance.telephony.live import HEARD, carry, reduce
from appliance.telephony.live_calls import MENU_CONTEXT, QUEUE_CONTEXT, VOICEMAIL_CONTEXTS
from appliance.telephony.live_state import LiveState
from appliance.telephony.picture import LinkState, SiteFacts, picture
from asterisk_conf.dialplan import places
from tests.unit.telephony.ami_events import AGENT, CALLER, after, agent, caller, channel, event, queue_call

LINK = LinkState(linked=True, since=50.0, as_of=120.0)
SITE = document.fill_secrets(document.parse(document.example("en"))[0], None, generate=True)  # type: ignore[arg-type]  # the example is valid
FACTS = SiteFacts.of(SITE)


def seen(state: LiveState, now: float = 130.0, facts: SiteFacts = FACTS) -> Live:
    return picture(state, facts, LINK, now)


@pytest.mark.parametrize(
    ("events", "state"),
    [
        (1, CallState.DIALLING),
        (2, CallState.MENU),
        (3, CallState.WAITING),
        (4, CallState.WAITING),
        (6, CallState.RINGING),
        (10, CallState.TALKING),
    ],
)
def test_a_call_goes_through_menu_queue_and_agent(events: int, state: CallState) -> None:
    [call] = seen(after(*queue_call()[:events])).calls
    assert call.state is state
    assert (call.direction, call.caller, call.trunk) == (Direction.IN, "13805772046", "carrier")


def test_nothing_is_left_when_both_have_hung_up() -> None:
    state = after(*queue_call())
    assert (state.calls, state.where) == ({}, {})


def test_a_call_is_named_by_its_did_and_not_by_the_digits_received() -> None:
    [call] = seen(after(event("Newchannel", CALLER))).calls
    assert call.called == "+8657788120003"


def test_since_tells_when_the_state_began_not_when_it_was_last_mentioned() -> None:
    story = [*queue_call()[:4], event("NewCallerid", caller(Context="queue-repair"))]
    [call] = seen(after(*story)).calls
    assert (call.since, call.state_since) == (100.0, 102.0)


def test_a_queue_counts_who_waits_and_who_talks() -> None:
    waiting = seen(after(*queue_call()[:6])).queues
    talking = seen(after(*queue_call()[:10])).queues
    assert [(q.waiting, q.longest_since, q.talking) for q in waiting if q.name == "repair"] == [(1, 103.0, 0)]
    assert [(q.waiting, q.longest_since, q.talking) for q in talking if q.name == "repair"] == [(0, None, 1)]


def test_a_call_names_the_agent_whose_phone_rings_and_the_menu_before() -> None:
    [call] = seen(after(*queue_call()[:6])).calls
    assert (call.agent, call.queue, call.menu) == ("8001", "repair", "main")


def test_who_rings_the_last_agent_waits_in_the_queue_and_that_agents_own_queue_is_seen_by_nobody() -> None:
    story = [*queue_call()[:3], event("QueueCallerJoin", caller(Context="last-repair"), Queue="last.8001")]
    member = {"Queue": "last.8001", "MemberName": "8001", "Interface": "PJSIP/8001"}
    state = after(*story, event("QueueMemberAdded", member))
    [call] = seen(state).calls
    assert (call.queue, call.state) == ("repair", CallState.WAITING)
    assert state.members == {}


def test_a_phone_that_the_box_rang_calls_whom_it_then_dials() -> None:
    rung = channel("PJSIP/8002-00000003", "3.1", CallerIDNum="913805772046", Context="phones", Exten="s")
    dials = {**rung, "CallerIDNum": "8002", "Context": "dials", "Exten": "913805772046"}
    state = after(
        event("Newchannel", rung), event("Newexten", dials), event("Newexten", {**dials, "Context": "phones"})
    )
    [call] = seen(state).calls
    assert (call.direction, call.caller, call.called) == (Direction.OUT, "8002", "13805772046")


def parking(kind: str, **more: str) -> dict[str, str]:
    """One of res_parking's events about the caller."""
    return {"Event": kind, "ParkeeUniqueid": "1.1", "ParkerDialString": "PJSIP/8001", "ParkingSpace": "3", **more}


@pytest.mark.parametrize("end", ["UnParkedCall", "ParkedCallTimeOut", "ParkedCallGiveUp"])
def test_a_parked_call_is_in_its_place_until_it_is_taken_back(end: str) -> None:
    gone = [event("Hangup", agent())]
    parked = after(*queue_call()[:10], *gone, parking("ParkedCall"))
    [call] = seen(parked).calls
    assert (call.state, call.parked) == (CallState.PARKED, Parked(place=3, by="8001"))
    [call] = seen(after(parking(end), state=parked)).calls
    assert (call.state is CallState.PARKED, call.parked) == (False, None)


def test_the_snapshot_says_since_when_a_call_is_parked() -> None:
    [call] = seen(after(event("Status", caller()), parking("ParkedCall", ParkingDuration="40"))).calls
    assert (call.state, call.state_since) == (CallState.PARKED, 61.0)


def test_a_call_that_left_its_queue_is_no_longer_counted_there() -> None:
    story = [
        *queue_call()[:4],
        event("QueueCallerLeave", caller(Context="queue-repair"), Queue="repair"),
        event("Newexten", caller(Context="voicemail", Exten="8021")),
    ]
    [call] = seen(after(*story)).calls
    assert (call.queue, call.state) == (None, CallState.VOICEMAIL)


def test_a_phone_that_dials_out_makes_an_outgoing_call_without_the_prefix() -> None:
    phone = channel("PJSIP/8021-00000003", "2.1", CallerIDNum="8021", Context="phones", Exten="913957701188")
    line = channel("PJSIP/trunk-carrier-00000004", "2.2", "2.1", ChannelStateDesc="Ringing", Exten="")
    [call] = seen(after(event("Newchannel", phone), event("Newchannel", line))).calls
    assert (call.direction, call.called, call.trunk) == (Direction.OUT, "13957701188", "carrier")
    assert call.state is CallState.RINGING


def test_nobody_waits_again_between_the_agents_hangup_and_the_callers() -> None:
    shown = seen(after(*queue_call()[:12]))
    assert [call.state for call in shown.calls] == [CallState.TALKING]
    assert [queue.waiting for queue in shown.queues] == [0, 0]


def test_phones_that_call_each_other_are_internal() -> None:
    phone = channel("PJSIP/8021-00000003", "2.1", CallerIDNum="8021", Context="phones", Exten="8022")
    [call] = seen(after(event("Newchannel", phone))).calls
    assert (call.direction, call.called, call.trunk) == (Direction.INTERNAL, "8022", None)


def test_a_transfer_joins_two_calls_under_the_elder() -> None:
    other = channel("PJSIP/8002-00000005", "9.1", CallerIDNum="8002", Context="phones", Exten="8001")
    state = after(event("Newchannel", CALLER), event("Newchannel", other))
    state = after(event("BridgeEnter", {**other, "Linkedid": "1.1"}, BridgeUniqueid="b"), state=state)
    assert list(state.calls) == ["1.1"]
    assert after(event("Hangup", CALLER), event("Hangup", other), state=state).calls == {}


def test_asterisks_own_channels_are_no_calls() -> None:
    assert after(event("Newchannel", channel("Message/ast_msg_queue", "7.7"))).calls == {}


def test_a_snapshot_in_the_middle_of_a_call_shows_it() -> None:
    story = [
        event("Status", agent(ChannelStateDesc="Up"), Seconds="31", BridgeID="b1", Application="AppQueue", DNID=""),
        event("Status", caller(Context="queue-repair"), Seconds="40", BridgeID="b1", DNID="88120003"),
    ]
    [call] = seen(after(*story)).calls
    assert (call.state, call.queue, call.called, call.since) == (CallState.TALKING, "repair", "+8657788120003", 61.0)


def test_a_snapshot_knows_how_long_a_caller_has_waited() -> None:
    story = [
        event("Status", caller(Context="queue-repair"), Seconds="40"),
        event("QueueEntry", Queue="repair", Uniqueid="1.1", Wait="30"),
    ]
    [queue] = [q for q in seen(after(*story)).queues if q.name == "repair"]
    assert (queue.waiting, queue.longest_since) == (1, 71.0)


def test_a_new_snapshot_keeps_what_only_the_old_picture_knew() -> None:
    old = after(*queue_call()[:4])
    new = after(
        event("Status", caller(Context="queue-repair"), Seconds="9"),
        event("QueueEntry", Queue="repair", Uniqueid="1.1", Wait="6"),
        at=110.0,
    )
    [call] = seen(carry(old, new)).calls
    assert (call.since, call.state_since, call.menu) == (100.0, 102.0, "main")
    assert [queue.longest_since for queue in seen(carry(old, new)).queues if queue.name == "repair"] == [103.0]


def test_an_event_that_comes_after_the_hangup_makes_no_ghost() -> None:
    late = after(
        event("Newchannel", CALLER), event("Hangup", CALLER), event("QueueCallerLeave", CALLER, Queue="repair")
    )
    assert late.calls == {}


# --- agents, phones, trunks ------------------------------------------------------------------


def member(**more: str) -> dict[str, str]:
    place = {"Queue": "repair", "Name": "8001", "Location": "PJSIP/8001", "StateInterface": "PJSIP/8001"}
    return event("QueueMember", {**place, "Status": "1", "Paused": "0", "LastCall": "0", **more})


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([], AgentState.UNREACHABLE),
        ([member()], AgentState.READY),
        ([member(Paused="1", LastPause="90")], AgentState.PAUSED),
        ([member(Status="5")], AgentState.UNREACHABLE),
        ([member(), event("DeviceStateChange", Device="PJSIP/8001", State="BUSY")], AgentState.TALKING),
        ([member(Status="3"), *queue_call()[:6]], AgentState.RINGING),
        ([member(Status="3"), *queue_call()[:10]], AgentState.TALKING),
        ([member(Paused="1", PausedReason="wrap-up", Status="2"), *queue_call()[:10]], AgentState.TALKING),
        ([member(Paused="1", PausedReason="wrap-up")], AgentState.WRAP_UP),
        ([member(Paused="1", PausedReason="wrap-up"), member()], AgentState.READY),
    ],
)
def test_an_agent_is_what_the_phone_and_the_queues_say(events: list[dict[str, str]], state: AgentState) -> None:
    [found] = [a for a in seen(after(*events), now=130.0).agents if a.number == "8001"]
    assert found.state is state


def test_the_wrap_up_begins_when_the_phone_is_free_again() -> None:
    paused = member(Paused="1", PausedReason="wrap-up", LastPause="90", Status="2")
    state = after(paused, event("DeviceStateChange", Device="PJSIP/8001", State="NOT_INUSE"))
    found = next(a for a in seen(state, now=130.0).agents if a.number == "8001")
    assert (found.state, found.reason) == (AgentState.WRAP_UP, None)
    assert found.since is not None and found.since > 90


def test_a_pause_that_begins_anew_counts_from_then_on() -> None:
    paused = {"Paused": "1", "PausedReason": "wrap-up"}
    state = after(member(**paused, LastPause="90"), member(**paused, LastPause="120"), member(**paused, LastPause="0"))
    found = next(a for a in seen(state, now=130.0).agents if a.number == "8001")
    assert (found.state, found.since) == (AgentState.WRAP_UP, 120.0)


def test_who_is_busy_after_this_call_says_so_during_it() -> None:
    state = after(member(Paused="1", PausedReason="lunch", Status="2"), *queue_call()[:10])
    found = next(a for a in seen(state, now=130.0).agents if a.number == "8001")
    assert (found.state, found.reason) == (AgentState.TALKING, "lunch")


def signing(number: str = "8001") -> SiteFacts:
    agents = (agent.model_copy(update={"signs_in": True}) for agent in FACTS.agents if agent.number == number)
    return replace(FACTS, agents=tuple(agents))


def test_who_signs_in_is_where_the_queue_has_the_phone_and_nowhere_before_and_after() -> None:
    signed_in = after(member(Location="PJSIP/8021", StateInterface="PJSIP/8021"))
    gone = after(event("QueueMemberRemoved", Queue="repair", Interface="PJSIP/8021"), state=signed_in)
    found = [seen(state, facts=signing()).agents[0] for state in (LiveState(), signed_in, gone)]
    assert [(agent.state, agent.phone) for agent in found] == [
        (AgentState.SIGNED_OUT, None),
        (AgentState.READY, "8021"),
        (AgentState.SIGNED_OUT, None),
    ]
    assert [agent.since is None for agent in found] == [True, False, False]


def test_a_phone_counts_as_registered_from_its_contact_to_its_removal() -> None:
    contact = {"URI": "sip:8001@10.77.0.3:5060", "EndpointName": "8001", "AOR": "8001"}
    there = after(event("ContactStatus", contact, ContactStatus="NonQualified"))
    gone = after(event("ContactStatus", contact, ContactStatus="Removed"), state=there)
    assert (seen(there).phones_registered, seen(gone).phones_registered) == (1, 0)


@pytest.mark.parametrize(
    ("word", "trip", "state", "detail"),
    [
        ("Reachable", "12345", TrunkState.UP, "12.3 ms"),
        ("Unreachable", "", TrunkState.DOWN, "Unreachable"),
        ("NonQualified", "", TrunkState.UNKNOWN, "NonQualified"),
    ],
)
def test_a_trunk_without_registration_is_as_its_contact(word: str, trip: str, state: TrunkState, detail: str) -> None:
    contact = {"URI": "sip:10.77.0.2:5060", "EndpointName": "trunk-carrier", "RoundtripUsec": trip}
    [trunk] = seen(after(event("ContactStatus", contact, ContactStatus=word))).trunks
    assert (trunk.state, trunk.detail) == (state, detail)


@pytest.mark.parametrize(
    ("word", "state"), [("Registered", TrunkState.UP), ("Rejected", TrunkState.DOWN), ("Unregistered", TrunkState.DOWN)]
)
def test_a_trunk_that_registers_is_as_its_registration(word: str, state: TrunkState) -> None:
    trunk = SITE.trunks[0].model_copy(update={"register_as": "branch1"})
    facts = SiteFacts.of(SITE.model_copy(update={"trunks": (trunk,)}))
    registry = {"Domain": "sip:10.77.0.2", "Username": "sip:branch1@10.77.0.2"}
    [shown] = seen(after(event("Registry", registry, Status=word)), facts=facts).trunks
    assert (shown.state, shown.detail) == (state, word)


def test_the_dialplan_calls_its_places_what_the_picture_expects() -> None:
    assert places.menu("main") == MENU_CONTEXT + "main"
    assert places.queue("repair") == QUEUE_CONTEXT + "repair"
    assert {places.VOICEMAIL, places.MAILBOXES} == VOICEMAIL_CONTEXTS


# --- properties ------------------------------------------------------------------------------

IDS = st.sampled_from(["1.1", "1.2", "2.1", "2.2", ""])
WORDS = st.sampled_from(["", "0", "1", "-7", "x", "Up", "Ringing", "queue-repair", "menu-main", "PJSIP/8001", "大楼"])
NAMES = """
ChannelStateDesc CallerIDNum Context Exten Application Queue Interface StateInterface Status Paused LastCall LastPause
Seconds Wait BridgeUniqueid BridgeID Device State URI EndpointName ContactStatus RoundtripUsec Domain Username DNID
"""
HEADERS = st.dictionaries(st.sampled_from(NAMES.split()), WORDS | st.text())
EVENTS = st.builds(
    lambda kind, name, uniqueid, linkedid, more: {
        "Event": kind,
        "Channel": name,
        "Uniqueid": uniqueid,
        "Linkedid": linkedid,
        **more,
    },
    st.sampled_from(sorted(HEARD)),
    st.sampled_from(["PJSIP/8001-00000001", "PJSIP/trunk-carrier-00000002", "Local/1@x-00000003;1", "PJSIP/", ""]),
    IDS,
    IDS,
    HEADERS,
)


@given(st.lists(EVENTS, max_size=40))
def test_no_order_of_events_is_too_much(events: list[dict[str, str]]) -> None:
    state = LiveState()
    for at, each in zip(count(), events, strict=False):
        state = reduce(state, each, at)
        seen(state)


@given(st.lists(EVENTS, max_size=40))
def test_after_all_have_hung_up_no_call_is_left(events: list[dict[str, str]]) -> None:
    state = after(*events)
    for uniqueid in ("1.1", "1.2", "2.1", "2.2"):
        state = reduce(state, event("Hangup", Uniqueid=uniqueid), 200.0)
    assert (state.calls, state.where) == ({}, {})


@given(st.lists(EVENTS, max_size=40))
def test_every_channel_is_in_exactly_one_call(events: list[dict[str, str]]) -> None:
    state = after(*events)
    legs = {uniqueid: linkedid for linkedid, call in state.calls.items() for uniqueid in call.legs}
    assert legs == dict(state.where)
    assert all(call.legs for call in state.calls.values())


def test_a_hangup_of_an_unknown_channel_is_harmless() -> None:
    state = after(*queue_call()[:6])
    assert reduce(state, event("Hangup", channel("PJSIP/9-0", "77.7")), 200.0) is state


def test_no_event_without_meaning_makes_a_new_state() -> None:
    state = after(*queue_call()[:6])
    again = [event("Newstate", AGENT | {"ChannelStateDesc": "Ringing"}), event("VarSet", CALLER), event("Pling")]
    assert all(reduce(state, each, 200.0) is state for each in again)
