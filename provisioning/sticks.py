"""USB sticks: strangers that are looked at by fixed rules only.

A stick is a file system of a known kind on a removable or USB disk that the box does not run
from. PID 1 mounts it (this service may not), nosuid, nodev, noexec, read-only unless it is
being written to, and only as long as somebody works on it. A stick is named by its kernel
name, checked against the list.
"""

from __future__ import annotations

import errno
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance.api.sticks import Stick
from appliance.site.problems import BranchboxError, Problem
from provisioning import blockdevices, mounting, stickfiles
from provisioning.blockdevices import SYSTEM_LABELS, BlockDevice
from provisioning.run import CommandFailed, Finished

PLACE = Path("/run/branchbox/stick")
_NAME = re.compile(r"[a-z][a-z0-9]{1,15}")
_EFI_SYSTEM = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"


@dataclass(frozen=True)
class _Way:
    """How a kind of file system is mounted: the kernel's name for it, its options, and more when only reading."""

    driver: str
    options: str = ""
    reading: str = ""


_WAYS = {
    "vfat": _Way("vfat", "umask=0077,utf8=1"),
    "exfat": _Way("exfat", "umask=0077"),
    "ntfs": _Way("ntfs3", "umask=0077"),
    # Looking at a stick must not write to it: its journal is not replayed.
    "ext4": _Way("ext4", reading="noload"),
}


class StickError(BranchboxError):
    """A stick is not there, cannot be read, or cannot be written."""


def sticks() -> tuple[Stick, ...]:
    """Every stick that is plugged in, not looked into. Raises CommandFailed."""
    return of_devices(blockdevices.read())


def looked_into() -> tuple[Stick, ...]:
    """Every stick with its free space and our files on it; one that cannot be read says why."""
    return tuple(_look(stick) for stick in sticks())


def find(name: str) -> Stick:
    """The stick of this kernel name. Raises StickError when none has it."""
    for stick in sticks():
        if stick.name == name:
            return stick
    raise _gone(name)


def of_devices(disks: Iterable[BlockDevice]) -> tuple[Stick, ...]:
    """The sticks among a machine's disks. Pure."""
    return tuple(stick for disk in disks if _may_be_stick(disk) for stick in _on(disk))


@contextmanager
def mounted(stick: Stick, *, write: bool = False) -> Iterator[Path]:
    """The stick's root folder, for as long as the context lasts.

    Readers may share a stick; a writer has it alone. Raises StickError in words: pulled, write-protected,
    unreadable, in use. What the caller writes must be synced by the caller.
    """
    _take(stick, write)
    try:
        yield PLACE / stick.name
    except OSError as error:
        raise of_error(stick, error) from error
    finally:
        _give_back(stick)


def of_error(stick: Stick, error: OSError) -> StickError:
    """What a failed read or write on a stick means for the person: pulled, full, write-protected, damaged."""
    texts = {
        errno.ENOSPC: "The stick {stick} is full. Delete something on it or take another one.",
        errno.EFBIG: "The stick {stick} cannot hold a file of that size (FAT32 ends at 4 GB). Format it as exFAT.",
        errno.EROFS: "The stick {stick} is write-protected. Move its switch or take another one.",
    }
    text = texts.get(
        error.errno or 0,
        "The stick {stick} cannot be read or written any more. If it was pulled out, plug it in and try again; "
        "otherwise it is damaged: take another one.",
    )
    return StickError(Problem(text=text, args={"stick": said(stick)}, original=error.strerror or str(error)))


def of_words(stick: Stick, words: str) -> StickError:
    """What a program's words about a failed write mean for the person."""
    known = (("No space left", errno.ENOSPC), ("too large", errno.EFBIG), ("Read-only", errno.EROFS))
    number = next((number for part, number in known if part in words), errno.EIO)
    return of_error(stick, OSError(number, words.strip()[-300:]))


def said(stick: Stick) -> str:
    """A stick as a person knows it: its label, else its maker and model, and its kernel name."""
    known = stick.label or " ".join(part for part in (stick.vendor, stick.model) if part)
    return f"{known} ({stick.name})" if known else stick.name


# --- who is a stick ----------------------------------------------------------------------------


def _may_be_stick(disk: BlockDevice) -> bool:
    if disk.kind != "disk" or not (disk.removable or disk.hotplug or disk.transport == "usb"):
        return False
    within = tuple(disk.tree())
    if any(device.part_label in SYSTEM_LABELS for device in within):
        return False  # a disk of a Branchbox: the one that runs, an installer's stick, an earlier box
    return not any(_in_use(place) for device in within for place in device.mounted_at)


def _in_use(place: str) -> bool:
    return not Path(place).is_relative_to(PLACE)


def _on(disk: BlockDevice) -> Iterator[Stick]:
    partitions = [child for child in disk.children if child.kind == "part"]
    for device in partitions or [disk]:
        if device.file_system in _WAYS and device.part_type != _EFI_SYSTEM and _NAME.fullmatch(device.name):
            yield Stick(
                name=device.name,
                label=device.label,
                vendor=disk.vendor,
                model=disk.model,
                size=device.size,
                file_system=device.file_system,
                write_protected=device.read_only or disk.read_only,
            )


# --- mounting ----------------------------------------------------------------------------------


@dataclass
class _Use:
    """Who works on a mounted stick: how many readers, or one writer."""

    readers: int = 0
    writing: bool = False


_uses: dict[str, _Use] = {}
_lock = threading.Lock()


def _take(stick: Stick, write: bool) -> None:
    with _lock:
        use = _uses.get(stick.name)
        if use is not None and (use.writing or write):
            text = "The stick {stick} is being used for something else. Wait until that has ended."
            raise StickError(Problem(text=text, args={"stick": said(stick)}))
        if use is not None:
            use.readers += 1
            return
        _mount(stick, write)
        _uses[stick.name] = _Use(readers=0 if write else 1, writing=write)


def _give_back(stick: Stick) -> None:
    with _lock:
        use = _uses[stick.name]
        use.readers -= 1
        if use.readers <= 0:
            del _uses[stick.name]
            mounting.unmount(PLACE / stick.name)


def _mount(stick: Stick, write: bool) -> None:
    if not any(each.name == stick.name for each in sticks()):
        raise _gone(said(stick))
    if write and stick.write_protected:
        raise of_error(stick, OSError(errno.EROFS, "read-only"))
    if (PLACE / stick.name).is_mount():
        mounting.unmount(PLACE / stick.name)  # what a run of this service that was killed left behind
    driver = _WAYS[stick.file_system].driver
    finished = mounting.mount(stick.name, PLACE / stick.name, driver, options(stick, write))
    if finished.code != 0:
        raise _unreadable(stick, finished, write)


def options(stick: Stick, write: bool) -> str:
    """How a stick is mounted, beside that nothing on it is a program. Pure."""
    way = _WAYS[stick.file_system]
    return ",".join(part for part in ("rw" if write else "ro", way.options, "" if write else way.reading) if part)


def _unreadable(stick: Stick, finished: Finished, write: bool) -> StickError:
    words = (finished.err or finished.out).strip()[-300:]
    if write and "write-protected" in words:
        return of_error(stick, OSError(errno.EROFS, words))
    if "No such" in words or "no medium" in words or "does not exist" in words:
        return _gone(said(stick))
    text = (
        "The stick {stick} cannot be read: its file system ({system}) is damaged or was not released cleanly. "
        "Check it on an office PC, or take another one."
    )
    return StickError(Problem(text=text, args={"stick": said(stick), "system": stick.file_system}, original=words))


def _gone(name: str) -> StickError:
    text = "There is no stick {stick}. It was pulled out, or its file system is none of FAT32, exFAT, NTFS, ext4."
    return StickError(Problem(text=text, args={"stick": name}))


def _look(stick: Stick) -> Stick:
    try:
        with mounted(stick) as root:
            return stick.model_copy(update={"free": stickfiles.free(root), "files": stickfiles.ours(root)})
    except (StickError, CommandFailed) as failed:
        return stick.model_copy(update={"problem": failed.problems[0]})
