"""What one agent sees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.api.contract import AgentState, Parked
from appliance.api.desk import Desk
from appliance.site import document
from appliance.site.models import Survey
from appliance.telephony.desk import desk
from appliance.telephony.live_state import LiveState
from appliance.telephony.picture import LinkState, SiteFacts, picture
from tests.unit.telephony.ami_events import after, agent, event, queue_call

SITE = document.fill_secrets(document.load(document.example("en")), None, generate=True)
FACTS = SiteFacts.of(SITE)


def seen(number: str, state: LiveState, facts: SiteFacts = FACTS) -> Desk:
    return desk(number, picture(state, facts, LinkState(True, 50.0, 120.0), 130.0), state, facts)


def test_the_agents_phone_rings_and_nobody_elses_desk_shows_it() -> None:
    ringing = after(*queue_call()[:6])
    [call] = seen("8001", ringing).calls
    assert (call.ringing, call.call.caller, call.call.queue) == (True, "13805772046", "repair")
    assert seen("8002", ringing).calls == ()


def test_a_call_that_was_taken_rings_no_more() -> None:
    [call] = seen("8001", after(*queue_call()[:10])).calls
    assert not call.ringing and call.since == 106.0  # when its channel was up


def test_the_waiting_line_is_that_of_the_agents_queues() -> None:
    queues = tuple(queue for queue in FACTS.queues if queue.name == "billing")
    mine = seen("8001", LiveState(), replace(FACTS, queues=queues))
    assert [queue.name for queue in mine.queues] == ["billing"]
    nobodys = tuple(queue.model_copy(update={"members": ()}) for queue in queues)
    assert seen("8001", LiveState(), replace(FACTS, queues=nobodys)).queues == ()


def test_who_sits_at_another_phone_sees_its_calls_and_not_those_of_the_own_one() -> None:
    agents = tuple(agent.model_copy(update={"signs_in": True}) for agent in FACTS.agents)
    at_8001 = {"Queue": "repair", "Name": "8002", "Location": "PJSIP/8001", "StateInterface": "PJSIP/8001"}
    state = after(event("QueueMember", at_8001, Status="1", Paused="0"), *queue_call()[:6])
    facts = replace(FACTS, agents=agents)
    assert seen("8002", state, facts).agent.state is AgentState.RINGING
    assert len(seen("8002", state, facts).calls) == 1
    assert (seen("8001", state, facts).agent.state, seen("8001", state, facts).calls) == (AgentState.SIGNED_OUT, ())


def test_what_is_parked_everybody_may_take_back() -> None:
    park = {"Event": "ParkedCall", "ParkeeUniqueid": "1.1", "ParkerDialString": "PJSIP/8001", "ParkingSpace": "3"}
    state = after(*queue_call()[:10], event("Hangup", agent()), park)
    for number in ("8001", "8002"):
        [call] = seen(number, state).parked
        assert call.parked == Parked(place=3, by="8001")


def test_the_agent_may_wish_a_survey_where_the_queue_leaves_it_to_the_agent() -> None:
    for survey in Survey:
        queues = tuple(queue.model_copy(update={"survey": survey}) for queue in FACTS.queues)
        [call] = seen("8001", after(*queue_call()[:10]), replace(FACTS, queues=queues)).calls
        assert call.survey is (survey is Survey.WISH)


def test_nobodys_desk_is_none() -> None:
    with pytest.raises(KeyError):
        seen("9999", LiveState())
