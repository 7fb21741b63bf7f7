"""Restarting and switching off: when calls allow it, seen by everybody, given up by anybody."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.api.contract import Restart, RestartKind
from appliance.api.power import FactoryReset, PowerRequest
from appliance.site.problems import BranchboxError, Problem
from provisioning.booted import Booted
from provisioning.power import reset
from provisioning.power.power import Power
from provisioning.power.waiting import Step, step

NOW = 1795242725.0


@dataclass
class Bench:
    """A box that cannot really stop."""

    folder: Path
    calls: int | None = 3
    now: float = NOW
    stopped: list[Restart] = field(default_factory=list)
    prepared: list[Restart] = field(default_factory=list)
    before: Callable[[Restart], None] | None = None

    def runs(self) -> bool:
        return True

    def conversations_up(self) -> int:
        if self.calls is None:
            raise BranchboxError(Problem(text="silent"))
        return self.calls

    def power(self) -> Power:
        return Power(
            self,
            {RestartKind.UPDATE: self.before or self.prepared.append},
            note=self.folder / "power.json",
            stop=self.stopped.append,
            owner=(os.getuid(), os.getgid()),
            clock=lambda: self.now,
        )


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_restart_waits_for_the_last_call_and_then_comes(bench: Bench) -> None:
    power = bench.power()
    state = power.ask(RestartKind.REBOOT, PowerRequest(why="new cable", wait=600), "zhang")
    assert state.pending is not None
    assert (state.calls, state.pending.by, state.pending.why, state.pending.latest) == (
        3,
        "zhang",
        "new cable",
        NOW + 600,
    )
    power.look()
    assert bench.stopped == []
    bench.calls = 0
    power.look()
    power.look()
    assert [each.kind for each in bench.stopped] == [RestartKind.REBOOT]


def test_without_calls_it_comes_at_once(bench: Bench) -> None:
    bench.calls = 0
    bench.power().ask(RestartKind.OFF, PowerRequest(why="move", wait=600), "zhang")
    assert [each.kind for each in bench.stopped] == [RestartKind.OFF]


def test_now_means_now_though_calls_are_up(bench: Bench) -> None:
    bench.power().ask(RestartKind.REBOOT, PowerRequest(why="hangs", wait=0), "zhang")
    assert len(bench.stopped) == 1


def test_it_comes_at_the_latest_when_it_was_said(bench: Bench) -> None:
    power = bench.power()
    power.ask(RestartKind.REBOOT, PowerRequest(why="hangs", wait=60), "zhang")
    bench.now += 59
    power.look()
    assert bench.stopped == []
    bench.now += 1
    power.look()
    assert len(bench.stopped) == 1


def test_a_quiet_window_without_a_quiet_moment_is_given_up_and_said(bench: Bench) -> None:
    power = bench.power()
    power.ask(RestartKind.UPDATE, PowerRequest(why="1.5.0", begin=NOW + 3600, wait=7200, anyway=False), "zhang")
    bench.calls = 0
    power.look()
    assert bench.stopped == [], "the window has not begun"
    bench.calls, bench.now = 1, NOW + 3600 + 7200
    power.look()
    state = power.state()
    assert bench.stopped == []
    assert state.pending is None
    assert "calls were up all the time" in str(state.given_up)


def test_what_the_exchange_does_not_say_counts_as_calls(bench: Bench) -> None:
    bench.calls = None
    power = bench.power()
    power.ask(RestartKind.REBOOT, PowerRequest(why="hangs", wait=60), "zhang")
    assert bench.stopped == []
    assert power.state().calls is None


def test_one_waits_at_a_time_and_anybody_may_cancel_it(bench: Bench) -> None:
    power = bench.power()
    power.ask(RestartKind.REBOOT, PowerRequest(why="new cable"), "zhang")
    with pytest.raises(BranchboxError, match="zhang has asked the box to stop already: new cable"):
        power.ask(RestartKind.OFF, PowerRequest(why="move"), "li")
    assert power.cancel("li").pending is None
    bench.calls = 0
    power.look()
    assert bench.stopped == []
    with pytest.raises(BranchboxError, match="Nothing waits"):
        power.cancel("li")


def test_it_outlives_a_restart_of_the_service(bench: Bench) -> None:
    bench.power().ask(RestartKind.REBOOT, PowerRequest(why="new cable"), "zhang")
    again = bench.power()
    assert again.pending is not None
    assert again.pending.why == "new cable"
    again.cancel("zhang")
    assert bench.power().pending is None


def test_an_update_is_switched_to_at_the_last_moment_and_not_before(bench: Bench) -> None:
    power = bench.power()
    power.ask(RestartKind.UPDATE, PowerRequest(why="1.5.0"), "zhang")
    assert bench.prepared == []
    bench.calls = 0
    power.look()
    assert len(bench.prepared) == len(bench.stopped) == 1


def test_a_switch_that_fails_stops_nothing_and_is_said(bench: Bench) -> None:
    def fails(_restart: Restart) -> None:
        raise BranchboxError(Problem(text="The choice cannot be written."))

    bench.before, bench.calls = fails, 0
    state = bench.power().ask(RestartKind.UPDATE, PowerRequest(why="1.5.0"), "zhang")
    assert bench.stopped == []
    assert state.pending is None
    assert str(state.given_up) == "The choice cannot be written."


@pytest.mark.parametrize(
    ("calls", "seconds", "anyway", "does"),
    [
        (0, -1, True, Step.WAIT),
        (0, 0, True, Step.GO),
        (2, 0, True, Step.WAIT),
        (2, 100, True, Step.GO),
        (2, 100, False, Step.GIVE_UP),
        (None, 99, True, Step.WAIT),
        (None, 100, True, Step.GO),
    ],
)
def test_when_it_comes(calls: int | None, seconds: float, anyway: bool, does: Step) -> None:
    restart = Restart(kind=RestartKind.REBOOT, by="zhang", why="x", begin=NOW, latest=NOW + 100, anyway=anyway)
    assert step(restart, calls, NOW + seconds) is does


def test_starting_over_wants_the_branch_s_code() -> None:
    box = Booted(slot="A", version="1.4.0")
    reset.allowed(box, "WZN", " wzn ")
    with pytest.raises(BranchboxError, match="WZS is not this branch's code"):
        reset.allowed(box, "WZN", "WZS")
    with pytest.raises(BranchboxError, match="does not run from a Branchbox disk"):
        reset.allowed(None, "WZN", "WZN")


@pytest.mark.parametrize(("keep", "says"), [(True, "lib/branchbox/recordings\nlib/branchbox/core\n"), (False, "")])
def test_starting_over_leaves_its_order_for_the_next_start(tmp_path: Path, keep: bool, says: str) -> None:
    reset.order(tmp_path / "factory-reset", keep_recordings=keep, owner=(os.getuid(), os.getgid()))
    assert (tmp_path / "factory-reset").read_text() == says


def test_whether_recordings_stay_is_seen_while_a_reset_waits(bench: Bench) -> None:
    asked = FactoryReset(why="sold", code="WZN", keep_recordings=False)
    state = bench.power().ask(RestartKind.RESET, asked, "zhang")
    assert state.pending is not None
    assert not state.pending.keep_recordings
