"""The machine's disks and partitions as facts: one command and a pure parser.

`lsblk` reads /sys and udev's database only, so this works without access to the devices. What
stands on a foreign disk (labels, names) is a stranger's text: it is made printable here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from provisioning.run import run

COLUMNS = (
    "KNAME,TYPE,SIZE,RM,HOTPLUG,RO,LOG-SEC,TRAN,VENDOR,MODEL,SERIAL,FSTYPE,LABEL,PTTYPE,PARTTYPE,PARTLABEL,PARTUUID,"
    "START,MOUNTPOINTS"
)
SYSTEM_LABELS = frozenset({"boot-a", "boot-b", "system-a", "system-b"})
"""Labels of the partitions that make a disk one of a Branchbox (docs/design.md)."""
_SECONDS = 15.0
_TEXT_LENGTH = 64


@dataclass(frozen=True)
class BlockDevice:
    """A disk, a partition, or what stands on one (RAID, verity). Sizes and offsets are bytes.

    `name` is the kernel's; `transport` is usb, sata, nvme or empty; `hotplug` is true for every USB disk, `removable`
    for those that say so; `sector` is the smallest unit that can be written; `children` stand on this one.
    """

    name: str
    kind: str
    size: int
    removable: bool = False
    hotplug: bool = False
    sector: int = 512
    read_only: bool = False
    transport: str = ""
    vendor: str = ""
    model: str = ""
    serial: str = ""
    file_system: str = ""
    label: str = ""
    table: str = ""
    part_type: str = ""
    part_label: str = ""
    part_uuid: str = ""
    start: int = 0
    mounted_at: tuple[str, ...] = ()
    children: tuple[BlockDevice, ...] = ()

    def part(self, label: str) -> BlockDevice | None:
        """Its partition with this label."""
        return next((child for child in self.children if child.part_label == label), None)

    def tree(self) -> Iterator[BlockDevice]:
        """This device and everything that stands on it."""
        yield self
        for child in self.children:
            yield from child.tree()


def read() -> tuple[BlockDevice, ...]:
    """Every disk of this machine with what stands on it. Raises CommandFailed."""
    # Without --tree there are no children where NAME is no column.
    listing = ["lsblk", "--json", "--bytes", "--all", "--tree=KNAME", "--output", COLUMNS]
    return parse(run(listing, timeout=_SECONDS).out)


def parse(text: str) -> tuple[BlockDevice, ...]:
    """Facts from lsblk's JSON; devices without a medium (a card reader's empty slot) are left out."""
    devices = (_device(entry) for entry in json.loads(text).get("blockdevices", ()))
    return tuple(device for device in devices if device.size > 0)


def printable(text: str, length: int = _TEXT_LENGTH) -> str:
    """A stranger's text without control characters, spaces folded, cut to `length` characters."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return " ".join(shown.split())[:length]


def _device(entry: dict[str, Any]) -> BlockDevice:
    def text(column: str) -> str:
        return printable(str(entry.get(column) or ""))

    size = int(entry.get("size") or 0)
    return BlockDevice(
        name=text("kname"),
        kind=text("type"),
        size=size,
        removable=bool(entry.get("rm")),
        hotplug=bool(entry.get("hotplug")),
        sector=int(entry.get("log-sec") or 512),
        read_only=bool(entry.get("ro")),
        transport=text("tran"),
        vendor=text("vendor"),
        model=text("model"),
        serial=text("serial"),
        file_system=text("fstype"),
        label=text("label"),
        table=text("pttype"),
        part_type=text("parttype").lower(),
        part_label=text("partlabel"),
        part_uuid=text("partuuid").lower(),
        start=int(entry.get("start") or 0) * 512,  # the kernel's unit, whatever the disk's sectors are
        mounted_at=tuple(str(place) for place in entry.get("mountpoints") or () if place),
        children=tuple(_device(child) for child in entry.get("children") or ()),
    )
