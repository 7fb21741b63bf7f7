"""The disks of this machine in human terms: what they are, what is on them, whether the box fits on. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from appliance.api.disks import Disk, DiskContent, EarlierBox
from appliance.site.problems import Problem
from provisioning.blockdevices import SYSTEM_LABELS, BlockDevice
from provisioning.install import layout
from provisioning.install.layout import Layout

_NAME = re.compile(r"(sd|vd|hd|xvd)[a-z]{1,3}|nvme[0-9]+n[0-9]+|mmcblk[0-9]+|md[0-9]+")
_WINDOWS_TYPES = {
    "e3c9e316-0b5c-4db8-817d-f92df00215ae",  # Microsoft reserved
    "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7",  # Microsoft basic data
    "de94bba4-06d1-4d40-a16a-bfd50179d6ac",  # Windows recovery
    "0x7",
}
_LINUX_SYSTEMS = {"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "swap", "LVM2_member", "crypto_LUKS"}
_MIRROR = "raid1"

Look = Callable[[BlockDevice], EarlierBox]
"""Reads what an earlier box was."""


def of_devices(devices: Iterable[BlockDevice], running: str, wanted: Layout, look: Look) -> tuple[Disk, ...]:
    """Every fixed disk but the one that the installer runs from.

    `wanted` is what will be written; `look` is asked about each earlier box.
    """
    return tuple(_disk(device, members, wanted, look) for device, members in targets(devices, running))


def targets(devices: Iterable[BlockDevice], running: str) -> Iterator[tuple[BlockDevice, tuple[str, ...]]]:
    """The devices that could be installed on: disks, and the mirrored pairs of earlier boxes with their members."""
    fixed = [
        device
        for device in devices
        if device.kind == "disk" and not device.removable and device.name != running and _NAME.fullmatch(device.name)
    ]
    mirrors: dict[str, BlockDevice] = {}
    members: dict[str, list[str]] = {}
    for device in fixed:
        for child in device.children:
            if child.kind == _MIRROR and _ours(child):
                mirrors[child.name] = child
                members.setdefault(child.name, []).append(device.name)
    used = {name for names in members.values() for name in names}
    for device in fixed:
        if device.name not in used:
            yield device, ()
    for name, mirror in sorted(mirrors.items()):
        yield mirror, tuple(members[name])


def content(device: BlockDevice) -> DiskContent:
    """What is on a disk, by its tables and labels."""
    within = [each for each in device.tree() if each is not device]
    if _ours(device):
        data = device.part(layout.DATA)
        whole = data is not None and data.file_system == "ext4"
        return DiskContent.BRANCHBOX if whole else DiskContent.UNFINISHED
    if any(each.file_system in ("ntfs", "BitLocker") or each.part_type in _WINDOWS_TYPES for each in device.tree()):
        return DiskContent.WINDOWS
    if any(each.file_system in _LINUX_SYSTEMS for each in device.tree()):
        return DiskContent.LINUX
    return DiskContent.OTHER if within or device.file_system or device.table else DiskContent.EMPTY


def _disk(device: BlockDevice, members: tuple[str, ...], wanted: Layout, look: Look) -> Disk:
    found = content(device)
    earlier = None
    if found is DiskContent.BRANCHBOX:
        own = layout.of_disk(device)
        earlier = look(device)
        if own is None or not layout.same_places(own, wanted):
            earlier = earlier.model_copy(update={"problem": OTHER_LAYOUT})
    return Disk(
        name=device.name,
        vendor=device.vendor if device.vendor != "ATA" else "",
        model=device.model,
        serial=device.serial,
        size=device.size,
        bus=device.transport,
        content=found,
        earlier=earlier,
        members=members,
        problem=_unfit(device, wanted),
    )


OTHER_LAYOUT = Problem(
    text="The earlier box divided its disk in another way than this version does. Save a backup there first, "
    "then install without keeping anything and restore it."
)


def _unfit(device: BlockDevice, wanted: Layout) -> Problem | None:
    if device.read_only:
        return Problem(text="This disk is write-protected. Look for a switch or a setting of the firmware.")
    if device.sector != 512:
        return Problem(
            text="This disk has sectors of {bytes} bytes only. Take one with 512, or switch it over with its "
            "maker's tool.",
            args={"bytes": str(device.sector)},
        )
    if device.size < wanted.least:
        return Problem(
            text="This disk is too small: the box needs {least} GB.",
            args={"least": f"{wanted.least / 1e9:.0f}"},
        )
    if any(place for each in device.tree() for place in each.mounted_at):
        return Problem(text="This disk is in use by the system that runs now. Start from the stick again.")
    return None


def _ours(device: BlockDevice) -> bool:
    return {child.part_label for child in device.children} >= SYSTEM_LABELS
