"""The gate after each start: what it finds, what it remembers, and when the box goes back by itself."""

from __future__ import annotations

import os
import struct
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.api.updates import Expectation, FallBack, GateRecord, SelfTest
from appliance.site.exchange import is_own_channel
from appliance.site.problems import BranchboxError, Problem
from provisioning.bootgate import gate, testcall
from provisioning.bootgate.gate import Box, pass_or_leave
from provisioning.bootgate.verdict import Action, Here, action, remember
from provisioning.updates.records import Records

NOW = 1795242725.0
SILENT = Problem(text="The exchange does not answer.")
OLD, NEW = Here("A", "1.4.0", other_good=True), Here("B", "1.5.0", other_good=True)
FIRST = GateRecord(tested=SelfTest(at=NOW - 900, version="1.4.0", slot="A"), proven={"A": "1.4.0"})
UPDATE = Expectation(at=NOW - 60, slot="B", version="1.5.0", by="zhang")


@dataclass
class Bench:
    """A start whose course the test decides; the clock goes on by what the gate pauses."""

    folder: Path
    services: list[tuple[Problem, ...]] = field(default_factory=list)
    exchange: list[tuple[Problem, ...]] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    restarts: int = 0
    boot_is_broken: bool = False
    given_up: bool = False
    seconds: float = 0.0

    @property
    def records(self) -> Records:
        return Records(self.folder / "update", os.getuid(), os.getgid())

    def mark(self, state: str, slot: str) -> None:
        assert slot == "booted"
        if self.boot_is_broken:
            raise BranchboxError(Problem(text="The choice cannot be written."))
        self.marked.append(state)

    def restart(self) -> None:
        self.restarts += 1

    def pause(self, seconds: float) -> None:
        self.seconds += seconds

    def run(self, here: Here) -> Action:
        self.marked, self.restarts = [], 0
        box = Box(
            _next(self.services),
            lambda: self.given_up,
            _next(self.exchange),
            lambda: self.calls.pop(0) if self.calls else 0,
            self,
            self.restart,
            self.folder / "gate.done",
        )
        return pass_or_leave(
            box, here, self.records, clock=lambda: self.seconds, wall_clock=lambda: NOW + self.seconds, pause=self.pause
        )


def _next(answers: list[tuple[Problem, ...]]) -> Callable[[], tuple[Problem, ...]]:
    """Each answer in turn, the last one for ever."""
    return lambda: answers.pop(0) if len(answers) > 1 else answers[0] if answers else ()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_system_that_works_is_marked_good_and_remembered(bench: Bench) -> None:
    assert bench.run(OLD) is Action.KEEP
    assert bench.marked == ["good"]
    assert bench.restarts == 0
    assert bench.records.gate == GateRecord(tested=SelfTest(at=NOW, version="1.4.0", slot="A"), proven={"A": "1.4.0"})
    assert (bench.folder / "update" / "state.json").stat().st_mode & 0o777 == 0o644
    assert (bench.folder / "gate.done").read_text() == "keep\n"


def test_what_is_slow_to_start_is_waited_for(bench: Bench) -> None:
    bench.services = [(SILENT,), (SILENT,), ()]
    bench.exchange = [(SILENT,), ()]
    assert bench.run(OLD) is Action.KEEP
    assert bench.seconds < gate.PATIENCE


def test_an_update_that_does_not_start_its_services_is_left_and_the_old_system_tells_why(bench: Bench) -> None:
    bench.records.write_gate(FIRST)
    bench.records.expect(UPDATE)
    bench.services = [(SILENT,)]
    assert bench.run(NEW) is Action.LEAVE
    assert bench.marked == ["bad"]
    assert bench.restarts == 1
    assert gate.PATIENCE <= bench.seconds < gate.PATIENCE + 10
    bench.services, left = [], bench.seconds
    assert bench.run(OLD) is Action.KEEP
    assert bench.records.gate.fell_back == FallBack(at=NOW + left, version="1.5.0", back_to="1.4.0", problems=(SILENT,))
    bench.run(OLD)
    assert bench.records.gate.fell_back is not None, "it stays until somebody reads it"


def test_nobody_waits_for_a_service_that_nobody_will_start(bench: Bench) -> None:
    bench.records.write_gate(FIRST)
    bench.services, bench.given_up = [(SILENT,)], True
    assert bench.run(NEW) is Action.LEAVE
    assert bench.seconds == 0


def test_an_update_that_does_not_even_boot_is_noticed_by_the_old_system(bench: Bench) -> None:
    bench.records.write_gate(FIRST)
    bench.records.expect(UPDATE)
    assert bench.run(OLD) is Action.KEEP
    assert bench.records.gate.fell_back == FallBack(at=NOW, version="1.5.0", back_to="1.4.0")
    bench.seconds += 1000
    bench.run(OLD)
    fell_back = bench.records.gate.fell_back
    assert fell_back is not None and fell_back.at == NOW, "the next start is no new fall-back"


def test_an_update_that_works_ends_the_story_of_one_that_did_not(bench: Bench) -> None:
    bench.records.write_gate(FIRST.model_copy(update={"fell_back": FallBack(at=1, version="1.4.9", back_to="1.4.0")}))
    bench.records.expect(UPDATE)
    assert bench.run(NEW) is Action.KEEP
    assert bench.records.gate.fell_back is None
    assert bench.records.gate.proven == {"A": "1.4.0", "B": "1.5.0"}


def test_going_back_by_hand_is_no_fall_back(bench: Bench) -> None:
    bench.records.write_gate(GateRecord(tested=SelfTest(at=NOW - 900, version="1.5.0", slot="B")))
    bench.records.expect(Expectation(at=NOW - 60, slot="A", version="1.4.0", by="zhang"))
    bench.run(OLD)
    assert bench.records.gate.fell_back is None


def test_a_system_that_passed_once_is_not_left_for_what_broke_later(bench: Bench) -> None:
    bench.records.write_gate(FIRST)
    bench.exchange = [(SILENT,)]
    assert bench.run(OLD) is Action.STAY
    assert bench.marked == []
    assert bench.restarts == 0
    tested = bench.records.gate.tested
    assert tested is not None and tested.problems == (SILENT,)


@pytest.mark.parametrize("here", [Here(None, "0.1.0"), Here("B", "1.5.0", other_good=False)])
def test_where_there_is_nothing_to_go_back_to_the_box_stays(bench: Bench, here: Here) -> None:
    bench.services = [(SILENT,)]
    assert bench.run(here) is Action.STAY
    assert bench.restarts == 0


def test_the_way_back_waits_for_calls_but_not_for_ever(bench: Bench) -> None:
    bench.services, bench.calls = [(SILENT,)], [3, 1, 0]
    bench.run(NEW)
    assert bench.restarts == 1
    assert bench.seconds < gate.PATIENCE + 20
    bench.calls, began = [1] * 10_000, bench.seconds
    bench.run(NEW)
    assert bench.restarts == 1
    assert bench.seconds - began < gate.PATIENCE + gate.CALLS_PATIENCE + 10


def test_a_boot_choice_that_cannot_be_written_does_not_keep_the_box_in_a_broken_system(bench: Bench) -> None:
    bench.services, bench.boot_is_broken = [(SILENT,)], True
    assert bench.run(NEW) is Action.LEAVE
    assert bench.restarts == 1


def test_a_container_remembers_no_slot(bench: Bench) -> None:
    bench.run(Here(None, "0.1.0"))
    assert bench.marked == []
    assert bench.records.gate.proven == {}


def test_a_clock_that_stood_still_does_not_hide_a_fall_back() -> None:
    after = remember(OLD, FIRST, UPDATE, (), now=5.0)
    assert after.fell_back is not None
    assert action(OLD, after, ()) is Action.KEEP


# --- the call -----------------------------------------------------------------------------------


def recording(path: Path, left: int, right: int, seconds: float = 2.0) -> None:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(struct.pack("<2h", left, right) * int(8000 * seconds))


@dataclass
class Exchange:
    """Records when it is asked to call."""

    path: Path
    left: int = 3000
    right: int = 3000
    records: bool = True
    asked: list[str] = field(default_factory=list)

    def ask(self, command: str) -> str:
        self.asked.append(command)
        if self.records:
            self.path.unlink(missing_ok=True)
            recording(self.path, self.left, self.right)
        return ""


def test_a_recorded_call_with_both_sides_passes(tmp_path: Path) -> None:
    exchange = Exchange(tmp_path / "gate.wav")
    assert testcall.call(exchange, exchange.path, 5, pause=lambda _: None) == ()
    assert exchange.asked == ["channel originate Local/called@branchbox-gate/n extension caller@branchbox-gate"]


@pytest.mark.parametrize(("left", "right"), [(0, 3000), (3000, 0), (8, 8)])
def test_a_side_without_a_voice_is_said(tmp_path: Path, left: int, right: int) -> None:
    exchange = Exchange(tmp_path / "gate.wav", left, right)
    [problem] = testcall.call(exchange, exchange.path, 5, pause=lambda _: None)
    assert "lacks a side's voice" in str(problem)


def test_the_recording_of_an_earlier_start_does_not_count(tmp_path: Path) -> None:
    recording(tmp_path / "gate.wav", 3000, 3000)
    exchange = Exchange(tmp_path / "gate.wav", records=False)
    [problem] = testcall.call(exchange, exchange.path, 5, pause=lambda _: None)
    assert "left no recording within 5 s" in str(problem)


def test_a_file_that_is_no_recording_is_said(tmp_path: Path) -> None:
    (tmp_path / "gate.wav").write_bytes(b"RIFF")
    [problem] = testcall.heard(tmp_path / "gate.wav")
    assert "cannot be read" in str(problem)


def test_only_the_box_s_own_call_is_told_from_others() -> None:
    assert is_own_channel("Local/called@branchbox-gate-00000001;2")
    assert not is_own_channel("Local/8001@extensions-00000001;2")
    assert not is_own_channel("PJSIP/branchbox-gate-00000001")
