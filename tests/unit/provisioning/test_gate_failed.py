"""The gate's stand-in in plain shell: what it does when the gate itself could not judge."""

from __future__ import annotations

import json
import subprocess  # the script itself is what is tested
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.api.updates import Expectation, GateRecord
from provisioning.bootgate.verdict import COULD_NOT_RUN, Here, remember

SCRIPT = Path(__file__).parents[3] / "ansible/roles/update/files/gate-failed"


@dataclass
class Bench:
    """A machine of folders; programs that the script calls write down that they were called."""

    folder: Path

    def __post_init__(self) -> None:
        for name in ("run/disk", "records", "bin"):
            (self.folder / name).mkdir(parents=True)
        self.booted("B", "1.5.0")
        self.program("bootchoice", 'echo "bootchoice $*" >>"$CALLED"; [ "$1" != get-state ] || echo good')
        self.program("blkid", "echo squashfs")
        self.program("asterisk", 'echo "0 active calls"')
        self.gate("failed")
        self.program("timeout", 'shift; exec "$@"')
        self.program("sync", "exit 0")

    def booted(self, slot: str, version: str, mode: str = "box") -> None:
        note = f'{{"slot": "{slot}", "mode": "{mode}", "reason": "", "disk": "sda", "version": "{version}"}}\n'
        (self.folder / "run/boot.json").write_text(note)

    def program(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def gate(self, state: str) -> None:
        asked = f'case "$1" in is-active) echo {state} ;; *) echo "systemctl $*" >>"$CALLED" ;; esac'
        self.program("systemctl", asked)

    def run(self) -> str:
        environment = {
            "PATH": f"{self.folder}/bin:/usr/bin:/bin",
            "CALLED": str(self.folder / "called"),
            "BRANCHBOX_RUN": str(self.folder / "run"),
            "BRANCHBOX_RECORDS": str(self.folder / "records"),
            "BRANCHBOX_BOOTCHOICE": str(self.folder / "bin/bootchoice"),
            "BRANCHBOX_CALLS_PATIENCE": "0",
        }
        done = subprocess.run(["/bin/sh", str(SCRIPT)], env=environment, capture_output=True, text=True, check=False)  # noqa: S603  (our own script)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def called(self) -> list[str]:
        path = self.folder / "called"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def record(self) -> GateRecord:
        return GateRecord.model_validate_json((self.folder / "records/state.json").read_text())


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_new_system_that_cannot_test_itself_is_left(bench: Bench) -> None:
    expectation = Expectation(at=1795242725.5, slot="B", version="1.5.0", by="zhang")
    (bench.folder / "records/expected.json").write_text(expectation.model_dump_json())
    bench.run()
    assert bench.called[-2:] == ["bootchoice set-state B bad", "systemctl --no-wall reboot"]
    tested = bench.record.tested
    assert tested is not None
    assert (tested.slot, tested.version, [problem.text for problem in tested.problems]) == (
        "B",
        "1.5.0",
        [COULD_NOT_RUN],
    )
    after = remember(Here("A", "1.4.0"), bench.record, expectation, (), now=1795242999.0)
    assert after.fell_back is not None, "the old system's gate takes it up"
    assert (after.fell_back.version, after.fell_back.problems) == ("1.5.0", tested.problems)


def test_where_the_gate_has_judged_nothing_is_done(bench: Bench) -> None:
    (bench.folder / "run/gate.done").write_text("keep\n")
    assert "the gate has judged: keep" in bench.run()
    assert bench.called == []


def test_a_gate_that_is_still_judging_on_a_slow_machine_is_let_be(bench: Bench) -> None:
    bench.gate("activating")
    assert "still judging" in bench.run()
    assert bench.called == []


def test_a_machine_without_slots_is_left_alone(bench: Bench) -> None:
    (bench.folder / "run/boot.json").unlink()
    bench.run()
    bench.booted("A", "1.5.0", mode="setup")
    bench.run()
    assert bench.called == []


def test_a_system_that_passed_once_stays(bench: Bench) -> None:
    record = GateRecord(proven={"A": "1.4.0", "B": "1.5.0"})
    (bench.folder / "records/state.json").write_text(record.model_dump_json())
    assert "has worked before" in bench.run()
    assert bench.called == []
    bench.booted("B", "1.6.0")
    bench.run()
    assert "bootchoice set-state B bad" in bench.called, "that was another version"


@pytest.mark.parametrize(
    ("program", "text"), [("bootchoice", '[ "$1" != get-state ] || echo bad'), ("blkid", "exit 2")]
)
def test_without_another_system_to_start_the_box_stays(bench: Bench, program: str, text: str) -> None:
    bench.program(program, text)
    assert "no other system" in bench.run()
    assert not any("reboot" in call for call in bench.called)


def test_a_boot_choice_that_cannot_be_written_does_not_hold_it_up(bench: Bench) -> None:
    bench.program("bootchoice", 'case "$1" in get-state) echo good ;; *) exit 1 ;; esac')
    bench.run()
    assert bench.called == ["systemctl --no-wall reboot"]
    assert json.loads((bench.folder / "records/state.json").read_text())["tested"]["slot"] == "B"
