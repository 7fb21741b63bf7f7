"""Updates: which bundle may go in, how an installation ends, and going over to the other system."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from appliance.api.updates import FallBack, GateRecord, Result, SelfTest, Source, UpdateState
from appliance.site.problems import BranchboxError, Problem
from provisioning.booted import Booted, booted, started
from provisioning.updates import rauc
from provisioning.updates.rauc import Bundle, Doing
from provisioning.updates.records import Records
from provisioning.updates.updater import Updater
from provisioning.updates.words import explained
from tests.unit.provisioning.fake_rauc import FakeRauc, Machine, Stick

SAID = Path(__file__).parent / "rauc"
NOW = 1795242725.0
STICK = Source(stick="sdb1", file="branchbox-1.5.0.raucb")
BOX = Booted(slot="A", version="1.4.0")
GOOD = GateRecord(tested=SelfTest(at=NOW - 100, version="1.4.0", slot="A"), proven={"A": "1.4.0"})


@dataclass
class Bench:
    """An updater on a box without a disk."""

    folder: Path
    rauc: FakeRauc = field(default_factory=FakeRauc)
    machine: Machine = field(default_factory=Machine)
    stick: Stick = field(default_factory=Stick)
    now: float = NOW
    looks: threading.Event = field(default_factory=threading.Event)

    @property
    def records(self) -> Records:
        return Records(self.folder / "update", os.getuid(), os.getgid())

    def updater(self, box: Booted | None = BOX) -> Updater:
        return Updater(
            box,
            "0.1.0",
            self.rauc,
            self.machine,
            self.stick.fetched,
            records=self.records,
            note=self.folder / "install.json",
            owner=(os.getuid(), os.getgid()),
            clock=lambda: self.now,
            pause=self.pause,
        )

    def pause(self, _seconds: float) -> None:
        self.looks.wait(0.01)

    def ended(self) -> UpdateState:
        """The state once nothing is installed any more."""
        for thread in threading.enumerate():
            if thread.name == "update":
                thread.join(10)
        return self.updater().state()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    made.records.write_gate(GOOD)
    yield made
    made.rauc.write("test ends")
    made.ended()


def test_a_box_that_does_not_run_from_slots_says_so(bench: Bench) -> None:
    state = bench.updater(box=None).state()
    assert state.version == "0.1.0"
    assert state.slots == ()
    assert "does not run from a Branchbox disk" in str(state.unable)
    with pytest.raises(BranchboxError, match="nothing to update"):
        bench.updater(box=None).check(STICK)


def test_both_systems_are_shown_with_the_one_that_runs_and_the_one_that_is_next(bench: Bench) -> None:
    bench.rauc.first = "rootfs.1"
    one, other = bench.updater().state().slots
    assert (one.name, one.version, one.running, one.next, one.good) == ("A", "1.4.0", True, False, True)
    assert (other.name, other.running, other.next, other.installed) == ("B", False, True, 1793499249.0)


def test_a_bundle_that_fits_is_shown_with_its_place_and_nothing_against_it(bench: Bench) -> None:
    checked = bench.updater().check(STICK)
    assert (checked.version, checked.slot, checked.size, checked.problems) == ("1.5.0", "B", 600_000_060, ())
    assert bench.rauc.begun == []
    assert bench.stick.held == 0


def bundle(**changes: object) -> Callable[[Bench], None]:
    def change(bench: Bench) -> None:
        bench.rauc.bundle = replace(bench.rauc.bundle, **changes)  # type: ignore[arg-type]  # Bundle's own fields

    return change


def small(bench: Bench) -> None:
    bench.machine.room = 500_000_000


def full(bench: Bench) -> None:
    bench.machine.left = 100_000_000


def busy(bench: Bench) -> None:
    bench.rauc.now = Doing(busy=True, share=0.1, said="", error="")


def unproven(bench: Bench) -> None:
    bench.records.write_gate(GateRecord())


def failed_itself(bench: Bench) -> None:
    tested = SelfTest(at=NOW, version="1.4.0", slot="A", problems=(Problem(text="The exchange does not answer."),))
    bench.records.write_gate(GateRecord(tested=tested))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (bundle(compatible="other"), "for another kind of box"),
        (bundle(version="1.3.9"), "Version 1.3.9 is older than the 1.4.0 that runs"),
        (bundle(version=""), "does not say its version"),
        (small, "needs 600 MB in the place of system B on the disk, which holds 500 MB"),
        (full, "The disk has 100 MB free; 117 MB are needed"),
        (busy, "Another update is being installed"),
        (unproven, "has not passed its own test"),
        (failed_itself, "has not passed its own test"),
    ],
)
def test_what_stands_against_a_bundle_is_said_and_nothing_is_written(
    bench: Bench, change: Callable[[Bench], None], says: str
) -> None:
    change(bench)
    [problem] = bench.updater().check(STICK).problems
    assert says in str(problem)
    with pytest.raises(BranchboxError, match=says[:40]):
        bench.updater().install(STICK, "zhang")
    assert bench.rauc.begun == []


def test_the_same_version_may_be_installed_again(bench: Bench) -> None:
    bundle(version="1.4.0")(bench)
    assert bench.updater().check(STICK).problems == ()


def test_a_bundle_that_rauc_refuses_is_explained_with_its_own_words_beneath(bench: Bench) -> None:
    bench.rauc.refuses = "Call failed: signature verification failed: Verify error: self-signed certificate"
    checked = bench.updater().check(STICK)
    [problem] = checked.problems
    assert checked.version is None
    assert "a key that this box does not trust" in str(problem)
    assert problem.original == "signature verification failed: Verify error: self-signed certificate"


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("Invalid bundle format: Signature size (4278191921) exceeds bundle size", "is damaged"),
        (
            "Invalid bundle format: Failed to seek to end of bundle: Error seeking in file: Invalid argument",
            "no update",
        ),
        (
            "Invalid bundle format: Failed to open bundle for reading: Error opening file x.raucb: "
            "No such file or directory",
            "not there any more",
        ),
        ("Failed to stream bundle https://x/y.raucb: failed to configure streaming: server not responding", "address"),
        ("Failed mounting bundle: Failed to open /dev/mapper/control: No such file or directory", "read to its end"),
        ("Installation error: Failed updating slot rootfs.1: Input/output error", "read to its end"),
        ("signature verification failed: Verify error: certificate has expired", "date"),
        ("The name de.pengutronix.rauc was not provided by any .service files", "does not answer"),
        ("Something new", "refuses"),
    ],
)
def test_rauc_s_words_are_explained(said: str, means: str) -> None:
    assert means in explained(said).text
    assert explained(said).original == said


def test_while_it_is_installed_progress_is_seen_and_the_stick_is_held(bench: Bench) -> None:
    updater = bench.updater()
    state = updater.install(STICK, "zhang")
    assert [slot.name for slot in updater.state().slots] == ["A", "B"], "RAUC does not tell them any more"
    bench.now += 20
    progress = bench.updater().state().progress
    assert state.progress is not None and progress is not None
    assert (progress.version, progress.slot, progress.by, progress.share) == ("1.5.0", "B", "zhang", 0.4)
    assert progress.rate == pytest.approx(600_000_060 * 0.4 / 20)
    assert progress.left == pytest.approx(30)
    assert bench.stick.held == 1
    assert bench.rauc.begun == ["/run/branchbox/stick/sdb1/branchbox/branchbox-1.5.0.raucb"]
    with pytest.raises(BranchboxError, match="Another update is being installed"):
        bench.updater().install(STICK, "li")
    bench.rauc.write()
    ended = bench.ended()
    assert bench.stick.held == 0
    assert ended.progress is None
    assert ended.last is not None
    assert (ended.last.result, ended.last.version, ended.last.slot) == (Result.INSTALLED, "1.5.0", "B")
    assert ended.slots[1].version == "1.5.0"
    assert not ended.slots[1].next, "installing does not switch"


def test_a_stick_pulled_in_the_middle_is_said_and_the_running_system_is_not_touched(bench: Bench) -> None:
    bench.updater().install(STICK, "zhang")
    bench.rauc.write("Installation error: Failed updating slot rootfs.1: Input/output error")
    ended = bench.ended()
    assert ended.last is not None and ended.last.problem is not None
    assert ended.last.result is Result.FAILED
    assert "could not be read to its end" in str(ended.last.problem)
    assert [slot.good for slot in ended.slots] == [True, False]
    assert ended.slots[1].version is None
    with pytest.raises(BranchboxError, match="System B cannot be started"):
        bench.updater().other_can_start(newer=False)


def test_an_installation_is_cancelled_in_the_middle(bench: Bench) -> None:
    updater = bench.updater()
    updater.install(STICK, "zhang")
    updater.cancel()
    ended = bench.ended()
    assert bench.rauc.stopped.is_set()
    assert ended.last is not None
    assert (ended.last.result, ended.last.problem) == (Result.CANCELLED, None)
    with pytest.raises(BranchboxError, match="No update is being installed"):
        updater.cancel()


def test_a_service_that_comes_back_goes_on_watching(bench: Bench) -> None:
    bench.rauc.begin("x")
    (bench.folder / "install.json").write_text(
        json.dumps({"version": "1.5.0", "slot": "B", "size": 1, "since": NOW, "by": "zhang"})
    )
    again = bench.updater()
    again.take_up()
    assert again.state().progress is not None
    bench.rauc.write()
    last = bench.ended().last
    assert last is not None and last.result is Result.INSTALLED


def test_a_slot_that_was_never_filled_is_nothing_to_go_back_to(bench: Bench) -> None:
    bench.machine.slots = "A"
    assert [slot.good for slot in bench.updater().state().slots] == [True, False]
    with pytest.raises(BranchboxError, match="System B cannot be started: it is empty"):
        bench.updater().other_can_start(newer=False)


def test_the_system_that_came_with_the_image_keeps_its_version_on_screen(bench: Bench) -> None:
    bench.rauc.parts["rootfs.0"] = replace(bench.rauc.parts["rootfs.0"], version=None, installed=None)
    bench.records.write_gate(GOOD.model_copy(update={"proven": {"A": "1.4.0", "B": "1.5.0"}}))
    slots = bench.updater(Booted(slot="B", version="1.5.0")).state().slots
    assert [slot.version for slot in slots] == ["1.4.0", "1.5.0"]


def test_rauc_that_is_slow_to_answer_neither_hides_nor_ends_an_installation(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provisioning.updates.updater.UNANSWERED", 1_000_000)
    updater = bench.updater()
    updater.install(STICK, "zhang")
    bench.rauc.silent = 1_000_000
    state = bench.updater().state()
    assert state.unable is not None and state.unable.original == "Connection timed out"
    assert state.progress is not None and state.progress.version == "1.5.0"
    bench.rauc.silent = 5
    bench.rauc.write()
    last = bench.ended().last
    assert last is not None and last.result is Result.INSTALLED


def test_rauc_that_never_answers_again_ends_an_installation(bench: Bench) -> None:
    bench.updater().install(STICK, "zhang")
    bench.rauc.silent = 1_000_000
    last = bench.ended().last
    assert last is not None and last.result is Result.FAILED


def test_only_an_installed_update_can_be_started(bench: Bench) -> None:
    updater = bench.updater()
    with pytest.raises(BranchboxError, match="No update is installed that waits"):
        updater.other_can_start(newer=True)
    updater.other_can_start(newer=False)
    updater.install(STICK, "zhang")
    with pytest.raises(BranchboxError, match="being installed"):
        updater.other_can_start(newer=False)
    bench.rauc.write()
    bench.ended()
    updater.other_can_start(newer=True)


def test_an_update_that_was_started_and_failed_is_not_started_again(bench: Bench) -> None:
    updater = bench.updater()
    updater.install(STICK, "zhang")
    bench.rauc.write()
    bench.ended()
    updater.switch("zhang")
    bench.rauc.mark("bad", "rootfs.1")
    assert [slot.good for slot in updater.state().slots] == [True, False]
    with pytest.raises(BranchboxError, match="failed before"):
        updater.other_can_start(newer=True)


def test_going_over_is_written_down_before_it_is_done(bench: Bench) -> None:
    bench.updater().switch("zhang")
    assert bench.rauc.marked == [("active", "rootfs.1")]
    expected = bench.records.expected
    assert expected is not None
    assert (expected.slot, expected.version, expected.by, expected.at) == ("B", "1.4.0", "zhang", NOW)
    assert (bench.folder / "update" / "expected.json").stat().st_mode & 0o777 == 0o644


def test_a_fall_back_is_told_until_somebody_has_read_it(bench: Bench) -> None:
    fall_back = FallBack(at=NOW - 60, version="1.5.0", back_to="1.4.0")
    bench.records.write_gate(GOOD.model_copy(update={"fell_back": fall_back}))
    assert bench.updater().state().fell_back == fall_back
    assert bench.updater().acknowledge().fell_back is None
    bench.records.write_gate(GOOD.model_copy(update={"fell_back": fall_back.model_copy(update={"at": NOW})}))
    assert bench.updater().state().fell_back is not None, "another one is news again"


# --- RAUC's own answers, kept from a real one ---------------------------------------------------


def test_a_real_inspection_is_read() -> None:
    answer = rauc.plain(json.loads((SAID / "inspect.json").read_text())["data"])
    assert rauc.bundle(answer) == Bundle(
        "branchbox-amd64", "1.5.0", "Branchbox 1.5.0", "abc123", {"rootfs": 20_000_000, "boot": 3_000_000}
    )


def test_real_slots_are_read() -> None:
    parts = {part.name: part for part in rauc.halves(rauc.plain(json.loads((SAID / "slots.json").read_text())["data"]))}
    assert (parts["rootfs.1"].boot, parts["rootfs.1"].version, parts["rootfs.1"].running) == ("B", "1.5.0", False)
    assert parts["rootfs.1"].good and parts["rootfs.1"].whole
    assert parts["rootfs.1"].installed == "2026-11-22T02:14:09Z"
    assert (parts["rootfs.0"].good, parts["rootfs.0"].running, parts["rootfs.0"].version) == (False, True, None)
    assert (parts["boot.1"].parent, parts["boot.1"].whole) == ("rootfs.1", False)


@pytest.mark.parametrize(
    ("chosen", "startable"),
    [(None, True), ("2026-11-22T02:14:08Z", True), ("2026-11-22T02:14:09Z", False), ("2026-11-22T02:20:00Z", False)],
)
def test_a_slot_that_rauc_calls_bad_can_start_until_it_was_chosen(chosen: str | None, startable: bool) -> None:
    facts = {"class": "rootfs", "bootname": "B", "device": "/dev/b", "state": "inactive", "boot-status": "bad"}
    facts |= {"status": "ok", "installed.timestamp": "2026-11-22T02:14:09Z"}
    if chosen:
        facts["activated.timestamp"] = chosen
    (half,) = rauc.halves([[("rootfs.1", facts)]])
    assert (half.good, half.startable) == (False, startable)


def test_a_real_rest_is_read() -> None:
    values = [rauc.plain(json.loads(line)) for line in (SAID / "idle.json").read_text().splitlines()]
    assert rauc.doing(*values) == Doing(busy=False, share=0.0, said="", error="")


def test_how_the_box_was_started_is_read_and_its_absence_is_no_error(tmp_path: Path) -> None:
    note = tmp_path / "boot.json"
    assert booted(note) is None
    note.write_text('{"slot": "B", "mode": "box", "disk": "sda", "version": "1.5.0", "development": true}')
    box = booted(note)
    assert box is not None
    assert (box.slot, box.other, box.version, box.development) == ("B", "A", "1.5.0", True)
    note.write_text('{"slot": "A", "mode": "setup", "disk": "sdb", "version": "1.5.0", "development": true}')
    assert booted(note) is None, "a stick keeps nothing"
    stick = started(note)
    assert stick is not None and (stick.mode, stick.disk) == ("setup", "sdb"), "the installer is on it"
