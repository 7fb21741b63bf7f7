"""Nothing is lost, nothing is filed twice, whatever fails and wherever the power goes."""

from __future__ import annotations

import array
import datetime as dt
import errno
import hashlib
import logging
import os
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from appliance.recorder import opus, sealed
from appliance.recorder import work as working
from appliance.recorder.closed import Writing
from appliance.recorder.core_link import CoreRefused, CoreSilent
from appliance.recorder.filing import Recording, Shelves
from appliance.recorder.manifest import Book
from appliance.recorder.work import LONGEST_PAUSE, QUIET, Work
from appliance.site.exchange import GATE_RECORDING, GATE_SHELF
from tests.unit.recorder.bench_of_files import SOUND, Bench

POWER_GONE = 9
TODAY = dt.datetime.fromtimestamp(1000.0).astimezone().date().isoformat()
"""The bench's clock stands there."""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def finish(work: Work) -> None:
    while work.step():
        pass


def test_a_closed_file_is_filed_told_and_removed(bench: Bench) -> None:
    raw = bench.raw()

    finish(bench.start())

    (recording,) = bench.told.values()
    assert not raw.exists()
    assert bench.filed == [recording.name]
    assert (recording.linkedid, recording.duration) == ("1795000000.42", 2.0)
    assert recording.name.endswith(".opus")
    assert hashlib.sha256((bench.recordings / recording.name).read_bytes()).hexdigest() == recording.sha256
    assert bench.heard(recording.name) == (2.0, True, False)


def test_a_call_that_is_up_is_left_alone_until_it_ends(bench: Bench) -> None:
    with bench.raw().open("ab"):
        work = bench.start()
        finish(work)
        assert bench.told == {}
        assert work.seconds_to_next() is None
    work.closed("1795000000.42-1.raw")
    finish(work)

    assert len(bench.told) == 1


def test_an_event_that_came_before_the_kernel_let_go_is_tried_again_soon(bench: Bench) -> None:
    work = bench.start()
    with bench.raw().open("ab"):
        work.closed("1795000000.42-1.raw")
        finish(work)
        assert work.seconds_to_next() == 1.0
    bench.clock.now += 1
    finish(work)

    assert len(bench.told) == 1


def test_files_of_others_stay_where_they_are(bench: Bench) -> None:
    other = bench.raw("notes.txt")
    work = bench.start()
    work.closed("notes.txt")
    finish(work)

    assert other.exists()
    assert bench.told == {}


def test_a_recording_without_sound_is_removed_and_core_hears_of_it(bench: Bench) -> None:
    raw = bench.raw(sound=b"\0\0\0")
    finish(bench.start())

    assert not raw.exists()
    assert bench.filed == []
    (silent,) = bench.told.values()
    assert (silent.duration, [removal.why for removal in bench.gone]) == (0.0, ["no sound"])


def test_while_core_is_away_everything_waits_and_is_tried_more_and_more_seldom(bench: Bench) -> None:
    for part in range(1, 4):
        bench.raw(f"1795000000.42-{part}.raw")
    bench.trouble = CoreSilent("no such file")
    work = bench.start()
    pauses = []
    for _ in range(9):
        finish(work)
        wait = work.seconds_to_next()
        assert wait is not None
        pauses.append(wait)
        bench.clock.now += wait

    assert pauses == [1, 2, 4, 8, 16, 32, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]
    assert bench.asked == 9
    assert len(list(bench.monitor.iterdir())) == 3

    bench.trouble = None
    finish(work)
    assert len(bench.told) == 3
    assert list(bench.monitor.iterdir()) == []


def test_a_recording_that_core_refuses_holds_up_no_other(bench: Bench) -> None:
    bench.raw("1795000000.42-1.raw")
    work = bench.start()
    bench.trouble = CoreRefused("HTTP 409")
    finish(work)
    bench.trouble = None
    bench.raw("1795000000.43-1.raw")
    work.closed("1795000000.43-1.raw")
    finish(work)
    assert [recording.linkedid for recording in bench.told.values()] == ["1795000000.43"]

    bench.clock.now += 1
    finish(work)
    assert len(bench.told) == 2


def test_a_full_disk_loses_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    raw = bench.raw()
    work = bench.start()
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        finish(work)
    assert raw.exists()
    assert bench.filed == []

    bench.clock.now += 1
    finish(work)
    assert len(bench.told) == 1


def test_without_leases_a_quiet_file_or_one_that_was_seen_closing_counts_as_closed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(working, "writing", lambda path: Writing.UNKNOWN)
    fresh, seen = bench.raw("1795000000.1-1.raw"), bench.raw("1795000000.2-1.raw")
    bench.clock.now = fresh.stat().st_mtime + QUIET - 1
    work = bench.start()
    work.closed(seen.name)
    with caplog.at_level(logging.WARNING):
        finish(work)
    assert [recording.linkedid for recording in bench.told.values()] == ["1795000000.2"]
    assert [record.message for record in caplog.records if "no lease" in record.message]

    bench.clock.now += 2
    work.scan()
    finish(work)
    assert len(bench.told) == 2


def until_the_power_goes(work: Work, at: int) -> None:
    """Run `work` and end the process at that line of the recorder, if it comes that far."""
    seen = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal seen
        if "/appliance/recorder/" not in frame.f_code.co_filename:
            return None
        seen += event == "line"
        if seen == at:
            os._exit(POWER_GONE)
        return trace

    sys.settrace(trace)
    finish(work)


def test_wherever_the_power_goes_the_recording_is_filed_once_and_whole(tmp_path: Path) -> None:
    cut, status = 0, POWER_GONE
    while status == POWER_GONE:
        cut += 1
        folder = tmp_path / str(cut)
        folder.mkdir()
        bench = Bench(folder, site=sealed.new_key() if cut % 2 else None)
        os.utime(bench.raw(sound=SOUND[:3200]), (1795000100, 1795000100))
        child = os.fork()
        if child == 0:
            until_the_power_goes(bench.start(), cut)
            os._exit(0)
        _, waited = os.waitpid(child, 0)
        status = os.waitstatus_to_exitcode(waited)

        finish(bench.start())

        (recording,) = bench.told.values()
        assert bench.filed == [recording.name], cut
        on_disk = (bench.recordings / recording.name).read_bytes()
        assert hashlib.sha256(on_disk).hexdigest() == recording.sha256, cut
        assert recording.duration == 0.1
        assert list(bench.monitor.iterdir()) == []
        (noted,) = Book(bench.recordings).noted(TODAY)
        assert noted["sha256"] == recording.sha256, cut
    assert (status, cut > 100) == (0, True)


def test_with_a_key_only_its_holder_hears_what_was_filed(bench: Bench) -> None:
    bench.site = sealed.new_key()
    bench.raw()

    finish(bench.start())

    (recording,) = bench.told.values()
    on_disk = (bench.recordings / recording.name).read_bytes()
    assert bench.filed == [recording.name]
    assert recording.name.endswith(".opus.sealed")
    assert (len(on_disk), hashlib.sha256(on_disk).hexdigest()) == (recording.size, recording.sha256)
    assert b"OpusHead" not in on_disk
    assert bench.heard(recording.name) == (2.0, True, False)


def test_the_box_s_own_call_stays_a_wav_and_needs_no_core(bench: Bench) -> None:
    bench.site, bench.trouble = sealed.new_key(), CoreSilent("away")
    bench.raw(GATE_RECORDING)

    finish(bench.start())

    assert bench.filed == [str(GATE_SHELF)]
    assert (bench.recordings / GATE_SHELF).read_bytes()[44:] == SOUND
    assert bench.asked == 0


def test_what_the_power_cut_off_is_filed_as_far_as_it_goes_and_marked(bench: Bench) -> None:
    os.utime(bench.raw("1795000000.1-1.raw", SOUND[:32_001]), (1795000100, 1795000100))
    os.utime(bench.raw("1795000000.2-1.raw"), (1795000300, 1795000300))
    bench.booted = 1795000200.0

    finish(bench.start())

    cut, whole = sorted(bench.told.values(), key=lambda recording: recording.linkedid)
    assert (cut.duration, cut.cut_short) == (1.0, True)
    assert (whole.duration, whole.cut_short) == (2.0, False)


def test_a_compressor_that_fails_leaves_the_raw_file_and_says_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = bench.raw()
    work = bench.start()
    monkeypatch.setenv("PATH", str(bench.root))
    finish(work)

    assert raw.exists()
    assert bench.filed == []
    assert "opusenc does not start" in work.trouble


def test_a_file_that_decodes_to_another_length_is_not_filed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = bench.raw()
    work = bench.start()
    monkeypatch.setattr(opus, "_ENCODE", (*opus._ENCODE, "--raw-rate", "16000"))
    finish(work)

    assert raw.exists()
    assert bench.filed == []
    assert "samples were recorded" in work.trouble


def test_what_was_recorded_at_the_phone_called_has_the_caller_on_the_left_all_the_same(bench: Bench) -> None:
    turned = array.array("h", SOUND)
    turned[::2], turned[1::2] = turned[1::2], turned[::2]
    bench.raw("1795000000.42-44p.raw", turned.tobytes())
    finish(bench.start())

    (name,) = bench.filed
    assert name.endswith("/1795000000.42-44p.opus")
    seconds, left, right = bench.heard(name)
    assert (round(seconds, 3), left, right) == (2.0, True, False)


def test_trouble_is_over_when_what_it_stood_against_is_filed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.raw()
    work = bench.start()
    with monkeypatch.context() as nowhere:
        nowhere.setattr(Shelves, "put", read_only)
        finish(work)
        assert "Read-only file system" in work.trouble
    bench.clock.now += 60
    finish(work)
    assert work.trouble == ""
    assert len(bench.filed) == 1


def read_only(*_words: object) -> Recording:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))
