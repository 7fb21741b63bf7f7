"""The disk's partitions: names, places and the table that names them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

MIB = 1 << 20
SECTOR = 512

BIOS_BOOT = "21686148-6449-6E6F-744E-656564454649"
EFI_SYSTEM = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
LINUX = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"


@dataclass(frozen=True)
class Partition:
    """A partition; size in MiB."""

    label: str
    size: int
    kind: str = LINUX


PARTITIONS = (
    Partition("bios", 1, BIOS_BOOT),
    Partition("esp", 64, EFI_SYSTEM),
    Partition("boot-a", 128),
    Partition("boot-b", 128),
    Partition("system-a", 1536),
    Partition("system-b", 1536),
)
"""In this order on the disk, the first at 1 MiB. The data partition is made by the box itself, behind them."""


def offset(label: str) -> int:
    """Where a partition begins, in bytes."""
    place = MIB
    for partition in PARTITIONS:
        if partition.label == label:
            return place
        place += partition.size * MIB
    raise KeyError(label)


def room(label: str) -> int:
    """A partition's size in bytes."""
    return next(each.size for each in PARTITIONS if each.label == label) * MIB


def disk_size() -> int:
    """The image's size in bytes: the partitions, and 1 MiB at each end for the table and its copy."""
    return (sum(each.size for each in PARTITIONS) + 2) * MIB


def table(content: str) -> str:
    """sfdisk's script for the image whose content has that name: the same content has the same identities."""
    lines = ["label: gpt", f"label-id: {_identity(content, 'disk')}", "unit: sectors", ""]
    lines += [
        f"start={offset(each.label) // SECTOR}, size={each.size * MIB // SECTOR}, type={each.kind},"
        f' uuid={_identity(content, each.label)}, name="{each.label}"'
        for each in PARTITIONS
    ]
    return "\n".join(lines) + "\n"


def _identity(content: str, part: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"branchbox:{content}:{part}")).upper()
