"""Copies are proved by reading them back, progress is told, and an earlier box is read without trust."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from appliance.api.disks import InstallPhase, InstallState, InstallStep
from appliance.site import document
from appliance.site.problems import Problem
from provisioning.install import copying, earlier, progress
from provisioning.install.copying import NotAsWritten, Span
from provisioning.install.progress import Progress

STEPS = (InstallStep.UNBOOT, InstallStep.COPY_SYSTEM)


def test_a_copy_is_whole_and_tells_how_far_it_is(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    data = bytes(range(256)) * 40_000
    source.write_bytes(b"head" + data + b"tail")
    target.write_bytes(bytes(4096 + len(data) + 4096))
    told: list[int] = []
    written = copying.copy(Span(source, 4, len(data)), target, 4096, lambda done, total: told.append(total - done))
    assert target.read_bytes() == bytes(4096) + data + bytes(4096)
    assert written == hashlib.sha256(data).hexdigest()
    assert told == sorted(told, reverse=True)
    assert told[-1] == 0
    copying.compare(Span(target, 4096, len(data)), written)


def test_one_flipped_byte_is_found(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"a" * 10_000)
    wanted = copying.digest(Span(target, 0, 10_000))
    copying.put(target, 5000, b"b")
    with pytest.raises(NotAsWritten, match="reads back differently"):
        copying.compare(Span(target, 0, 10_000), wanted)


def test_a_source_that_ends_too_early_is_an_error(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"short")
    target.write_bytes(bytes(100))
    with pytest.raises(OSError, match="ends before its time"):
        copying.copy(Span(source, 0, 50), target)


def test_clearing_ends_with_the_device(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"x" * 1000)
    copying.clear(target, 900, 4096)
    assert target.read_bytes() == b"x" * 900 + bytes(100)


def test_progress_tells_rate_and_time_left() -> None:
    now = [0.0]
    told: list[InstallState] = []
    telling = Progress(STEPS, told.append, lambda: now[0])
    telling.begin(InstallStep.COPY_SYSTEM)
    now[0] = 0.1
    telling.bytes_done(10, 1000)
    now[0] = 2.0
    telling.bytes_done(200, 1000)
    assert len(told) == 2, "told more often than a person reads"
    assert (told[-1].done, told[-1].rate, told[-1].left) == (0.2, 100.0, 8.0)
    telling.end(InstallPhase.DONE)
    assert told[-1].phase is InstallPhase.DONE


def test_a_failure_says_at_which_step() -> None:
    told: list[InstallState] = []
    telling = Progress(STEPS, told.append)
    telling.begin(InstallStep.UNBOOT)
    telling.end(InstallPhase.FAILED, Problem(text="No."))
    assert (told[-1].phase, told[-1].step) == (InstallPhase.FAILED, InstallStep.UNBOOT)


def test_no_state_file_means_idle(tmp_path: Path) -> None:
    assert progress.read(tmp_path / "state.json").phase is InstallPhase.IDLE
    (tmp_path / "state.json").write_text("{")
    assert progress.read(tmp_path / "state.json").phase is InstallPhase.IDLE


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data partition of an earlier box."""
    state = tmp_path / "var/lib/branchbox"
    (state / "revisions/7").mkdir(parents=True)
    (state / "revisions/7/site.toml").write_text(document.example("en"))
    (state / "revisions/current").symlink_to("7")
    (state / "recordings/2026/11/21").mkdir(parents=True)
    for number in range(3):
        (state / f"recordings/2026/11/21/{number}.wav").write_text("")
    return tmp_path


def test_an_earlier_box_is_known_by_its_site_and_recordings(data: Path) -> None:
    name, code = earlier.site(data)
    assert (name, code) == ("Wenzhou North", "WZN")
    assert earlier.count(data / "var/lib/branchbox/recordings") == 3
    assert earlier.count(data / "nothing") is None


@pytest.mark.parametrize("link", ["/etc", "../../../../../../etc", "8"])
def test_a_disk_cannot_lead_the_installer_elsewhere(data: Path, link: str) -> None:
    current = data / "var/lib/branchbox/revisions/current"
    current.unlink()
    current.symlink_to(link)
    assert earlier.site(data) == ("", "")


def test_the_version_is_in_the_slot_s_settings() -> None:
    assert earlier.version_of("ro quiet branchbox.version=1.3.0 branchbox.roothash=ab") == "1.3.0"
    assert earlier.version_of("branchbox.version=$(reboot)") == ""
