"""Core and recorder die in the middle of a rush and come back 30 s later: no call notices, nothing is missing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from appliance.api.contract import Call
from images.box import Box
from images.traffic import Ending
from tests.lab.expectations import history_agrees, no_call_noticed, recordings_hold_both, wait_for_history
from tests.lab.rush import BRIEF, GIVING_UP, PATIENT, Rush, rush

PREFIX = "1380002"
DYING = ("branchbox-core", "branchbox-recorder")
DEAD_FOR = 30.0


@pytest.fixture(scope="module")
def seen(box: Box) -> Iterator[Rush]:
    """What SIPp saw while the services were dead for a while."""
    back = threading.Timer(DEAD_FOR, lambda: box.run(["systemctl", "start", *DYING]))

    def die() -> None:
        box.run(["systemctl", "kill", "--signal=KILL", *DYING])
        box.run(["systemctl", "stop", *DYING])  # else systemd would start them again at once
        back.start()

    try:
        yield rush(box, int(PREFIX + "0001"), half_way=die)
    finally:
        back.join()
        box.run(["systemctl", "start", *DYING])


@pytest.fixture(scope="module")
def rows(box: Box, seen: Rush) -> list[Call]:
    """What the box tells, once core answers again."""
    box.wait_ready()
    return wait_for_history(box, PREFIX, len(seen.placed), recorded=BRIEF + PATIENT, seconds=60)


def test_the_services_were_dead_while_calls_were_up(box: Box, seen: Rush) -> None:
    began = box.run(["systemctl", "show", "--property=ExecMainStartTimestamp", "--timestamp=unix", *DYING]).out
    starts = [float(line.split("@")[1]) for line in began.splitlines() if "@" in line]
    ends = [call.ended for call in seen.placed if call.ended is not None]
    assert len(starts) == len(DYING)
    for start in starts:
        during = [end for end in ends if start - DEAD_FOR < end < start]
        assert len(during) >= 10, "no call ended while they were dead: the test proves nothing"
        assert start < time.time()


def test_no_call_noticed(seen: Rush) -> None:
    no_call_noticed(seen)
    endings = [call.ended_by for call in seen.placed]
    assert endings.count(Ending.CALLER) == BRIEF + GIVING_UP
    assert endings.count(Ending.BOX) == PATIENT
    assert sum(seen.talk_of(call) is not None for call in seen.placed) == BRIEF + PATIENT


def test_history_is_complete_to_the_second(rows: list[Call], seen: Rush) -> None:
    history_agrees(rows, seen)


def test_recordings_are_complete(box: Box, rows: list[Call], seen: Rush) -> None:
    recordings_hold_both(box, rows, seen)
