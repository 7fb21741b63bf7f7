"""An installation carried out, step by step. Runs as root with the devices, in a unit of its own.

The order of the steps is the safety: what lets the firmware start the disk comes off before anything else and on
after everything else was read back, so that a disk boots whole or does not boot. An earlier box's data partition is
never written to, but for the check of its own file system.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from appliance.api.disks import InstallStep
from appliance.site.problems import BranchboxError, Problem
from provisioning import blockdevices
from provisioning.blockdevices import BlockDevice
from provisioning.install import copying, layout
from provisioning.install.copying import Span
from provisioning.install.layout import DATA
from provisioning.install.plan import Order
from provisioning.install.progress import Progress
from provisioning.run import run

DEV = Path("/dev")
_MIRROR = DEV / "md" / "branchbox"
_MEBI = 1024**2
_BOOT_CODE = 440
"""Bytes of boot code in a disk's first sector; its table of partitions lies behind."""
_BOOT_FLAG = 446
"""Whether the first entry of that table is marked active: some BIOSes start no other disk."""
_FAT_HEAD = 4096
_QUICK = 60.0
_LONG = 3600.0
"""Seconds: a read of a whole partition, a check of a large file system."""


class Work:
    """One installation. `mounts` is a folder of this unit's own."""

    def __init__(self, order: Order, progress: Progress, *, command_line: str, scratch: Path) -> None:
        self._order = order
        self._progress = progress
        self._command_line = command_line.split()
        self._scratch = scratch
        self._target = order.disks[0]
        self._source = _disk(order.source)
        self._sums: dict[str, str] = {}
        self._doing: Mapping[InstallStep, Callable[[], None]] = {
            InstallStep.CHECK_DATA: self._check_data,
            InstallStep.UNBOOT: self._unboot,
            InstallStep.MIRROR: self._mirror,
            InstallStep.TABLE: self._table,
            InstallStep.COPY_SYSTEM: self._copy_system,
            InstallStep.COPY_BOOT: self._copy_boot,
            InstallStep.VERIFY: self._verify,
            InstallStep.LOADER: self._loader,
        }

    def carry_out(self) -> None:
        """Do every step. Raises BranchboxError in words, OSError when a disk fails."""
        for name, serial in zip(self._order.disks, self._order.serials, strict=True):
            if _disk(name).serial != serial:
                raise _another(name)
        for step in self._order.steps:
            self._progress.begin(step)
            self._doing[step]()

    # --- before anything is written ---------------------------------------------------------

    def _check_data(self) -> None:
        device = str(self._part(DATA))
        if run(["e2fsck", "-p", device], timeout=_LONG, check=False).code < 4:
            return
        checked = run(["e2fsck", "-y", device], timeout=_LONG, check=False)
        if checked.code >= 4:
            text = "The earlier box's data cannot be read: its file system is damaged. Nothing was changed."
            raise BranchboxError(Problem(text=text, original=checked.out.strip()[-300:]))

    # --- what makes it boot, off --------------------------------------------------------------

    def _unboot(self) -> None:
        if self._order.keep:
            copying.clear(DEV / self._target, 0, _BOOT_CODE)
            for label in ("bios", "esp", "boot-a", "boot-b", "system-a", "system-b"):
                copying.clear(self._part(label), 0, _MEBI)
            return
        for name in self._order.disks:
            _empty(_disk(name))

    def _mirror(self) -> None:
        run(
            [
                *("mdadm", "--create", str(_MIRROR), "--run", "--level=1", "--metadata=1.0", "--bitmap=internal"),
                *("--homehost=any", "--name=branchbox", "--raid-devices=2"),
                *(str(DEV / name) for name in self._order.disks),
            ],
            timeout=_QUICK,
        )
        run(["udevadm", "settle"], timeout=_QUICK)
        self._target = _MIRROR.resolve().name

    def _table(self) -> None:
        device = DEV / self._target
        script = self._order.layout.script()
        run(["sfdisk", "--wipe", "always", "--wipe-partitions", "always", str(device)], timeout=_QUICK, stdin=script)
        run(["udevadm", "settle"], timeout=_QUICK)
        for label in (DATA, "boot-b", "system-b"):
            copying.clear(self._part(label), 0, _MEBI)

    # --- the system ---------------------------------------------------------------------------

    def _copy_system(self) -> None:
        # On the disk it is always slot A; the system does not know which slot it lies in.
        source = self._of_source(f"system-{self._order.slot.lower()}")
        copying.copy(Span(source, 0, self._system_size(source)), self._part("system-a"), told=self._progress.bytes_done)

    def _copy_boot(self) -> None:
        source = self._of_source(f"boot-{self._order.slot.lower()}")
        size = layout.squashfs_size(copying.head(source, 4096))
        target = self._part("boot-a")
        self._sums["boot-a"] = copying.copy(Span(source, 0, size), target, told=self._progress.bytes_done)

    def _verify(self) -> None:
        for label in ("system-a", "boot-a"):
            run(["blockdev", "--flushbufs", str(self._part(label))], timeout=_QUICK)
        system = str(self._part("system-a"))
        begin = f"--hash-offset={self._said('hashoffset')}"
        told = run(["veritysetup", "verify", system, system, self._said("roothash"), begin], timeout=_LONG, check=False)
        if told.code != 0:
            raise copying.not_as_written(self._target, told.err.strip()[-300:])
        boot = self._part("boot-a")
        size = layout.squashfs_size(copying.head(boot, 4096))
        copying.compare(Span(boot, 0, size), self._sums["boot-a"])

    # --- what makes it boot, on ---------------------------------------------------------------

    def _loader(self) -> None:
        esp = self._fresh_esp()
        size = esp.stat().st_size
        target = self._part("esp")
        self._same(Span(self._of_source("bios"), 0, self._size_of("bios")), self._part("bios"))
        # A FAT whose first sectors are missing is no file system: they come last.
        self._same(Span(esp, _FAT_HEAD, size - _FAT_HEAD), target, _FAT_HEAD)
        self._same(Span(esp, 0, _FAT_HEAD), target)
        source, disk = DEV / self._order.source, DEV / self._target
        copying.put(disk, _BOOT_FLAG, copying.head(source, 1, _BOOT_FLAG))
        self._same(Span(source, 0, _BOOT_CODE), disk)
        run(["sync"], timeout=_LONG)

    def _fresh_esp(self) -> Path:
        """A copy of the stick's boot partition that takes slot A, which is good, and has no other."""
        image, mounted = self._scratch / "esp.img", self._scratch / "esp"
        image.touch(mode=0o600)
        copying.copy(Span(self._of_source("esp"), 0, self._size_of("esp")), image)
        mounted.mkdir()
        run(["mount", "-t", "vfat", "-o", "loop,nosuid,nodev,noexec", str(image), str(mounted)], timeout=_QUICK)
        try:
            choice = ["env", f"BRANCHBOX_GRUBENV={mounted}/grub/grubenv", "/usr/lib/branchbox/bootchoice"]
            run([*choice, "set-state", "B", "bad"], timeout=_QUICK)
            run([*choice, "set-primary", "A"], timeout=_QUICK)
            run([*choice, "set-state", "A", "good"], timeout=_QUICK)
        finally:
            run(["umount", str(mounted)], timeout=_QUICK)
        return image

    def _same(self, source: Span, target: Path, offset: int = 0) -> None:
        """Copy and read back."""
        wanted = copying.copy(source, target, offset, self._progress.bytes_done)
        run(["blockdev", "--flushbufs", str(target)], timeout=_QUICK)
        copying.compare(Span(target, offset, source.size), wanted)

    # --- where things are ---------------------------------------------------------------------

    def _part(self, label: str) -> Path:
        """A partition of the target; udev may take a moment to know it."""
        deadline = time.monotonic() + _QUICK
        while True:
            found = _disk(self._target).part(label)
            if found is not None and (DEV / found.name).is_block_device():
                return DEV / found.name
            if time.monotonic() > deadline:
                text = "The new partitions of {disk} do not appear. Restart from the stick and try again."
                raise BranchboxError(Problem(text=text, args={"disk": self._target}))
            time.sleep(0.2)

    def _of_source(self, label: str) -> Path:
        found = self._source.part(label)
        if found is None:
            raise _another(self._order.source)
        return DEV / found.name

    def _size_of(self, label: str) -> int:
        return next(part.size for part in self._order.layout.parts if part.label == label)

    def _system_size(self, system: Path) -> int:
        offset = int(self._said("hashoffset"))
        return offset + layout.verity_size(copying.head(system, 4096, offset))

    def _said(self, name: str) -> str:
        return layout.on_command_line(self._command_line, name)


def _disk(name: str) -> BlockDevice:
    for device in blockdevices.read():
        for each in device.tree():
            if each.name == name:
                return each
    raise _another(name)


def _another(name: str) -> BranchboxError:
    text = "The disk {disk} is not there any more, or is another one now. Look at the list again."
    return BranchboxError(Problem(text=text, args={"disk": name}))


def _empty(disk: BlockDevice) -> None:
    """Forget everything that a disk was: arrays that it is in, its file systems, its table."""
    for each in disk.tree():
        if each is not disk and each.kind.startswith("raid"):
            run(["mdadm", "--stop", str(DEV / each.name)], timeout=_QUICK, check=False)
    for each in disk.children:
        if each.kind == "part":
            copying.clear(DEV / each.name, 0, _MEBI)
    if disk.file_system == "linux_raid_member":
        run(["mdadm", "--zero-superblock", "--force", str(DEV / disk.name)], timeout=_QUICK, check=False)
    copying.clear(DEV / disk.name, disk.size - _MEBI, _MEBI)
    copying.clear(DEV / disk.name, 0, _MEBI)
    run(["wipefs", "--all", "--force", str(DEV / disk.name)], timeout=_QUICK)
    run(["blockdev", "--rereadpt", str(DEV / disk.name)], timeout=_QUICK, check=False)
    run(["udevadm", "settle"], timeout=_QUICK)
