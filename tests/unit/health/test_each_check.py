"""Each check's value, from real files and figures made wrong and right again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from peewee import SqliteDatabase

from appliance.api.contract import ServiceState, TrunkState
from appliance.api.facts import (
    CallsFact,
    DatabaseFact,
    DrillFact,
    Facts,
    PhoneFact,
    QueueFact,
    TrunkFact,
    VoiceFact,
)
from appliance.api.laid_down import BackupDone, CertificateFacts, DiskFacts, LaidDown
from appliance.api.supply import Feed, Phase, Supply, UpsState
from appliance.health import hardware, laid_down, lines, logins
from appliance.health.alarms import Alarms
from appliance.health.check import Measured, Readings
from appliance.health.core_says import STALE, CoreSays
from appliance.health.laid_down import RootSays
from appliance.health.memory import Memory
from appliance.health.restarts import Restarts
from appliance.site import dahdi
from appliance.store import soundness
from appliance.store.database import open_site_db

NOW = 1795000000.0
DAY = 86_400.0


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Alarms(tmp_path / "health.db").memory


def value(reading: Measured | None) -> float | None:
    return reading.value if reading else None


def values(readings: Readings) -> dict[str, float | None]:
    assert isinstance(readings, dict)
    return {name: value(measured) for name, measured in readings.items()}


def test_a_mirror_that_lacks_a_disk_is_counted(tmp_path: Path) -> None:
    stat = tmp_path / "mdstat"
    stat.write_text("Personalities :\nmd0 : active raid1 sda1[0]\n      1000 blocks [2/1] [U_]\n\nunused: none\n")
    assert values(hardware.mirrors(stat)) == {"md0": 1.0}
    stat.write_text("Personalities : [raid1]\nmd0 : active raid1 sdb1[1] sda1[0]\n      1000 blocks [2/2] [UU]\n\n")
    assert values(hardware.mirrors(stat)) == {"md0": 0.0}


def test_a_disk_s_end_is_foretold_from_a_week_of_figures(memory: Memory) -> None:
    now, used = NOW, 0.50
    forecast = hardware.Forecast(lambda: used, memory, lambda: now)
    assert forecast.days() is None, "an hour says nothing"
    for _ in range(7 * 24):
        now, used = now + 3600, used + 0.05 / 24
        said = forecast.days()
    assert value(said) == pytest.approx((1 - used) / 0.05, rel=0.02)
    assert value(hardware.Forecast(lambda: used, memory, lambda: now).days()) == pytest.approx(3.0, rel=0.05)
    for _ in range(8 * 24):
        now += 3600
        said = forecast.days()
    assert value(said) == hardware.FAR, "a disk that no longer fills has no end"


def test_a_clock_that_jumps_is_news_for_an_hour() -> None:
    wall, passed = NOW, 100.0
    jumps = hardware.Jumps(lambda: wall, lambda: passed)
    wall, passed = wall + 60.004, passed + 60
    assert jumps.seconds().value == 0
    wall -= 7200
    assert (jumps.seconds().value, jumps.seconds().args["value"]) == (7200, "-7200")
    wall, passed = wall + 3590, passed + 3590
    assert jumps.seconds().value == 7200
    wall, passed = wall + 20, passed + 20
    assert jumps.seconds().value == 0


def test_a_way_out_is_missed_once_there_was_one(tmp_path: Path, memory: Memory) -> None:
    proc = tmp_path / "net"
    proc.mkdir()
    plugged_in = {"eth0"}
    carries = plugged_in.__contains__
    head = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
    (proc / "route").write_text(head)
    way = hardware.WayOut(memory, proc, carries)
    assert way.open() is None, "a box that never had one misses none"

    (proc / "route").write_text(head + "eth0 00000000 0102A8C0 0003 0 0 0 00000000 0 0 0\n")
    assert value(way.open()) == 0.0
    plugged_in.clear()
    assert value(way.open()) == 1.0
    plugged_in.add("eth0")
    assert value(way.open()) == 0.0
    (proc / "route").write_text(head)
    assert value(hardware.WayOut(memory, proc, carries).open()) == 1.0, "remembered over a restart"


def test_the_kernel_s_own_figures_can_be_read() -> None:
    assert hardware.carries("lo")
    assert not hardware.carries("none0")
    assert hardware.load() >= 0
    assert hardware.since_boot() > 0
    assert hardware.temperatures() is None or values(hardware.temperatures())
    assert isinstance(hardware.mirrors(), dict | None)


def test_a_service_that_begins_anew_is_counted_for_an_hour() -> None:
    now, since = 0.0, 500.0

    def states() -> tuple[ServiceState, ...]:
        return (ServiceState(unit="asterisk.service", active=True, state="running", since=since),)

    restarts = Restarts(states, lambda: now)
    assert values(restarts.counted()) == {"asterisk": 0}
    for _ in range(3):
        now, since = now + 60, since + 60
        restarts.counted()
    assert values(restarts.counted()) == {"asterisk": 3}
    now += 3600
    assert values(restarts.counted()) == {"asterisk": 0}


def test_failed_logins_are_counted_and_their_place_named() -> None:
    said = [
        "Failed password for invalid user admin from 192.0.2.9 port 5000 ssh2",
        "Failed password for zhang from 192.0.2.9 port 5001 ssh2",
        "Accepted password for zhang from 192.0.2.7 port 5002 ssh2",
        "FAILED LOGIN (1) on '/dev/tty1' FOR 'li', Authentication failure",
    ]
    found = logins.failures(lambda _since: said, NOW)
    assert (found.value, found.args["most"]) == (3, "192.0.2.9")
    assert logins.failures(lambda _since: [], NOW).value == 0


def root_says(folder: Path, memory: Memory, at: float = NOW, now: float = NOW) -> RootSays:
    facts = LaidDown(
        at=at,
        disks=(
            DiskFacts(name="sda", model="A", failing=True, harmed=3),
            DiskFacts(name="sdb", model="B", failing=False, harmed=3),
            DiskFacts(name="nvme0", model="C", failing=False, harmed=0, worn=0.95),
            DiskFacts(name="sdc", model="D", failing=False, harmed=0),
        ),
        certificates=(CertificateFacts(file="/etc/branchbox/tls/server.pem", ends=NOW + 10 * DAY),),
    )
    (folder / "facts.json").write_text(facts.model_dump_json())
    return RootSays(memory, lambda: now, folder / "facts.json", folder / "backup.json")


def test_disks_and_certificates_are_as_root_laid_down(tmp_path: Path, memory: Memory) -> None:
    says = root_says(tmp_path, memory)
    assert values(says.disks()) == {
        "sda": laid_down.FAILING,
        "sdb": laid_down.HARMED,
        "nvme0": laid_down.WORN,
        "sdc": 0.0,
    }
    assert values(says.certificates()) == {"/etc/branchbox/tls/server.pem": pytest.approx(10.0)}


def test_what_root_laid_down_days_ago_is_not_known_now(tmp_path: Path, memory: Memory) -> None:
    says = root_says(tmp_path, memory, at=NOW - 3 * DAY)
    assert (says.disks(), says.certificates()) == (None, None)
    (tmp_path / "facts.json").write_text("{")
    assert says.disks() is None


def test_a_backup_ages_from_when_it_was_done_or_the_box_was_set_up(tmp_path: Path, memory: Memory) -> None:
    assert root_says(tmp_path, memory).backup_age(False) is None
    assert value(root_says(tmp_path, memory).backup_age(True)) == 0
    late = root_says(tmp_path, memory, now=NOW + 40 * DAY)
    assert value(late.backup_age(True)) == pytest.approx(40)
    (tmp_path / "backup.json").write_text(BackupDone(at=NOW + 39 * DAY).model_dump_json())
    assert value(late.backup_age(True)) == pytest.approx(1)


def said(*, linked: bool = True, phone: bool = True, trunk: TrunkState = TrunkState.UP) -> Facts:
    return Facts(
        site_name="Wenzhou North",
        site_code="WZN",
        linked=linked,
        trunks=(TrunkFact(name="carrier", label="Carrier", state=trunk, explained_by=("network",)),),
        phones=(
            PhoneFact(number="8001", name="Counter 1", registered=phone),
            PhoneFact(number="8002", name="Store room", registered=False),
        ),
        queues=(QueueFact(name="repair", label="Repair", longest_since=NOW - 400),),
        calls=CallsFact(tried=20, failed=8),
        database=DatabaseFact(checked=NOW, wrong=""),
    )


def test_trunks_phones_and_queues_are_as_core_says(memory: Memory) -> None:
    core = CoreSays(lambda: 0.0, lambda: NOW, memory)
    assert core.trunks() is None
    core.hear(said())
    assert values(core.trunks()) == {"carrier": 0.0}
    assert values(core.phones()) == {"8001": 0.0}, "a phone that was never here is not missed"
    assert values(core.queues()) == {"repair": 400.0}
    assert (value(core.failed_calls()), value(core.database())) == (0.4, 0.0)

    core.hear(said(phone=False, trunk=TrunkState.DOWN))
    assert (values(core.trunks()), values(core.phones())) == ({"carrier": 1.0}, {"8001": 1.0})
    core.hear(said(trunk=TrunkState.UNKNOWN))
    assert (values(core.trunks()), values(core.phones())) == ({"carrier": None}, {"8001": 0.0})


def test_nothing_is_known_while_core_or_the_exchange_is_silent(memory: Memory) -> None:
    now = 0.0
    core = CoreSays(lambda: now, lambda: NOW, memory)
    core.hear(said())
    now = STALE + 1
    assert (core.trunks(), core.phones(), core.queues(), core.failed_calls(), core.database()) == (None,) * 5
    core.hear(said(linked=False))
    assert (core.trunks(), core.phones(), core.queues()) == (None,) * 3
    assert value(core.database()) == 0.0


def test_drills_and_voices_are_as_core_says(memory: Memory) -> None:
    core = CoreSays(lambda: 0.0, lambda: NOW, memory)
    assert (core.drills(), core.voices()) == (None, None)
    core.hear(said())
    assert (core.drills(), core.voices()) == (None, None), "core has not looked into its history yet"
    failed = DrillFact(name="night", label="Night", trunk="carrier", began=NOW, failed=True, original="cause 34")
    sound = (
        VoiceFact(party="carrier", trunk=True, legs=10, mos=3.4),
        VoiceFact(party="8001", trunk=False, legs=5, mos=4),
    )
    core.hear(said().model_copy(update={"drills": (failed,), "voices": sound}))
    drills, voices = core.drills(), core.voices()
    assert isinstance(drills, dict) and isinstance(voices, dict)
    night, line = drills["night"], voices["trunk-carrier"]
    assert night is not None and (night.value, night.because, night.original) == (1.0, ("trunk:carrier",), "cause 34")
    assert line is not None and (line.value, line.args) == (3.4, {"value": "3.4", "legs": "10"})
    assert values(voices) == {"trunk-carrier": 3.4, "phone-8001": 4.0}


def test_the_site_s_name_is_known_before_core_says_it_again(tmp_path: Path, memory: Memory) -> None:
    core = CoreSays(lambda: 0.0, lambda: NOW, memory)
    core.hear(said())
    assert core.names() == ("Wenzhou North", "WZN")
    again = Memory(SqliteDatabase(str(tmp_path / "health.db")))
    assert CoreSays(lambda: 0.0, lambda: NOW, again).names() == ("Wenzhou North", "WZN")


def test_a_damaged_database_is_found_and_a_sound_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "site.db"
    open_site_db(path).close()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE much (text TEXT)")
        database.executemany("INSERT INTO much VALUES (?)", [("x" * 500,)] * 2000)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert soundness.check(path) == ""
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\xff" * 40960 + whole[len(whole) // 2 + 40960 :])
    assert soundness.check(path)
    path.write_bytes(whole)
    assert soundness.check(path) == ""


def test_a_span_with_an_alarm_is_down_and_clears(tmp_path: Path) -> None:
    line = 'Span 1: TE4/0/1 "T4XXP (PCI) Card 0 Span 1" (MASTER) HDB3/CCS/CRC4{alarm}\n\n'
    channels = "".join(f"\t{number:4} TE4/0/1/{number} Clear\n" for number in range(1, 32))
    for alarm, wrong in ((" RED", 1.0), ("", 0.0)):
        (tmp_path / "1").write_text(line.format(alarm=alarm) + channels)
        assert values(lines.spans(lambda: dahdi.spans(tmp_path))) == {"1": wrong}


def test_a_ups_is_as_the_power_service_says() -> None:
    def feed(feed: Feed) -> Readings:
        ups = UpsState(name="ups", label="UPS", feed=feed, charge=70, runtime=600)
        return lines.upses(lambda _now: Supply(at=NOW, phase=Phase.MAINS, since=NOW, upses=(ups,)), lambda: NOW)

    wanted = {Feed.MAINS: 0.0, Feed.BATTERY: lines.BATTERY, Feed.LOW: lines.LOW, Feed.LOST: lines.LOST}
    assert {each: values(feed(each))["ups"] for each in wanted} == wanted
    assert values(feed(Feed.UNHEARD)) == {"ups": None}
    assert lines.upses(lambda _now: None, lambda: NOW) is None
