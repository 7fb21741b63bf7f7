"""MixMonitor's interleaved samples become a stereo WAV, in pieces, hashed on the way.

RIFF/WAVE, PCM format 1, two channels of signed 16-bit little-endian at 8000 Hz.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

RATE = 8000
FRAME = 4
"""Bytes of one sample of both channels."""
HEADER = 44
_PIECE = 256 * 1024
_LONGEST = 0xFFFFFFFF - HEADER


@dataclass(frozen=True)
class Audio:
    """A finished file: seconds, bytes, and the hash of all its bytes."""

    duration: float
    size: int
    sha256: str


def header(samples: int) -> bytes:
    """The 44 bytes before `samples` bytes of audio; beyond 4 GB they say "as long as the file"."""
    length = min(samples, _LONGEST)
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", length + HEADER - 8, b"WAVE",
        b"fmt ", 16, 1, 2, RATE, RATE * FRAME, FRAME, 16,
        b"data", length,
    )  # fmt: skip


def write(raw: Path, wav: Path, alive: Callable[[], None]) -> Audio:
    """Make `wav` of `raw` and force it to the disk; `alive` is called after each piece.

    A last sample that is cut (Asterisk was killed) is left out. Raises OSError.
    """
    samples = raw.stat().st_size // FRAME * FRAME
    digest = hashlib.sha256()
    with raw.open("rb", buffering=0) as source, wav.open("wb", buffering=0) as target:
        piece = header(samples)
        left = samples
        while True:
            _write_all(target.fileno(), piece)
            digest.update(piece)
            alive()
            if not left:
                break
            piece = source.read(min(_PIECE, left))
            if not piece:
                raise OSError(f"{raw.name} became shorter while it was read")
            left -= len(piece)
        os.fsync(target.fileno())
    return Audio(samples / FRAME / RATE, samples + HEADER, digest.hexdigest())


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
