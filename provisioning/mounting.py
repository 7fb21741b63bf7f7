"""File systems of sticks and other disks, mounted by PID 1: this service may not, and all others shall see them."""

from __future__ import annotations

from pathlib import Path

from provisioning.run import Finished, run

_SECONDS = 60.0


def mount(device: str, place: Path, driver: str, options: str) -> Finished:
    """Mount a device (kernel name) for root alone; gives how it ended, with mount's own words."""
    return _ask_pid_1(mount_argv(device, place, driver, options))


def unmount(place: Path) -> None:
    """Take a mount away; what is pulled out or still looked at goes with its last user."""
    if _ask_pid_1(["/usr/bin/umount", str(place)]).code != 0:
        _ask_pid_1(["/usr/bin/umount", "--lazy", str(place)])


def mount_argv(device: str, place: Path, driver: str, options: str) -> list[str]:
    """The command that mounts. Nothing on a mounted disk is a program or a device to us. Pure."""
    harmless = ",".join(("nosuid", "nodev", "noexec", options))
    return ["/usr/bin/mount", "--mkdir=0700", "--types", driver, "--options", harmless, f"/dev/{device}", str(place)]


def _ask_pid_1(argv: list[str]) -> Finished:
    # Waited for, and its words come back; PID 1 runs it where every service sees the mount.
    return run(["systemd-run", "--quiet", "--collect", "--wait", "--pipe", *argv], timeout=_SECONDS, check=False)
