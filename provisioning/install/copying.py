"""Bytes from one block device to another, with progress, made durable, and read back."""
# os's calls instead of pathlib's: descriptors of devices, offsets, and what the kernel caches of them.
# ruff: noqa: PTH123

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance.site.problems import BranchboxError, Problem

PIECE = 4 * 1024**2
_SYNC_EVERY = 16
"""Pieces between two syncs: progress then tells what is on the disk, not what is in memory."""

Told = Callable[[int, int], None]
"""Hears bytes done and bytes in all."""


class NotAsWritten(BranchboxError):
    """What was read back is not what was written."""


@dataclass(frozen=True)
class Span:
    """A part of a device or file, in bytes."""

    path: Path
    offset: int
    size: int


def nothing(_done: int, _total: int) -> None:
    """Tell nobody."""


def head(path: Path, size: int, offset: int = 0) -> bytes:
    """The first bytes of a device."""
    with open(path, "rb", buffering=0) as file:
        file.seek(offset)
        return file.read(size)


def copy(source: Span, target: Path, offset: int = 0, told: Told = nothing) -> str:
    """Copy a span to a device from `offset` on, durably; gives the SHA-256 of what was read. Raises OSError."""
    digest = hashlib.sha256()
    done = 0
    with open(source.path, "rb", buffering=0) as reading, open(target, "r+b", buffering=0) as writing:
        reading.seek(source.offset)
        writing.seek(offset)
        pieces = 0
        while done < source.size:
            piece = _exactly(reading.read(min(PIECE, source.size - done)), source.path)
            digest.update(piece)
            _write(writing.fileno(), piece)
            done += len(piece)
            pieces += 1
            if pieces % _SYNC_EVERY == 0:
                os.fdatasync(writing.fileno())
            told(done, source.size)
        os.fsync(writing.fileno())
    return digest.hexdigest()


def put(target: Path, offset: int, data: bytes) -> None:
    """Write bytes to a device at `offset`, durably. Raises OSError."""
    with open(target, "r+b", buffering=0) as writing:
        writing.seek(offset)
        _write(writing.fileno(), data)
        os.fsync(writing.fileno())


def clear(target: Path, offset: int, size: int) -> None:
    """Write zeros, durably, as far as the device goes. Raises OSError."""
    with open(target, "r+b", buffering=0) as writing:
        end = writing.seek(0, os.SEEK_END)
        writing.seek(offset)
        _write(writing.fileno(), bytes(max(0, min(size, end - offset))))
        os.fsync(writing.fileno())


def digest(span: Span, told: Told = nothing) -> str:
    """The SHA-256 of a span as the disk has it, not as memory remembers it. Raises OSError."""
    summed = hashlib.sha256()
    done = 0
    with open(span.path, "rb", buffering=0) as reading:
        os.posix_fadvise(reading.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        reading.seek(span.offset)
        while done < span.size:
            piece = _exactly(reading.read(min(PIECE, span.size - done)), span.path)
            summed.update(piece)
            done += len(piece)
            told(done, span.size)
    return summed.hexdigest()


def compare(span: Span, wanted: str) -> None:
    """Hold a span against a SHA-256. Raises NotAsWritten, OSError."""
    if digest(span) != wanted:
        raise not_as_written(span.path.name)


def not_as_written(name: str, original: str = "") -> NotAsWritten:
    """Say that a disk does not hold what was written."""
    text = "What was written to {disk} reads back differently: the disk or its cable is bad. Take another one."
    return NotAsWritten(Problem(text=text, args={"disk": name}, original=original))


def _exactly(piece: bytes, path: Path) -> bytes:
    if not piece:
        raise OSError(5, "ends before its time", str(path))
    return piece


def _write(handle: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]
