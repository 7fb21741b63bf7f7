"""What the initial RAM disk does when people asked for a factory reset: it may be cut off anywhere and done again."""

from __future__ import annotations

from pathlib import Path

import pytest

from images.places import PROJECT
from images.run import run

SCRIPT = PROJECT / "ansible/roles/boot/files/initramfs/scripts/branchbox"
RECORDINGS = "lib/branchbox/recordings"


class Data:
    """The data partition of a box at work."""

    def __init__(self, folder: Path) -> None:
        self.mounted = folder
        self.root = folder / "data"
        for name, text in (
            ("etc/shadow", "root:$y$"),
            ("etc/machine-id", "abc"),
            (f"var/{RECORDINGS}/call.wav", "call"),
            ("var/lib/branchbox/core/site.db", "calls"),
            (".work/etc/index/left", ""),
            ("rauc/central.raucs", "slots"),
        ):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)

    def asked(self, *kept: str) -> None:
        (self.root / "factory-reset").write_text("".join(f"{each}\n" for each in kept))

    def start(self) -> None:
        run(["sh", "-eu", "-c", 'say() { :; }; rootmnt=$1; . "$0"; say() { :; }; bb_reset', SCRIPT, self.mounted])

    @property
    def files(self) -> set[str]:
        return {str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file()}


@pytest.fixture
def data(tmp_path: Path) -> Data:
    return Data(tmp_path)


def test_a_start_that_nobody_asked_anything_of_changes_nothing(data: Data) -> None:
    before = data.files
    data.start()
    assert data.files == before


def test_everything_goes_but_the_updaters_notes(data: Data) -> None:
    data.asked()
    data.start()
    assert data.files == {"rauc/central.raucs"}


def test_recordings_stay_where_they_were_when_asked_to(data: Data) -> None:
    data.asked(RECORDINGS)
    data.start()
    assert data.files == {"rauc/central.raucs", f"var/{RECORDINGS}/call.wav"}


def test_what_stays_has_the_rights_it_had(data: Data) -> None:
    (data.root / "var" / RECORDINGS).chmod(0o2750)
    data.asked(RECORDINGS)
    data.start()
    assert (data.root / "var" / RECORDINGS).stat().st_mode & 0o7777 == 0o2750


@pytest.mark.parametrize("stage", ["moved aside", "rest gone", "moved back"])
def test_a_reset_that_the_power_cut_is_ended_by_the_next_start(data: Data, stage: str) -> None:
    data.asked(RECORDINGS)
    aside = data.root / "kept" / RECORDINGS
    aside.parent.mkdir(parents=True)
    (data.root / "var" / RECORDINGS).rename(aside)
    if stage != "moved aside":
        run(["rm", "-r", data.root / "var", data.root / "etc"])
    if stage == "moved back":
        (data.root / "kept").rename(data.root / "var")
    data.start()
    assert data.files == {"rauc/central.raucs", f"var/{RECORDINGS}/call.wav"}


def test_no_path_leads_out_of_var(data: Data) -> None:
    data.asked("../etc", "lib/../../etc", "")
    data.start()
    assert data.files == {"rauc/central.raucs"}
