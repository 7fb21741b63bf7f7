"""The kernel's word on who writes a file."""

from __future__ import annotations

import errno
import fcntl
from pathlib import Path

import pytest

from appliance.recorder.closed import Writing, writing


def test_a_file_that_somebody_writes_is_open_until_the_last_writer_closes_it(tmp_path: Path) -> None:
    path = tmp_path / "call.raw"
    with path.open("wb"), path.open("ab"):
        assert writing(path) is Writing.OPEN
    assert writing(path) is Writing.CLOSED


def test_a_reader_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "call.raw"
    path.touch()
    with path.open("rb"):
        assert writing(path) is Writing.CLOSED


def test_asking_leaves_no_lease_behind(tmp_path: Path) -> None:
    path = tmp_path / "call.raw"
    path.touch()
    writing(path)
    with path.open("rb") as reader:
        assert fcntl.fcntl(reader, fcntl.F_GETLEASE) == fcntl.F_UNLCK
    with path.open("ab"):
        assert writing(path) is Writing.OPEN


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EACCES])
def test_without_leases_nothing_is_claimed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(*_: object) -> int:
        raise OSError(number, "no lease")

    (tmp_path / "call.raw").touch()
    monkeypatch.setattr(fcntl, "fcntl", refuse)

    assert writing(tmp_path / "call.raw") is Writing.UNKNOWN


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    (tmp_path / "call-1.raw").symlink_to(tmp_path / "secret")

    with pytest.raises(OSError, match="symbolic links"):
        writing(tmp_path / "call-1.raw")
