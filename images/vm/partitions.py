"""A disk that is switched off, looked into from outside: its partitions by name, its data mounted."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from images.run import die, run
from images.vm.disks import SECTOR, Disk

TABLE = 1024 * 1024
"""Bytes at the start of a disk that hold its partition table."""


@dataclass(frozen=True)
class Partition:
    """One partition: its label in the table, where it begins and how long it is, in bytes."""

    name: str
    first: int
    size: int


def partitions(disk: Disk) -> dict[str, Partition]:
    """The partitions of a disk by label (UEFI 2.10, 5.3). Raises Failure when there is no GPT."""
    with tempfile.TemporaryDirectory() as folder:
        head = _copy(disk, 0, TABLE, Path(folder) / "head").read_bytes()
    return table(head)


def table(head: bytes) -> dict[str, Partition]:
    """The partitions that the first sectors of a disk speak of."""
    header = head[SECTOR : 2 * SECTOR]
    if header[:8] != b"EFI PART":
        die("The disk has no partition table.")
    first, count, size = struct.unpack("<QII", header[72:88])
    found = {}
    for place in range(count):
        entry = head[first * SECTOR + place * size :][:size]
        if entry[:16].strip(b"\0"):
            begins, ends = struct.unpack("<QQ", entry[32:48])
            name = entry[56:128].decode("utf-16-le").rstrip("\0")
            found[name] = Partition(name, begins * SECTOR, (ends - begins + 1) * SECTOR)
    return found


@contextmanager
def mounted(disk: Disk, name: str) -> Iterator[Path]:
    """A copy of a partition, mounted: its journal is replayed as the box would. Raises Failure."""
    part = partitions(disk).get(name) or die(f"The disk has no partition {name}.")
    with tempfile.TemporaryDirectory() as folder:
        copy = _copy(disk, part.first, part.size, Path(folder) / "partition")
        target = Path(folder) / "mounted"
        target.mkdir()
        run(["mount", "-o", "loop", copy, target])
        try:
            yield target
        finally:
            run(["umount", target])


def _copy(disk: Disk, first: int, size: int, to: Path) -> Path:
    source = f"driver=raw,offset={first},size={size},file.driver={disk.form},file.file.filename={disk.path}"
    if disk.form == "raw":
        source = f"driver=raw,offset={first},size={size},file.filename={disk.path}"
    run(["qemu-img", "convert", "-U", "--image-opts", source, "-O", "raw", to])
    return to
