"""The watch: alarms are raised once and cleared once, over restarts too."""

from __future__ import annotations

import logging
import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.api.contract import Severity
from appliance.api.recordings_health import AuditResult, RecordingsHealth
from appliance.api.updates import Acknowledged, FallBack, GateRecord, SelfTest
from appliance.health import gate, probes
from appliance.health.alarms import KEPT, Alarms, Kept
from appliance.health.check import Measured, Readings
from appliance.health.table import all_checks
from appliance.health.table.senses import Senses
from appliance.health.units import Units
from appliance.health.watch import Watch
from appliance.site.problems import Problem

GOOD = Measured(0.0)


@dataclass
class Machine:
    """A machine whose values a test sets; time passes when told to."""

    folder: Path
    now: float = 0.0
    cpu: float | None = 0.1
    memory: float = 0.2
    disk: float = 0.3
    down: set[str] = field(default_factory=set)
    core: bool = True
    clock: bool | None = True
    waiting: int = 0
    recordings: RecordingsHealth | None = None
    set_up: bool = True
    load: float = 0.1
    temperatures: Readings = None
    mirrors: Readings = None
    disk_days: Measured | None = None
    clock_error: float | None = None
    clock_jump: Measured = GOOD
    way_out: Measured | None = GOOD
    logins: Measured = GOOD
    disks: Readings = None
    certificates: Readings = None
    backup_age: Measured | None = None
    spans: Readings = None
    upses: Readings = None
    trunks: Readings = None
    phones: Readings = None
    queues: Readings = None
    failed_calls: Measured | None = None
    database: Measured | None = None
    drills: Readings = None
    voices: Readings = None
    trouble: str = ""

    def watch(self) -> Watch:
        """Health as after a start."""
        senses = Senses(
            set_up=lambda: self.set_up,
            cpu=lambda: self.cpu,
            memory=lambda: self.memory,
            disk=lambda: self.disk,
            running=lambda unit: unit not in self.down,
            core_answers=lambda: self.core,
            clock_in_step=lambda: self.clock,
            recordings_waiting=lambda: self.waiting,
            fall_back=lambda: gate.fall_back(self.folder),
            filing=lambda: probes.filing(self.recordings),
            unsealed=lambda: probes.unsealed(self.recordings, 1795000000.0 + self.now),
            audited=lambda: probes.audited(self.recordings),
            closed=lambda: None,
            self_test=lambda: gate.self_test(self.folder),
            restarts=dict,
            load=lambda: self.load,
            temperatures=lambda: self.temperatures,
            mirrors=lambda: self.mirrors,
            disk_days=lambda: self.disk_days,
            clock_error=lambda: self.clock_error,
            clock_jump=lambda: self.clock_jump,
            way_out=lambda: self.way_out,
            logins=lambda: self.logins,
            disks=lambda: self.disks,
            certificates=lambda: self.certificates,
            backup_age=lambda: self.backup_age,
            spans=lambda: self.spans,
            upses=lambda: self.upses,
            trunks=lambda: self.trunks,
            phones=lambda: self.phones,
            queues=lambda: self.queues,
            failed_calls=lambda: self.failed_calls,
            database=lambda: self.database,
            drills=lambda: self.drills,
            voices=lambda: self.voices,
            polls=lambda: probes.polls(self.trouble),
        )
        return Watch(
            all_checks(senses),
            Alarms(self.folder / "health.db"),
            Units(dict, clock=lambda: self.now).states,
            clock=lambda: self.now,
            wall_clock=lambda: 1795000000.0 + self.now,
            version="1.2.3",
        )

    def pass_time(self, watch: Watch, seconds: float) -> None:
        """Look every 5 s for so long."""
        end = self.now + seconds
        while self.now < end:
            self.now += 5
            watch.look()

    def rows(self) -> list[tuple[str, str, float | None]]:
        with sqlite3.connect(self.folder / "health.db") as database:
            return database.execute("SELECT key, severity, cleared FROM alarms ORDER BY id").fetchall()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def keys(watch: Watch) -> list[str]:
    return [alarm.key for alarm in watch.box.alarms]


def test_a_well_machine_has_figures_and_no_alarms(machine: Machine) -> None:
    watch = machine.watch()
    assert (watch.box.cpu, watch.box.alarms) == (None, ())
    machine.pass_time(watch, 3600)

    assert (watch.box.cpu, watch.box.memory, watch.box.disk) == (0.1, 0.2, 0.3)
    assert watch.box.alarms == ()
    assert watch.box.version == "1.2.3"
    assert machine.rows() == []


def test_an_exchange_that_nobody_has_set_up_yet_is_no_alarm(machine: Machine) -> None:
    machine.set_up, machine.down = False, {"asterisk.service"}
    watch = machine.watch()
    machine.pass_time(watch, 600)
    assert watch.box.alarms == ()

    machine.set_up = True
    machine.pass_time(watch, 30)
    assert keys(watch) == ["asterisk"]


@pytest.mark.parametrize(
    ("wrong", "raised", "seconds", "says"),
    [
        ({"cpu": 0.97}, ("cpu", "warning"), 310, "busy for 5 minutes (97 %)"),
        ({"memory": 0.93}, ("memory", "warning"), 70, "Memory is 93 % full"),
        ({"disk": 0.86}, ("disk", "warning"), 60, "The disk is 86 % full"),
        ({"disk": 0.97}, ("disk", "critical"), 60, "soon nothing is recorded"),
        ({"down": {"asterisk.service"}}, ("asterisk", "critical"), 20, "nobody can call"),
        ({"down": {"branchbox-host.service"}}, ("host", "warning"), 20, "changes cannot be applied"),
        ({"down": {"branchbox-recorder.service"}}, ("recorder", "warning"), 20, "recorded, but not filed"),
        ({"core": False}, ("core", "critical"), 70, "Core does not answer"),
        ({"clock": False}, ("clock", "warning"), 970, "follows no time server"),
        ({"waiting": 3}, ("recordings", "warning"), 340, "3 recordings wait"),
    ],
)
def test_each_fault_has_its_alarm(
    machine: Machine, wrong: dict[str, object], raised: tuple[str, str], seconds: float, says: str
) -> None:
    watch = machine.watch()
    machine.pass_time(watch, 60)
    for name, value in wrong.items():
        setattr(machine, name, value)
    machine.pass_time(watch, seconds)

    (alarm,) = watch.box.alarms
    assert (alarm.key, alarm.severity) == raised
    assert says in str(alarm.problem)


def test_a_service_that_systemd_starts_again_is_no_alarm(machine: Machine) -> None:
    watch = machine.watch()
    machine.down = {"asterisk.service"}
    machine.pass_time(watch, 10)
    machine.down = set()
    machine.pass_time(watch, 60)

    assert machine.rows() == []


def test_an_alarm_is_raised_once_and_cleared_once(machine: Machine, caplog: pytest.LogCaptureFixture) -> None:
    watch = machine.watch()
    machine.core = False
    with caplog.at_level(logging.INFO):
        machine.pass_time(watch, 600)
        machine.core = True
        machine.pass_time(watch, 600)

    assert [(key, cleared is not None) for key, _, cleared in machine.rows()] == [("core", True)]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_an_alarm_outlives_a_restart_with_its_time(machine: Machine) -> None:
    machine.disk = 0.9
    watch = machine.watch()
    machine.pass_time(watch, 60)
    since = watch.box.alarms[0].since

    machine.now += 1000
    again = machine.watch()
    assert [(alarm.key, alarm.since) for alarm in again.box.alarms] == [("disk", since)]
    machine.pass_time(again, 120)
    assert len(machine.rows()) == 1

    machine.disk = 0.2
    machine.pass_time(again, 120)
    assert again.box.alarms == ()
    assert machine.watch().box.alarms == ()


def test_an_alarm_that_gets_worse_is_still_one(machine: Machine) -> None:
    watch = machine.watch()
    machine.disk = 0.9
    machine.pass_time(watch, 60)
    machine.disk = 0.96
    machine.pass_time(watch, 60)

    assert machine.rows() == [("disk", "critical", None)]
    assert watch.box.alarms[0].severity is Severity.CRITICAL


def test_an_alarm_of_a_check_that_is_gone_is_cleared(machine: Machine) -> None:
    old = Kept(key="tape", check="tape", severity=Severity.WARNING, since=1.0, problem=Problem(text="No tape."))
    Alarms(machine.folder / "health.db").put(old)

    assert machine.watch().box.alarms == ()
    assert machine.rows()[0][2] is not None


def test_a_check_that_breaks_blinds_no_other_and_is_told_once(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    watch = machine.watch()
    machine.disk = "no figure"  # type: ignore[assignment]  # a fault of ours
    machine.core = False
    machine.pass_time(watch, 300)

    assert keys(watch) == ["core"]
    assert watch.box.disk is None
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1


def test_cleared_alarms_are_forgotten_after_a_year(tmp_path: Path) -> None:
    alarms = Alarms(tmp_path / "health.db")
    full = Kept(key="disk", check="disk", severity=Severity.WARNING, since=1.0, problem=Problem(text="Full."))
    first = alarms.put(full)
    assert alarms.put(first) == first
    alarms.clear(first, 10.0)
    alarms.clear(alarms.put(full), 20.0 + KEPT)

    with sqlite3.connect(tmp_path / "health.db") as database:
        assert database.execute("SELECT cleared FROM alarms").fetchall() == [(20.0 + KEPT,)]


def test_every_check_has_its_worst_level_first(machine: Machine) -> None:
    checks = machine.watch().checks.values()

    for check in checks:
        assert [level.at for level in check.levels] == sorted(
            (level.at for level in check.levels), reverse=not check.below
        )


def test_an_update_that_was_left_is_an_alarm_until_it_was_read_of(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    watch = machine.watch()
    watch.look()
    assert not watch.box.alarms
    fell = FallBack(at=1795242725.0, version="1.5.0", back_to="1.4.0", problems=(Problem(text="Silent."),))
    (tmp_path / "state.json").write_text(GateRecord(fell_back=fell).model_dump_json())
    machine.pass_time(watch, 30)
    (alarm,) = tuple(watch.box.alarms)
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(fell.at))
    said = f"The update to 1.5.0 did not pass its own test; the box went back to 1.4.0 by itself at {when}."
    assert str(alarm.problem).startswith(said)
    (tmp_path / "acknowledged.json").write_text(Acknowledged(at=fell.at).model_dump_json())
    machine.pass_time(watch, 30)
    assert not watch.box.alarms


def test_an_update_that_did_not_even_boot_says_so(tmp_path: Path) -> None:
    fell = FallBack(at=1795242725.0, version="1.5.0", back_to="1.4.0")
    (tmp_path / "state.json").write_text(GateRecord(fell_back=fell).model_dump_json())
    watch = Machine(tmp_path).watch()
    watch.look()
    assert "The update to 1.5.0 did not start;" in str(watch.box.alarms[0].problem)


def test_a_start_that_did_not_pass_its_test_is_an_alarm(tmp_path: Path) -> None:
    tested = SelfTest(at=1.0, version="1.4.0", slot="A", problems=(Problem(text="Silent."),))
    (tmp_path / "state.json").write_text(GateRecord(tested=tested).model_dump_json())
    watch = Machine(tmp_path).watch()
    watch.look()
    [alarm] = watch.box.alarms
    assert (alarm.key, alarm.severity) == ("self-test", Severity.CRITICAL)


IN_ORDER = RecordingsHealth(filing="", unsealed_since=None, managers=(), audit=None)


def test_what_stands_against_filing_is_said_in_the_recorder_s_words_until_it_is_over(machine: Machine) -> None:
    watch = machine.watch()
    machine.recordings = IN_ORDER.model_copy(update={"filing": "[Errno 30] Read-only file system"})
    machine.pass_time(watch, 60)
    (alarm,) = watch.box.alarms
    assert (alarm.key, alarm.severity) == ("filing", Severity.WARNING)
    assert "Read-only file system" in str(alarm.problem)

    machine.recordings = IN_ORDER.model_copy(update={"filing": None})  # the recorder is silent: nobody knows
    machine.pass_time(watch, 60)
    assert keys(watch) == ["filing"]

    machine.recordings = IN_ORDER
    machine.pass_time(watch, 60)
    assert keys(watch) == []


def test_recordings_without_a_key_are_said_once_somebody_can_make_one_or_the_box_is_in_service(
    machine: Machine,
) -> None:
    watch = machine.watch()
    machine.recordings = IN_ORDER  # as set up: nothing is recorded yet
    machine.pass_time(watch, 300)
    assert keys(watch) == []

    machine.recordings = IN_ORDER.model_copy(update={"unsealed_since": 1795000000.0})
    machine.pass_time(watch, 3600)
    assert keys(watch) == []
    machine.pass_time(watch, 86_400)
    (alarm,) = watch.box.alarms
    assert "Nobody here is a manager" in str(alarm.problem)

    machine.recordings = machine.recordings.model_copy(update={"managers": ("Chen Hua",)})
    machine.pass_time(watch, 120)
    (alarm,) = watch.box.alarms
    assert (alarm.key, alarm.severity) == ("unsealed", Severity.WARNING)
    assert "A manager (Chen Hua) makes the key" in str(alarm.problem)

    machine.recordings = IN_ORDER
    machine.pass_time(watch, 120)
    assert keys(watch) == []


@pytest.mark.parametrize(
    ("found", "severity", "words"),
    [
        ({"days": ("2026-11-21",), "harmed": ("a",)}, Severity.CRITICAL, "2026-11-21 is missing or forged"),
        ({"harmed": ("a.opus", "b.opus"), "cut_short": ("c",)}, Severity.WARNING, "2 recordings are missing or not"),
        ({"failed": True}, Severity.WARNING, "it is not complete"),
        ({"cut_short": ("c.opus",)}, Severity.INFO, "end before their talk did"),
    ],
)
def test_what_an_audit_found_stands_as_an_alarm_until_one_finds_nothing(
    machine: Machine, found: dict[str, object], severity: Severity, words: str
) -> None:
    watch = machine.watch()
    nothing = AuditResult(ended=1.0, days=(), harmed=(), cut_short=())
    machine.recordings = IN_ORDER.model_copy(update={"audit": nothing.model_copy(update=found)})
    machine.pass_time(watch, 30)
    (alarm,) = watch.box.alarms
    assert (alarm.key, alarm.severity) == ("recordings-audit", severity)
    assert words in str(alarm.problem)

    machine.recordings = IN_ORDER  # core was started anew
    machine.pass_time(watch, 30)
    assert keys(watch) == ["recordings-audit"]

    machine.recordings = IN_ORDER.model_copy(update={"audit": nothing})
    machine.pass_time(watch, 30)
    assert keys(watch) == []


def test_bad_sound_is_an_alarm_until_it_is_clearly_good_again(machine: Machine) -> None:
    watch = machine.watch()
    seen = []
    for mos in (4.2, 3.5, 3.7, 3.75, 3.5, 2.5, 2.7, 3.9):
        machine.voices = {"trunk-hq": Measured(mos, {"value": str(mos), "legs": "10"}, label="Head office")}
        machine.pass_time(watch, 30)
        seen.append([str(alarm.severity) for alarm in watch.box.alarms])
    assert seen == [[], *[["warning"]] * 4, *[["critical"]] * 2, []]
    assert len(machine.rows()) == 1


def test_a_drill_that_failed_is_an_alarm_until_it_has_passed_or_is_no_drill_any_more(machine: Machine) -> None:
    def held(*failed: str) -> Readings:
        return {
            name: Measured(float(name in failed), {"time": "now"}, label=name, because=("trunk:hq",))
            for name in ("night", "restore")
        }

    watch = machine.watch()
    machine.drills = held("night", "restore")
    machine.pass_time(watch, 30)
    assert keys(watch) == ["drill:night", "drill:restore"]
    machine.drills = held("restore")
    machine.pass_time(watch, 30)
    assert keys(watch) == ["drill:restore"]
    machine.drills = {"night": Measured(0.0)}
    machine.pass_time(watch, 30)
    assert keys(watch) == []


def test_a_trunk_that_is_down_explains_its_drill(machine: Machine) -> None:
    watch = machine.watch()
    machine.pass_time(watch, 60)
    machine.trunks = {"hq": Measured(1.0, label="Head office")}
    machine.drills = {"night": Measured(1.0, {"time": "now"}, label="night", because=("trunk:hq",))}
    machine.pass_time(watch, 60)
    assert keys(watch) == ["trunk:hq"]
    assert [alarm.key for alarm in watch.picture.consequences] == ["drill:night"]


def test_polls_that_cannot_be_answered_are_said_in_the_system_s_words(machine: Machine) -> None:
    watch = machine.watch()
    machine.trouble = "[Errno 98] address already in use"
    machine.pass_time(watch, 30)
    assert keys(watch) == ["polls"]
    assert "address already in use" in str(watch.box.alarms[0].problem)
    machine.trouble = ""
    machine.pass_time(watch, 60)
    assert keys(watch) == []
