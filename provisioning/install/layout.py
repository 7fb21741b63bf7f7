"""Where things lie on a disk of a Branchbox: read off the stick that runs, so that both agree."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from appliance.api.wire import Message
from provisioning.blockdevices import BlockDevice

DATA = "data"
PARTS = ("bios", "esp", "boot-a", "boot-b", "system-a", "system-b")
"""Labels of what the image brings; the data partition takes the rest of the disk."""
_LINUX = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
_SECTOR = 512
_BLOCK = 4096
DATA_AT_LEAST = 3 * 1024**3
"""Bytes of data partition below which a box is of no use."""


class Part(Message):
    """One partition: where it begins and how long it is, in bytes."""

    label: str
    start: int
    size: int
    kind: str


class Layout(Message):
    """The partitions that the image brings, in the order of the disk."""

    parts: tuple[Part, ...]

    @property
    def end(self) -> int:
        """Where the data partition begins."""
        return max(part.start + part.size for part in self.parts)

    @property
    def least(self) -> int:
        """The smallest disk that it fits on, with room for data."""
        return self.end + DATA_AT_LEAST

    def script(self) -> str:
        """The table for `sfdisk`: fresh names for disk and partitions, the data partition at the end."""
        lines = ["label: gpt"]
        for part in self.parts:
            start, size = part.start // _SECTOR, part.size // _SECTOR
            lines.append(f'start={start}, size={size}, type={part.kind}, name="{part.label}"')
        lines.append(f'start={self.end // _SECTOR}, type={_LINUX}, name="{DATA}"')
        return "\n".join(lines) + "\n"


def of_disk(disk: BlockDevice) -> Layout | None:
    """The layout of a disk; None when a partition of ours is missing."""
    found = [disk.part(label) for label in PARTS]
    parts = [
        Part(label=part.part_label, start=part.start, size=part.size, kind=part.part_type) for part in found if part
    ]
    return Layout(parts=tuple(sorted(parts, key=lambda part: part.start))) if len(parts) == len(PARTS) else None


def same_places(one: Layout, other: Layout) -> bool:
    """Whether what the image brings fits into another disk's partitions as they are."""

    def places(layout: Layout) -> set[tuple[str, int, int]]:
        return {(part.label, part.start, part.size) for part in layout.parts}

    return places(one) == places(other)


def device_of(disk: str, number: int) -> str:
    """The kernel's name of a disk's partition: sda1, nvme0n1p1, md127p1."""
    return f"{disk}p{number}" if disk[-1].isdigit() else f"{disk}{number}"


def squashfs_size(head: bytes) -> int:
    """Bytes of the squashfs that begins with `head`, in whole blocks. Raises ValueError when it is none."""
    if len(head) < 96 or head[:4] != b"hsqs":
        raise ValueError("no squashfs")
    (used,) = struct.unpack_from("<Q", head, 40)
    return _whole(used)


def verity_size(head: bytes) -> int:
    """Bytes of the dm-verity tree that begins with the superblock `head`. Raises ValueError when it is none.

    The kernel's Documentation/admin-guide/device-mapper/verity.rst: SHA-256, so 32 bytes a hash.
    """
    if len(head) < 90 or head[:8] != b"verity\0\0":
        raise ValueError("no verity superblock")
    data_block, hash_block, blocks = struct.unpack_from("<IIQ", head, 64)
    if hash_block != _BLOCK or data_block != _BLOCK:
        raise ValueError("another block size")
    level, total = int(blocks), 1
    while level > 1:
        level = -(-level // (_BLOCK // 32))
        total += level
    return total * _BLOCK


def on_command_line(words: Iterable[str], name: str) -> str:
    """A value of ours on the kernel's command line (`branchbox.NAME=`). Raises LookupError when it is not there."""
    for word in words:
        if word.startswith(f"branchbox.{name}="):
            return word.partition("=")[2]
    raise LookupError(name)


def _whole(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK
