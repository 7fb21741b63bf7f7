"""What an earlier box on a disk was: its name, version and number of recordings, read without writing a byte."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.api.disks import EarlierBox
from appliance.site import document
from provisioning import mounting
from provisioning.blockdevices import BlockDevice, printable
from provisioning.install import layout

LOG = logging.getLogger("branchbox.host")
PLACE = Path("/run/branchbox/look")
_STATE = Path("var/lib/branchbox")
_PATIENCE = 5.0
"""Seconds for counting recordings; a person waits."""
_LONGEST = 1024**2


def look(disk: BlockDevice) -> EarlierBox:
    """The earlier box on a disk. What cannot be read stays unknown."""
    name = code = ""
    recordings = None
    data = disk.part(layout.DATA)
    if data is not None:
        with _mounted(data.name, "ext4", "ro,noload") as root:
            if root is not None:
                name, code = site(root)
                recordings = count(root / _STATE / "recordings")
    return EarlierBox(site_name=name, site_code=code, version=_version(disk), recordings=recordings)


def site(data: Path) -> tuple[str, str]:
    """Name and code of the branch, from the revision in force on a data partition; empty when there is none."""
    revisions = data / _STATE / "revisions"
    try:
        number = os.readlink(revisions / "current")  # noqa: PTH115  (the text itself: it must be a plain number)
        path = revisions / number / "site.toml"
        if not number.isdecimal() or path.is_symlink() or path.stat().st_size > _LONGEST:
            return "", ""
        read, _problems = document.parse(path.read_text())
    except (OSError, UnicodeDecodeError):
        return "", ""
    return (read.site.name, read.site.code) if read is not None else ("", "")


def count(recordings: Path) -> int | None:
    """Files below the recordings' folder; None when there is no folder or counting takes too long."""
    if not recordings.is_dir():
        return None
    deadline, found = time.monotonic() + _PATIENCE, 0
    for _folder, _folders, names in os.walk(recordings):
        found += len(names)
        if time.monotonic() > deadline:
            return None
    return found


def version_of(settings: str) -> str:
    """The version in a slot's `slot.cfg`; empty when it is not said."""
    match = re.search(r"\bbranchbox\.version=([A-Za-z0-9.+~-]{1,40})", settings)
    return match[1] if match else ""


def _version(disk: BlockDevice) -> str:
    """The newer of the two slots' versions."""
    found = []
    for label in ("boot-a", "boot-b"):
        part = disk.part(label)
        if part is not None and part.file_system == "squashfs":
            with _mounted(part.name, "squashfs", "ro") as root:
                if root is not None and (root / "slot.cfg").is_file():
                    found.append(version_of((root / "slot.cfg").read_text(errors="replace")[:_LONGEST]))
    return printable(max(found, key=_numbers, default=""))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


@contextmanager
def _mounted(device: str, driver: str, options: str) -> Iterator[Path | None]:
    """The file system of a disk at rest; None when it cannot be read."""
    place = PLACE / device
    finished = mounting.mount(device, place, driver, options)
    if finished.code != 0:
        LOG.warning("%s cannot be looked into: %s", device, finished.err.strip())
        yield None
        return
    try:
        yield place
    except OSError:
        LOG.exception("%s cannot be read", device)
    finally:
        mounting.unmount(place)
