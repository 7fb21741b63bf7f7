"""The WAV: what any player reads of it."""

from __future__ import annotations

import array
import hashlib
import os
import tracemalloc
import wave as players
from pathlib import Path

import pytest

from appliance.recorder import wave

# Left counts up, right counts down.
SAMPLES = [value for step in range(20000) for value in (step, -step)]


def quietly() -> None:
    """Nobody watches."""


def raw(path: Path, tail: bytes = b"") -> Path:
    path.write_bytes(array.array("h", SAMPLES).tobytes() + tail)
    return path


def test_a_player_reads_both_channels(tmp_path: Path) -> None:
    audio = wave.write(raw(tmp_path / "a.raw"), tmp_path / "a.wav", quietly)

    with players.open(str(tmp_path / "a.wav")) as played:
        assert (played.getnchannels(), played.getsampwidth(), played.getframerate()) == (2, 2, 8000)
        heard = array.array("h", played.readframes(played.getnframes()))
    assert heard.tolist() == SAMPLES
    assert audio.duration == 2.5


def test_size_and_hash_are_of_the_whole_file(tmp_path: Path) -> None:
    audio = wave.write(raw(tmp_path / "a.raw"), tmp_path / "a.wav", quietly)
    written = (tmp_path / "a.wav").read_bytes()

    assert audio.size == len(written)
    assert audio.sha256 == hashlib.sha256(written).hexdigest()


def test_a_sample_that_was_cut_is_left_out(tmp_path: Path) -> None:
    whole = wave.write(raw(tmp_path / "a.raw"), tmp_path / "a.wav", quietly)
    cut = wave.write(raw(tmp_path / "b.raw", tail=b"\1\2\3"), tmp_path / "b.wav", quietly)

    assert cut == whole


def test_a_long_recording_needs_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    with (tmp_path / "long.raw").open("wb") as long:
        os.truncate(long.fileno(), 64 * 1024 * 1024)
    pieces = 0

    def count() -> None:
        nonlocal pieces
        pieces += 1

    tracemalloc.start()
    wave.write(tmp_path / "long.raw", tmp_path / "long.wav", count)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1024 * 1024
    assert pieces > 100


def test_a_recording_over_4_gb_keeps_a_header_that_players_take() -> None:
    assert wave.header(5 * 2**32)[4:8] == (0xFFFFFFFF - 8).to_bytes(4, "little")


def test_a_file_that_shrinks_is_an_error_and_no_short_recording(tmp_path: Path) -> None:
    path = raw(tmp_path / "a.raw", tail=bytes(1024 * 1024))

    with pytest.raises(OSError, match="became shorter"):
        wave.write(path, tmp_path / "a.wav", lambda: os.truncate(path, 8))
