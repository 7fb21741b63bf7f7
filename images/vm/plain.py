"""Plain Debian 13 with Debian's own Asterisk set-up: what the image's start is measured against."""

from __future__ import annotations

import shutil
from pathlib import Path

from images import asterisk_packages
from images.apt import Mirror
from images.network import BOX_ADDRESS, CARRIER_ADDRESS, PREFIX
from images.rootfs import Root, prepared, stacked
from images.run import run
from images.steps import Step
from images.vm.disks import Disk
from images.vm.machine import Kernel

PACKAGES = (
    "linux-image-amd64",
    "initramfs-tools",
    "udev",
    "dbus",
    "login",
    "cron",
    "openssh-server",
    "systemd-timesyncd",
)
"""What Debian's installer puts on a server without a desktop, as far as it runs at start."""
NUMBER = "600"
NETWORK = f"[Match]\nType=ether\n[Network]\nAddress={BOX_ADDRESS}/{PREFIX}\n"
PJSIP = f"""
[udp]
type = transport
protocol = udp
bind = 0.0.0.0:5060

[carrier]
type = endpoint
context = carrier
disallow = all
allow = alaw

[carrier]
type = identify
endpoint = carrier
match = {CARRIER_ADDRESS}
"""
DIALPLAN = f"\n[carrier]\nexten = {NUMBER},1,Answer()\n same = n,Wait(600)\n"
LINE = "root=/dev/sda ro console=tty0 console=ttyS0,115200"


def step(root: Root, mirror: Mirror) -> Step:
    """`disk.ext4` (a file system without partitions), `vmlinuz` and `initrd.img`."""
    base = root.layers[0]
    packages = root.materials.packages

    def make(place: Path, log: Path) -> None:
        with stacked("build-plain", (base,), place) as tree:
            with prepared(tree):
                debs = tree / "tmp/asterisk"
                shutil.copytree(packages, debs)
                inside = [f"/tmp/asterisk/{path.name}" for path in sorted(debs.glob("*.deb"))]  # noqa: S108  # of the tree
                run(["chroot", tree, "apt-get", "update"], log=log)
                install = ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES, *inside]
                run(["chroot", tree, *install], log=log, env={"DEBIAN_FRONTEND": "noninteractive"})
                shutil.rmtree(debs)
                run(["chroot", tree, "systemctl", "enable", "systemd-networkd", "asterisk"], log=log)
            _configure(tree)
            for name in ("vmlinuz", "initrd.img"):
                shutil.copy(next(tree.glob(f"boot/{name}-*")), place / name)
            disk = place / "disk.ext4"
            with disk.open("wb") as file:
                file.truncate(3 << 30)
            run(["mkfs.ext4", "-q", "-F", "-d", tree, disk], log=log)
        for folder in ("root", "work"):
            shutil.rmtree(place / folder)

    texts = (*PACKAGES, NETWORK, PJSIP, DIALPLAN)
    return Step("plain", (base.name, asterisk_packages.VERSION, packages.name, *texts), make)


def kernel(made: Path) -> Kernel:
    """Its kernel, started without a boot loader."""
    return Kernel(made / "vmlinuz", made / "initrd.img", LINE)


def disk(made: Path, at: Path) -> Disk:
    """A disk of it that may be written."""
    return Disk.over(at, made / "disk.ext4")


def _configure(tree: Path) -> None:
    """A network address, a trunk, a number that answers; the rest stays as Debian ships it."""
    (tree / "etc/systemd/network/wire.network").write_text(NETWORK)
    (tree / "etc/fstab").write_text("/dev/sda / ext4 errors=remount-ro 0 1\n")
    (tree / "etc/hostname").write_text("plain\n")
    for name, text in (("pjsip.conf", PJSIP), ("extensions.conf", DIALPLAN)):
        with (tree / "etc/asterisk" / name).open("a") as file:
            file.write(text)
