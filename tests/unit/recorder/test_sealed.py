"""A sealed recording opens whole for its key, or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.recorder import sealed
from appliance.recorder.sealed import PIECE, Broken, OtherKey

PUBLIC, SECRET = sealed.new_key()
NAME = "2026/11/21/WZN-1795000000.42-1.opus.sealed"
FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def quietly() -> None:
    """Nobody watches."""


def sealed_file(folder: Path, clear: bytes) -> Path:
    (folder / "clear").write_bytes(clear)
    sealed.seal(folder / "clear", folder / "sealed", PUBLIC, NAME, quietly)
    return folder / "sealed"


def opened(path: Path, name: str = NAME) -> bytes:
    return b"".join(sealed.opened(path, PUBLIC, SECRET, name))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_opens(tmp_path: Path, size: int) -> None:
    clear = hashlib.shake_128(b"x").digest(size)
    assert opened(sealed_file(tmp_path, clear)) == clear


def test_size_and_hash_are_of_the_sealed_file(tmp_path: Path) -> None:
    (tmp_path / "clear").write_bytes(b"sound")
    size, sha256 = sealed.seal(tmp_path / "clear", tmp_path / "sealed", PUBLIC, NAME, quietly)
    written = (tmp_path / "sealed").read_bytes()
    assert (size, sha256) == (len(written), hashlib.sha256(written).hexdigest())


@FOLDER
@given(at=st.integers(0, 2 * PIECE), bit=st.integers(0, 7))
def test_one_bit_that_was_changed_anywhere_is_noticed(tmp_path: Path, at: int, bit: int) -> None:
    path = sealed_file(tmp_path, bytes(2 * PIECE))
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)
    with pytest.raises((Broken, OtherKey)):
        opened(path)


@FOLDER
@given(kept=st.integers(0, 2 * PIECE))
def test_a_file_that_was_cut_anywhere_is_noticed(tmp_path: Path, kept: int) -> None:
    path = sealed_file(tmp_path, bytes(2 * PIECE))
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(Broken):
        opened(path)


def test_something_added_behind_the_end_is_noticed(tmp_path: Path) -> None:
    path = sealed_file(tmp_path, b"sound")
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(Broken):
        opened(path)


def test_a_file_in_another_recording_s_place_does_not_open(tmp_path: Path) -> None:
    with pytest.raises(Broken):
        opened(sealed_file(tmp_path, b"sound"), name=NAME.replace("42", "43"))


def test_another_site_s_key_is_told_from_damage(tmp_path: Path) -> None:
    path = sealed_file(tmp_path, b"sound")
    with pytest.raises(OtherKey):
        list(sealed.opened(path, *sealed.new_key(), NAME))


def test_two_files_of_the_same_sound_have_nothing_in_common(tmp_path: Path) -> None:
    first = sealed_file(tmp_path, b"sound").read_bytes()
    second = sealed_file(tmp_path, b"sound").read_bytes()
    assert first[len(sealed.MAGIC) + 16 :] != second[len(sealed.MAGIC) + 16 :]
