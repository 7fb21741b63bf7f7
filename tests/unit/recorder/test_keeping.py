"""Once a minute: the report, removals, the day's manifest."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.recorder import manifest
from appliance.recorder.core_link import CoreSilent, Removal
from appliance.recorder.keeping import SETTLES
from appliance.recorder.manifest import Book, Forged
from appliance.recorder.work import Work
from tests.unit.recorder.bench_of_files import SOUND, Bench, Clock

NOON = dt.datetime(2026, 11, 21, 12).astimezone().timestamp()
MIDNIGHT = dt.datetime(2026, 11, 22).astimezone().timestamp()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, Clock(NOON))


def filed(bench: Bench, *names: str) -> Work:
    for name in names:
        os.utime(bench.raw(f"{name}.raw"), (bench.clock.now, bench.clock.now))
    work = bench.start()
    while work.step():
        pass
    return work


def signed(bench: Bench) -> list[Path]:
    return manifest.manifests(bench.recordings)


def test_core_hears_what_waits_and_why(bench: Bench) -> None:
    bench.trouble = CoreSilent("away")
    work = filed(bench, "WZN-1.1-1", "WZN-1.2-1")
    bench.trouble = None
    bench.keeping(work).look()

    (report,) = bench.reports
    assert (report.waiting, report.waiting_bytes, report.oldest) == (2, 2 * len(SOUND), NOON)
    assert "away" in report.trouble
    assert 0 < report.free <= report.total


def test_what_core_wants_gone_goes_and_core_hears_of_it(bench: Bench) -> None:
    work = filed(bench, "WZN-1.1-1", "WZN-1.2-1")
    first = Removal(bench.filed[0], "age")
    bench.wanted_gone.append(first)

    bench.keeping(work).look()

    assert first.name not in bench.filed
    assert len(bench.filed) == 1
    assert bench.gone == [first]


def test_a_removal_that_core_was_not_told_of_is_told_the_next_time(bench: Bench) -> None:
    work = filed(bench, "WZN-1.1-1")
    removal = Removal(bench.filed[0], "space")
    (bench.recordings / removal.name).unlink()
    bench.wanted_gone.append(removal)

    bench.keeping(work).look()

    assert bench.gone == [removal]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "2026/../../x"])
def test_nothing_outside_the_shelves_is_removed(bench: Bench, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        bench.shelves.remove(name)


def test_a_day_is_signed_when_it_is_over_and_settled(bench: Bench) -> None:
    work = filed(bench, "WZN-1.1-1", "WZN-1.2-1")
    (one, _) = bench.filed
    bench.paused[one] = [(0.5, 1.25, "8003")]
    keeping = bench.keeping(work)
    bench.clock.now = MIDNIGHT + SETTLES - 1
    keeping.look()
    assert signed(bench) == []

    bench.clock.now += 2
    keeping.look()

    (path,) = signed(bench)
    read = manifest.read(path.read_bytes())
    assert (read.day, read.previous) == ("2026-11-21", "")
    assert [line["name"] for line in read.entries] == bench.filed
    assert [line["gaps"] for line in read.entries] == [[[0.5, 1.25, "8003"]], []]
    assert read.entries[0]["sha256"] == bench.told[one].sha256
    assert bench.closed_days == {"2026-11-21": (2, read.sha256)}
    keeping.look()
    assert list(path.parent.glob("*.journal")) == []


def test_a_day_that_core_did_not_hear_of_is_told_later_and_signed_once(bench: Bench) -> None:
    work = filed(bench, "WZN-1.1-1")
    bench.clock.now = MIDNIGHT + SETTLES + 1
    Book(bench.recordings).close("2026-11-21", {})
    before = signed(bench)[0].read_bytes()

    bench.keeping(work).look()

    assert signed(bench)[0].read_bytes() == before
    assert list(bench.closed_days) == ["2026-11-21"]


def test_each_manifest_names_the_one_before(bench: Bench) -> None:
    filed(bench, "WZN-1.1-1")
    bench.clock.now += 86_400
    work = filed(bench, "WZN-1.2-1")
    bench.clock.now += 86_400
    bench.keeping(work).look()

    first, second = (manifest.read(path.read_bytes()) for path in signed(bench))
    assert second.previous == first.sha256
    assert second.signer == first.signer


def test_a_line_that_the_power_cut_hides_no_other(bench: Bench) -> None:
    filed(bench, "WZN-1.1-1")
    journal = bench.recordings / ".manifest/2026-11-21.journal"
    with journal.open("ab") as file:
        file.write(b'{"name":"2026/11/21/WZN-1.2')
    filed(bench, "WZN-1.2-1")

    assert [line["linkedid"] for line in Book(bench.recordings).noted("2026-11-21")] == ["WZN-1.1", "WZN-1.2"]


@pytest.mark.parametrize(
    "forge",
    [
        lambda data: data.replace(b"WZN-1.1", b"WZN-1.9"),
        lambda data: b"".join(data.splitlines(keepends=True)[:-1]),
        lambda data: b"".join([*data.splitlines(keepends=True)[:1], *data.splitlines(keepends=True)[2:]]),
        lambda data: data[:-3],
        lambda data: b"",
        lambda data: b"[]\n[]\n",
    ],
)
def test_a_manifest_that_was_touched_is_no_manifest(bench: Bench, forge: Callable[[bytes], bytes]) -> None:
    work = filed(bench, "WZN-1.1-1")
    bench.clock.now = MIDNIGHT + SETTLES + 1
    bench.keeping(work).look()
    data = signed(bench)[0].read_bytes()
    manifest.read(data)

    with pytest.raises(Forged):
        manifest.read(forge(data))


def test_the_signing_key_is_the_recorder_s_alone(bench: Bench) -> None:
    filed(bench, "WZN-1.1-1")
    assert (bench.recordings / ".manifest/recorder.key").stat().st_mode & 0o777 == 0o600
