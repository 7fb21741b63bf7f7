"""Following a log file that is appended to and rotated by renaming.

A position is inode, byte offset and the file's first line. Rotation renames the file, so it is
found again by its inode (or, when it was copied, by its first line) among `NAME.*` and
`NAME-*`, read to its end, and then the next younger one is begun. The first line also tells
a file from another that was given the inode of a deleted one, and a file that was emptied and
written anew from what it was. Compressed files are not read: logrotate must compress a
rotation later (`delaycompress`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

BATCH = 512 * 1024
"""Bytes read at once."""
HEAD = 200
"""Bytes of the first line that are kept."""
QUIET = 2.0
"""Seconds after which nobody writes to a rotated file any more: Asterisk opens CEL and CDR for
each record, and a new queue log appears only once it left the old one."""

GONE = "what was being read was emptied or deleted; reading goes on with what is younger"

_COMPRESSED = frozenset({".gz", ".xz", ".bz2", ".zst"})


@dataclass(frozen=True)
class Position:
    """How far a file has been read, in bytes. `head` is its first line, "" while it has none;
    `written` is when it had last been written to, epoch seconds."""

    inode: int
    offset: int
    head: str
    written: float


@dataclass(frozen=True)
class Chunk:
    """Whole lines, read from `start` on; `last` when nothing will ever follow them in their file.

    A `last` chunk may end without a newline: Asterisk was stopped while it wrote. So may one
    whose single line is longer than a batch. `notice` is what a person should hear about.
    """

    data: bytes
    start: Position
    last: bool
    notice: str = ""

    def read_to(self, consumed: int) -> Position:
        """The position behind the first `consumed` bytes."""
        return replace(self.start, offset=self.start.offset + consumed)


@dataclass(frozen=True)
class _File:
    path: Path
    inode: int
    size: int
    written: float
    head: str

    def holds(self, position: Position) -> bool:
        return self.head == position.head and self.size >= position.offset


def read(path: Path, position: Position | None, now: float, limit: int = BATCH) -> Chunk | None:
    """What comes after `position`, at most `limit` bytes; None when there is nothing new.

    Without a position reading begins with the oldest file there is. `now` is epoch seconds.
    """
    files = _files(path)
    if not files:
        return None
    index, offset, notice = _find(files, position)
    while index < len(files):
        file = files[index]
        rotated = file.path != path and index + 1 < len(files) and abs(now - file.written) > QUIET
        chunk = _chunk(file, offset, limit, rotated)
        if chunk is not None:
            return replace(chunk, notice=notice)
        if not rotated:
            break
        index, offset = index + 1, 0
    return None


def _chunk(file: _File, offset: int, limit: int, rotated: bool) -> Chunk | None:
    try:
        with file.path.open("rb") as opened:
            if os.fstat(opened.fileno()).st_ino != file.inode:
                return None  # renamed since it was listed: the next pass finds it
            data = _read(opened, offset, limit)
    except FileNotFoundError:
        return None
    ended = len(data) < limit
    whole = data.rfind(b"\n") + 1
    if not (rotated and ended) and (whole or ended):
        data = data[:whole]
    if not data:
        return None
    head = file.head or _head(data)
    return Chunk(data, Position(file.inode, offset, head, file.written), last=rotated and ended)


def _read(opened: BinaryIO, offset: int, limit: int) -> bytes:
    opened.seek(offset)
    return opened.read(limit)


def _find(files: list[_File], position: Position | None) -> tuple[int, int, str]:
    """Which file to read from which offset, and what to say about it."""
    if position is None:
        return 0, 0, ""
    for index, file in enumerate(files):
        if file.inode == position.inode and (not position.head or file.holds(position)):
            return index, position.offset, ""
    for index, file in enumerate(files):
        if position.head and file.holds(position):
            return index, position.offset, ""
    younger = [index for index, file in enumerate(files) if file.written >= position.written]
    return (younger[0] if younger else len(files) - 1), 0, GONE


def _files(path: Path) -> list[_File]:
    """The log and its rotated siblings, oldest first, the log itself last."""
    rotated = sorted(
        (file for file in map(_file, _rotated(path)) if file is not None), key=lambda file: (file.written, file.path)
    )
    current = _file(path)
    return rotated if current is None else [*rotated, current]


def _rotated(path: Path) -> Iterator[Path]:
    for suffix in (".*", "-*"):
        for found in path.parent.glob(path.name + suffix):
            if found.suffix not in _COMPRESSED:
                yield found


def _file(path: Path) -> _File | None:
    try:
        with path.open("rb") as opened:
            status = os.fstat(opened.fileno())
            return _File(path, status.st_ino, status.st_size, status.st_mtime, _head(opened.read(HEAD + 1)))
    except FileNotFoundError:
        return None


def _head(data: bytes) -> str:
    """The first line as far as it identifies the file; "" while it is not whole."""
    line, newline, _ = data.partition(b"\n")
    return line[:HEAD].decode("utf-8", "replace") if newline or len(line) > HEAD else ""
