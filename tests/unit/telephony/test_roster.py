"""What core puts right about the queues' members."""

from __future__ import annotations

import pytest

from appliance.site import document
from appliance.site.models import SiteDocument
from appliance.telephony.live_state import LiveState
from appliance.telephony.roster import Deed, Order, Remove, roster
from tests.unit.telephony.ami_events import after, event, queue_call

EXAMPLE = document.fill_secrets(document.load(document.example("en")), None, generate=True)
LEVELS = {queue.name: next(m.level for m in queue.members if m.agent == "8001") for queue in EXAMPLE.queues}


def signing(**queue: object) -> SiteDocument:
    """The example branch, whose agents sign in."""
    agents = tuple(agent.model_copy(update={"signs_in": True}) for agent in EXAMPLE.agents)
    queues = tuple(each.model_copy(update=queue) for each in EXAMPLE.queues)
    return EXAMPLE.model_copy(update={"agents": agents, "queues": queues})


def member(queue: str, phone: str = "8001", **more: str) -> dict[str, str]:
    place = {"Queue": queue, "Name": "8001", "Location": f"PJSIP/{phone}", "StateInterface": f"PJSIP/{phone}"}
    penalty = str(LEVELS.get(queue, 1) - 1)
    facts = {"Status": "1", "Paused": "0", "Membership": "dynamic", "Penalty": penalty}
    return event("QueueMember", {**place, **facts, **more})


def todo(*events: dict[str, str], site: SiteDocument | None = None, now: float = 130.0) -> list[Deed]:
    return list(roster(site or signing(), after(*events), now))


SIGNED_IN = tuple(member(queue) for queue in LEVELS)


def test_who_is_where_the_document_says_is_left_alone() -> None:
    assert todo(*SIGNED_IN) == []
    assert list(roster(EXAMPLE, LiveState(), 130.0)) == []


def test_who_signed_in_joins_a_queue_that_is_new_to_them() -> None:
    assert todo(SIGNED_IN[0]) == [Order("in-8001", "8001")]


def test_who_is_no_longer_in_a_queue_leaves_it_at_the_phone_where_they_sit() -> None:
    there = [member(queue, "8021") for queue in LEVELS]
    assert todo(*there, member("old", "8021")) == [Remove("old", "8021")]


def test_another_level_is_taken_up_anew() -> None:
    first, *others = LEVELS
    found = todo(member(first, Penalty="7"), *(member(queue) for queue in others))
    assert found == [Remove(first, "8001"), Order("in-8001", "8001")]


def test_an_agent_who_signs_in_no_longer_is_no_dynamic_member() -> None:
    assert set(todo(*SIGNED_IN, site=EXAMPLE)) == {Remove(queue, "8001") for queue in LEVELS}


@pytest.mark.parametrize(("now", "deeds"), [(105.0, 0), (101.0 + 10 + 4, 0), (101.0 + 10 + 7, 1)])
def test_a_wrap_up_that_nobody_ends_is_ended(now: float, deeds: int) -> None:
    paused = {"Paused": "1", "PausedReason": "wrap-up", "LastPause": "90"}
    found = todo(*(member(queue, **paused) for queue in LEVELS), now=now)
    assert found == [Order("ready", "8001")] * deeds


@pytest.mark.parametrize(("now", "deeds"), [(110.0 + 60 + 4, 0), (110.0 + 60 + 6, 1)])
def test_one_that_was_begun_anew_has_its_own_time(now: float, deeds: int) -> None:
    paused = {"Paused": "1", "PausedReason": "wrap-up"}
    found = [member(queue, **paused, LastPause=at) for at in ("90", "110") for queue in LEVELS]
    assert todo(*found, now=now) == [Order("ready", "8001")] * deeds


def test_a_wrap_up_does_not_end_while_the_call_goes_on() -> None:
    paused = {"Paused": "1", "PausedReason": "wrap-up", "LastPause": "90"}
    assert todo(*(member(queue, **paused) for queue in LEVELS), *queue_call()[:10], now=9999.0) == []


def rang(times: int) -> list[dict[str, str]]:
    return [event("AgentRingNoAnswer", Queue="repair", Interface="PJSIP/8001") for _ in range(times)]


def test_a_phone_that_rings_unanswered_too_often_is_made_busy_once() -> None:
    site = signing(misses=3)
    assert todo(*SIGNED_IN, *rang(2), site=site) == []
    assert todo(*SIGNED_IN, *rang(3), site=site) == [Order("busy-missed", "8001")]
    assert todo(*SIGNED_IN, *rang(3)) == []
    busy = [member(queue, Paused="1", PausedReason="missed") for queue in LEVELS]
    assert todo(*SIGNED_IN, *rang(3), *busy, site=site) == []


@pytest.mark.parametrize("kind", ["AgentConnect", "QueueMemberPause"])
def test_whoever_answers_or_pauses_begins_to_count_anew(kind: str) -> None:
    between = event(kind, Queue="repair", Interface="PJSIP/8001", MemberName="8001", Paused="0", Membership="dynamic")
    site = signing(misses=3)
    assert todo(*SIGNED_IN, *rang(2), between, SIGNED_IN[0], *rang(2), site=site) == []
