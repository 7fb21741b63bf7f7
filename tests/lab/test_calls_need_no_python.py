"""Rule 1: with all four services stopped calls come in, queue, are answered and recorded; history follows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.api.contract import Call
from images.box import Box
from images.traffic import Callers
from tests.lab.expectations import history_agrees, no_call_noticed, recordings_hold_both, wait_for_history
from tests.lab.rush import DID, Rush, sign_in, traffic

PREFIX = "1380003"
SERVICES = ("branchbox-core", "branchbox-host", "branchbox-recorder", "branchbox-health", "branchbox-power")
ANSWERED, GIVING_UP = 6, 2


@pytest.fixture(scope="module")
def seen(box: Box) -> Iterator[Rush]:
    """What SIPp saw while none of our services ran."""
    box.wait_tested()
    box.run(["systemctl", "stop", *SERVICES])
    running = box.run(["pgrep", "--list-full", "--full", "/opt/branchbox"], check=False).out
    assert not running, "a process of ours is left, so this would prove nothing"
    try:
        with traffic(box) as calls:
            sign_in(calls, box, rings=3, talks=6)
            calls.call(Callers(int(PREFIX + "0001"), ANSWERED, DID, "1", patience=60))
            calls.call(Callers(int(PREFIX + "0101"), GIVING_UP, DID, "2", patience=3))
            calls.wait(60)
            rush = Rush(tuple(calls.placed()), tuple(calls.answered()))
    finally:
        box.run(["systemctl", "start", *SERVICES])
    yield rush


@pytest.fixture(scope="module")
def rows(box: Box, seen: Rush) -> list[Call]:
    """What the box tells when its services run again."""
    box.wait_ready()
    return wait_for_history(box, PREFIX, len(seen.placed), recorded=ANSWERED, seconds=60)


def test_calls_come_in_queue_and_are_answered(seen: Rush) -> None:
    no_call_noticed(seen)
    assert sum(seen.talk_of(call) is not None for call in seen.placed) == ANSWERED


def test_history_is_complete(rows: list[Call], seen: Rush) -> None:
    history_agrees(rows, seen)


def test_recordings_are_complete(box: Box, rows: list[Call], seen: Rush) -> None:
    recordings_hold_both(box, rows, seen)
