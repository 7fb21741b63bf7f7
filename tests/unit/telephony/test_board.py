"""What a supervisor sees, and that a supervisor's phone is nobody's call until it takes one over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.api.board import Board, Level
from appliance.api.contract import AgentState
from appliance.site import document
from appliance.telephony.board import Figures, board, judged, others_of, talking_leg
from appliance.telephony.live_state import LiveState
from appliance.telephony.picture import LinkState, SiteFacts, picture
from tests.unit.telephony.ami_events import after, channel, event, queue_call

SITE = document.fill_secrets(document.load(document.example("en")), None, generate=True)
FACTS = SiteFacts.of(SITE)
LINK = LinkState(True, 50.0, 120.0)
OWN = "branchbox-1795298063000000000"


def seen(state: LiveState, now: float = 130.0, **more: object) -> Board:
    given = {"limits": {}, "figures": None, "help_since": {}, **more}
    return board(picture(state, FACTS, LINK, now), state, FACTS, now=now, **given)  # type: ignore[arg-type]  # a test's own


@pytest.mark.parametrize(
    ("value", "level"),
    [(0, Level.CALM), (2, Level.CALM), (3, Level.WARN), (5, Level.WARN), (6, Level.ALARM), (100, Level.ALARM)],
)
def test_a_value_is_judged_at_its_thresholds_and_not_below(value: float, level: Level) -> None:
    assert judged(value, 3, 6) is level


def test_a_threshold_of_0_is_none() -> None:
    assert judged(100, 0, 0) is Level.CALM
    assert judged(100, 0, 6) is Level.ALARM
    assert judged(100, 3, 0) is Level.WARN


def test_a_queue_turns_yellow_and_red_while_its_caller_waits() -> None:
    waits = after(*queue_call()[:4])  # joined at 103

    def level(now: float) -> Level:
        return next(each.longest_level for each in seen(waits, now).queues if each.queue.name == "repair")

    assert [level(now) for now in (160.0, 163.0, 222.0, 223.0)] == [Level.CALM, Level.WARN, Level.WARN, Level.ALARM]


def test_who_asks_for_help_stands_first_and_alarms() -> None:
    here = seen(LiveState(), help_since={"8005": 125.0, "8003": 110.0})
    assert [each.agent.number for each in here.agents[:2]] == ["8003", "8005"]
    assert {each.level for each in here.agents[:2]} == {Level.ALARM}


def test_who_talks_stands_before_who_is_free() -> None:
    here = seen(after(*queue_call()[:10]))
    assert (here.agents[0].agent.number, here.agents[0].agent.state) == ("8001", AgentState.TALKING)
    assert here.agents[0].call == "1.1"


def test_a_pause_over_its_limit_warns() -> None:
    member = event(
        "QueueMember",
        Queue="repair",
        Name="8001",
        Location="PJSIP/8001",
        Status="1",
        Paused="1",
        LastPause="100",
        PausedReason="lunch",
    )
    paused = after(member)

    def level(now: float) -> Level:
        return next(
            each.level for each in seen(paused, now, limits={"lunch": 60.0}).agents if each.agent.number == "8001"
        )

    assert (level(159.0), level(160.0)) == (Level.CALM, Level.WARN)


@pytest.mark.parametrize(("queue", "levels"), [("repair", ["calm", "warn", "warn", "alarm"]), ("", ["calm"] * 4)])
def test_who_talks_long_turns_yellow_and_red_at_the_queues_thresholds(queue: str, levels: list[str]) -> None:
    talks = after(*queue_call()[:10])
    [(linkedid, call)] = talks.calls.items()
    talks = replace(talks, calls={linkedid: replace(call, queue=queue)})
    since = next(each.agent.since for each in seen(talks).agents if each.agent.number == "8001")
    assert since is not None

    def level(lasts: float) -> Level:
        return next(each.level for each in seen(talks, since + lasts).agents if each.agent.number == "8001")

    assert [level(lasts) for lasts in (599.0, 600.0, 1199.0, 1200.0)] == levels


def test_figures_that_are_not_counted_yet_are_not_known() -> None:
    assert {each.abandoned for each in seen(LiveState()).queues} == {None}
    counted = seen(LiveState(), figures={"repair": Figures(0.5, 3)}).queues
    assert {(each.queue.name, each.in_service_level, each.abandoned) for each in counted} >= {("repair", 0.5, 3)}
    assert next(each.abandoned for each in counted if each.queue.name != "repair") == 0


def test_the_agents_leg_is_listened_to_and_the_callers_is_what_is_taken_over() -> None:
    state = after(*queue_call()[:10])
    agent = next(each.agent for each in seen(state).agents if each.agent.number == "8001")
    leg = talking_leg(agent, state)
    assert leg is not None
    assert leg.name == "PJSIP/8001-00000002"
    assert [other.name for other in others_of(leg, state)] == ["PJSIP/trunk-carrier-00000001"]


def test_nobody_listens_to_a_phone_that_only_rings() -> None:
    state = after(*queue_call()[:6])
    agent = next(each.agent for each in seen(state).agents if each.agent.number == "8001")
    assert agent.state is AgentState.RINGING
    assert talking_leg(agent, state) is None


def test_a_supervisors_phone_is_nobodys_call_until_it_takes_one_over() -> None:
    phone = channel("PJSIP/8010-00000003", OWN, OWN, Context="phones", ChannelStateDesc="Ringing")
    talk = after(*queue_call()[:10])
    listening = after(event("Newchannel", phone), event("Newexten", phone, Context="supervise"), state=talk)
    assert listening == talk
    joined = event("BridgeEnter", {**phone, "Linkedid": "1.1", "ChannelStateDesc": "Up"}, BridgeUniqueid="b2")
    taken = after(joined, state=listening)
    assert {leg.name: leg.bridge for leg in taken.calls["1.1"].legs.values()}["PJSIP/8010-00000003"] == "b2"
    gone = after(event("Hangup", {**phone, "Linkedid": "1.1"}), state=taken)
    assert gone.calls["1.1"].legs == talk.calls["1.1"].legs
