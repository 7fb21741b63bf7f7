"""The contract's page on disks: the installer. Answered only by a box that was started from the stick.

A disk is named by the kernel's name (sda, nvme0n1, md127), checked against the list. Sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from pydantic import Field

from appliance.api.contract import SETUP
from appliance.api.wire import Empty, Message, method
from appliance.site.problems import Problem


class DiskContent(StrEnum):
    """What is on a disk, as far as its tables and labels tell."""

    EMPTY = "empty"
    BRANCHBOX = "branchbox"
    """An earlier box, with its data."""
    UNFINISHED = "unfinished"
    """An installation that did not end: partitions of ours, no data."""
    WINDOWS = "windows"
    LINUX = "linux"
    OTHER = "other"


class EarlierBox(Message):
    """The box that was installed on a disk. What could not be read is empty or None."""

    site_name: str = ""
    site_code: str = ""
    version: str = ""
    recordings: int | None = None
    problem: Problem | None = None
    """Why its recordings and database cannot be kept by this installer; None when they can."""


class Disk(Message):
    """A disk that the box could be installed on. Vendor and model are the disk's own words, made printable."""

    name: str
    vendor: str
    model: str
    serial: str
    size: int
    bus: str
    """sata, nvme, usb and so on; empty when the kernel does not say."""
    content: DiskContent
    earlier: EarlierBox | None = None
    members: tuple[str, ...] = ()
    """The disks of a mirrored pair that an earlier box left; empty for a single disk."""
    problem: Problem | None = None
    """Why the box cannot be installed here; None when it can."""


def to_type(disks: Sequence[Disk], keep: bool) -> tuple[str, ...]:
    """The names that a person must type before these disks are overwritten."""
    return () if keep else tuple(disk.name for disk in disks if disk.content is not DiskContent.EMPTY)


class Disks(Message):
    """Every fixed disk of this machine, and the version that would be installed."""

    disks: tuple[Disk, ...]
    version: str


class InstallOn(Message):
    """What to install on: one disk, or two that become a mirrored pair.

    `typed` is the names of the disks that hold something, as the person typed them, with a space between.
    `keep`: the earlier box's recordings, database and configuration stay.
    """

    disks: tuple[str, ...] = Field(min_length=1, max_length=2)
    typed: str = Field(default="", max_length=80)
    keep: bool = False


class InstallStep(StrEnum):
    """What the installer does, in this order; with `keep` there is a check and no new table."""

    CHECK_DATA = "check-data"
    UNBOOT = "unboot"
    MIRROR = "mirror"
    TABLE = "table"
    COPY_SYSTEM = "copy-system"
    COPY_BOOT = "copy-boot"
    VERIFY = "verify"
    LOADER = "loader"


class InstallPhase(StrEnum):
    """Where an installation is."""

    IDLE = "idle"
    RUNNING = "running"
    DONE = "done"
    """Pull the stick: the machine restarts by itself then."""
    FAILED = "failed"
    CANCELLED = "cancelled"


class InstallState(Message):
    """How far the installation is. `done` is a share, 0 to 1, of the step; None when the step does not tell.

    `rate` is bytes a second; `left` is seconds until the step's end.
    """

    phase: InstallPhase
    steps: tuple[InstallStep, ...] = ()
    step: InstallStep | None = None
    done: float | None = None
    rate: float | None = None
    left: float | None = None
    problem: Problem | None = None


DISKS = method("disks/list", Empty, Disks, SETUP)
DISKS_INSTALL = method("disks/install", InstallOn, InstallState, SETUP, change=True)
"""Begin. Refused in words when a disk is unfit or a name was not typed; ask `disks/progress` for the rest."""
DISKS_PROGRESS = method("disks/progress", Empty, InstallState, SETUP)
DISKS_CANCEL = method("disks/cancel", Empty, InstallState, SETUP, change=True)
"""Stop. The disks that were chosen are not bootable then; what was to be kept is kept."""
DISKS_RESTART = method("disks/restart", Empty, Empty, SETUP, change=True)
"""Restart the machine, with the stick in its place or not."""
