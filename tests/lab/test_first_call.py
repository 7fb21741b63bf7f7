"""50 callers, 10 agents, 10 who give up: the box tells afterwards what really happened."""

from __future__ import annotations

import pytest

from appliance.api.contract import Call
from images.box import Box
from images.traffic import Ending
from tests.lab.expectations import history_agrees, no_call_noticed, recordings_hold_both, wait_for_history
from tests.lab.rush import BRIEF, GIVING_UP, PATIENT, Rush, rush

PREFIX = "1380001"


@pytest.fixture(scope="module")
def seen(box: Box) -> Rush:
    """What SIPp saw."""
    return rush(box, int(PREFIX + "0001"))


@pytest.fixture(scope="module")
def rows(box: Box, seen: Rush) -> list[Call]:
    """What the box tells."""
    return wait_for_history(box, PREFIX, len(seen.placed), recorded=BRIEF + PATIENT)


def test_every_caller_got_what_the_exchange_owes(seen: Rush) -> None:
    no_call_noticed(seen)
    endings = [call.ended_by for call in seen.placed]
    assert endings.count(Ending.CALLER) == BRIEF + GIVING_UP
    assert endings.count(Ending.BOX) == PATIENT
    assert sum(seen.talk_of(call) is not None for call in seen.placed) == BRIEF + PATIENT
    assert len({talk.agent for talk in seen.answered}) == 10


def test_history_tells_each_call_to_the_second(rows: list[Call], seen: Rush) -> None:
    history_agrees(rows, seen)


def test_each_answered_call_is_recorded_with_caller_left_and_agent_right(
    box: Box, rows: list[Call], seen: Rush
) -> None:
    recordings_hold_both(box, rows, seen)
