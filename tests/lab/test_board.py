"""What a supervisor's phone does by itself, once it is rung: its keys, without core, refused. By the board's keys: see
`test_board_keys`.

The phones are baresip's: SIP user agents that nobody here wrote, each saying a tone of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from appliance.api import board, contract
from appliance.api.board import Board
from appliance.api.contract import CallState
from appliance.api.wire import Empty
from images.asking import ask
from images.box import Box
from images.phones import Handset, Handsets, Line
from images.run import poll
from tests.lab.rush import passwords
from tests.lab.sound import WINDOW, loudness, share, windows
from tests.lab.test_recorder import said, say

AGENT, COLLEAGUE, SUPERVISORS = "8001", "8022", "8021"
"""An agent's phone, the one that calls it, and the supervisor's."""
AGENTS_TONE, CALLERS_TONE, SUPERVISORS_TONE = 1200, 440, 700
TONES = {"agent": AGENTS_TONE, "caller": CALLERS_TONE, "supervisor": SUPERVISORS_TONE}
HEARD = 0.15
"""Share of the energy from which a tone is there; of two tones each has about a half."""
WHY = "the lab says so"


@dataclass(frozen=True)
class Floor:
    """Three phones; agent and caller talk."""

    agent: Handset
    caller: Handset
    supervisor: Handset


def voices(samples: Sequence[int]) -> set[str]:
    """Who is heard in most of these tenths of a second."""
    pieces = [piece for piece in windows(samples, 0, len(samples) / 8000) if len(piece) == WINDOW]
    loud = [piece for piece in pieces if loudness(piece) > 100]
    if len(loud) * 2 < len(pieces):
        return set()
    return {name for name, tone in TONES.items() if sum(share(piece, tone) > HEARD for piece in loud) * 2 > len(loud)}


def settles(phone: Handset, wanted: set[str]) -> bool:
    """Whether this phone comes to hear these, and only these."""
    return poll(lambda: voices(phone.hears(0.5)) == wanted, seconds=10)


@pytest.fixture
def floor(box: Box) -> Iterator[Floor]:
    """A colleague has called the agent, and both talk."""
    secrets = passwords(box)
    with Handsets(box.network.operator) as phones:
        made = Floor(
            phones.add(AGENT, secrets[AGENT], tone=AGENTS_TONE),
            phones.add(COLLEAGUE, secrets[COLLEAGUE], tone=CALLERS_TONE),
            phones.add(SUPERVISORS, secrets[SUPERVISORS], tone=SUPERVISORS_TONE),
        )
        made.caller.dial(AGENT)
        made.agent.wait(Line.RINGS)
        made.agent.answer()
        made.caller.wait(Line.TALKS)
        assert poll(lambda: ours(box) == CallState.TALKING, seconds=10)
        yield made


def ours(box: Box) -> CallState | None:
    """The state of the only call that is somebody's."""
    calls = ask(box, contract.LIVE, Empty()).calls
    return calls[0].state if len(calls) == 1 else None


def listen(box: Box, floor: Floor) -> None:
    """The supervisor asks, the own phone rings and is lifted, and the asking is answered."""
    with ThreadPoolExecutor(1) as beside:
        asking = beside.submit(said, box, "supervisor", "board/listen", agent=AGENT)
        floor.supervisor.wait(Line.RINGS)
        floor.supervisor.answer()
        asking.result(timeout=30)


def test_listening_reaches_nobody_and_keys_change_it(box: Box, floor: Floor) -> None:
    listen(box, floor)
    assert settles(floor.supervisor, {"agent", "caller"})
    assert settles(floor.agent, {"caller"})
    assert settles(floor.caller, {"agent"})
    floor.supervisor.press("5")
    assert settles(floor.agent, {"caller", "supervisor"})
    assert settles(floor.caller, {"agent"})
    floor.supervisor.press("6")
    assert settles(floor.agent, {"caller", "supervisor"})
    assert settles(floor.caller, {"agent", "supervisor"})
    floor.supervisor.press("4")
    assert settles(floor.agent, {"caller"})
    assert settles(floor.caller, {"agent"})
    assert ours(box) == CallState.TALKING, "the supervisor's phone is nobody's call"


def test_listening_ends_with_the_call_and_not_before(box: Box, floor: Floor) -> None:
    listen(box, floor)
    assert settles(floor.supervisor, {"agent", "caller"})
    floor.caller.hang_up()
    floor.supervisor.wait(Line.FREE)


def test_listening_goes_on_without_core(box: Box, floor: Floor) -> None:
    listen(box, floor)
    box.run(["systemctl", "stop", "branchbox-core"])
    try:
        assert settles(floor.supervisor, {"agent", "caller"})
        floor.supervisor.press("5")
        assert settles(floor.agent, {"caller", "supervisor"})
    finally:
        box.run(["systemctl", "start", "branchbox-core"])
        box.wait_ready()


def test_a_listening_phone_takes_over_without_being_put_down(box: Box, floor: Floor) -> None:
    listen(box, floor)
    said(box, "supervisor", "board/take_over", agent=AGENT, why=WHY)
    floor.agent.wait(Line.FREE)
    assert settles(floor.caller, {"supervisor"})


def test_a_phone_that_refuses_changes_nothing(box: Box, floor: Floor) -> None:
    with ThreadPoolExecutor(1) as beside:
        asking = beside.submit(say, box, "supervisor", "board/take_over", agent=AGENT, why=WHY)
        floor.supervisor.wait(Line.RINGS)
        floor.supervisor.hang_up()
        status, answer = asking.result(timeout=60)
    assert status == 409, answer
    assert settles(floor.caller, {"agent"})
    assert settles(floor.agent, {"caller"})


def test_an_agent_may_not(box: Box) -> None:
    status, _ = say(box, "lina", "board/listen", agent=AGENT)
    assert status == 403


def test_history_has_the_talk_once_and_no_call_of_the_supervisors_phone(box: Box, floor: Floor) -> None:
    listen(box, floor)
    floor.caller.hang_up()
    floor.supervisor.wait(Line.FREE)

    def calls() -> list[tuple[str, str]]:
        listed = json.loads(box.as_user("supervisor", ["branchbox", "calls", "list", "--limit", "1", "--json"]).out)
        return [(call["caller"], call["called"]) for call in listed["calls"] if call["ended"]]

    assert poll(lambda: calls() == [(COLLEAGUE, AGENT)], seconds=20)
    now: Board = ask(box, board.NOW, Empty())
    assert now.calls == ()
