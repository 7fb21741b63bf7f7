"""The exchange dies while agents talk and callers wait: what there was is told, and the next caller is answered."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from appliance.api import contract, recordings
from appliance.api.contract import Call, CallState
from appliance.api.recordings import RecordingFilter
from appliance.api.wire import Empty
from images.asking import ask
from images.box import Box
from images.run import poll
from images.traffic import AnsweredCall, Callers
from tests.lab.expectations import audio, decoded, detail, wait_for_history
from tests.lab.rush import AGENTS, DID, sign_in, traffic, wait_for_ready_agents

PREFIX, AFTER = "1380004", "13800050001"
TALKING, WAITING = len(AGENTS), 10
LOST = 2.0
"""Seconds at the end of a recording that a dying exchange may still have had in its memory."""


@dataclass(frozen=True)
class Death:
    """When it died, which calls the phones had then, and who was answered after it."""

    at: float
    talks: tuple[AnsweredCall, ...]
    after: tuple[AnsweredCall, ...]


def states(box: Box) -> Counter[CallState]:
    """What the calls that are up do."""
    return Counter(call.state for call in ask(box, contract.LIVE, Empty()).calls)


@pytest.fixture(scope="module")
def death(box: Box) -> Iterator[Death]:
    box.wait_tested()
    with traffic(box) as calls:
        sign_in(calls, box, talks=240)
        wait_for_ready_agents(box)
        calls.call(Callers(int(PREFIX + "0001"), TALKING + WAITING, DID, "1", patience=240))
        up = {CallState.TALKING: TALKING, CallState.WAITING: WAITING}
        assert poll(lambda: states(box) == up, seconds=60), states(box)
        time.sleep(5)  # for something to be heard in every recording
        talks = tuple(call for call in calls.answered() if call.answered is not None)
        at = time.time()
        box.run(["systemctl", "kill", "--signal=KILL", "asterisk"])
        box.wait_ready()
        # The phones have heard of nothing: the exchange remembers by itself where they are, and who is signed in.
        calls.call(Callers(int(AFTER), 1, DID, "1", patience=5))

        def answered() -> tuple[AnsweredCall, ...]:
            return tuple(call for call in calls.answered() if call.caller == AFTER and call.answered is not None)

        assert poll(lambda: bool(answered()), seconds=60), calls.words()
        yield Death(at, talks, answered())


@pytest.fixture(scope="module")
def rows(box: Box, death: Death) -> list[Call]:
    return wait_for_history(box, PREFIX, TALKING + WAITING, recorded=TALKING + WAITING, seconds=90)


def test_each_call_is_told_and_says_that_it_was_cut_off(box: Box, rows: list[Call], death: Death) -> None:
    assert len(rows) == TALKING + WAITING
    assert {row.caller for row in rows if row.agent} == {talk.caller for talk in death.talks}
    for row in rows:
        last = detail(box, row).timeline[-1]
        assert (row.caller, last.what) == (row.caller, "cut-off")
        # What Asterisk wrote last of it: nobody writes down when a power cut came.
        assert row.ended is not None and row.started < row.ended < death.at + LOST


def test_what_was_recorded_until_then_is_there(box: Box, rows: list[Call], death: Death) -> None:
    lately = ask(box, recordings.RECORDINGS_LIST, RecordingFilter(limit=100)).recordings
    marked = {recording.name for recording in lately if recording.cut_short}
    for row in rows:
        (recording,) = detail(box, row).recordings
        assert recording.name in marked
        assert audio(box, recording.name).stat().st_size > 0
        with decoded(box, recording.name) as file:
            heard = file.getnframes() / file.getframerate()
        assert heard > death.at - recording.started - LOST, f"{row.caller}: {heard:.1f} s are left"


def test_the_next_caller_reaches_an_agent(death: Death) -> None:
    assert len(death.after) == 1
    assert death.after[0].agent in AGENTS


def test_nobody_was_signed_out(box: Box) -> None:
    agents = {agent.number: agent.phone for agent in ask(box, contract.LIVE, Empty()).agents}
    assert all(agents[number] == number for number in AGENTS), agents
