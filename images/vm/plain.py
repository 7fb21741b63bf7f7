"""Plain Debian 13 with Debian's own Asterisk set-up: what the image's start is measured against."""

from __future__ import annotations

import shutil
from pathlib import Path

from images.apt import Mirror
from images.disk import grub, layout, raw, tools
from images.disk.tools import Tooling
from images.network import BOX_ADDRESS, CARRIER_ADDRESS, PREFIX
from images.places import CACHE
from images.rootfs import Root, prepared, stacked
from images.run import run
from images.steps import Step
from images.vm.disks import Disk

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
GRUB = """\
serial --unit=0 --speed=115200
terminal_output console serial
set timeout=1
linux /boot/vmlinuz root=PARTLABEL=root ro quiet console=ttyS0,115200 console=tty0
initrd /boot/initrd.img
boot
"""
"""As short as the box's own; Debian's waits five seconds."""
MODULES = ("biosdisk", "boot", "ext2", "linux", "normal", "part_gpt", "serial", "terminal")
BIOS, ROOT, GIGABYTES = layout.MIB, 2 * layout.MIB, 3
"""Where the two partitions begin, in bytes; how large the second is."""
TABLE = f"""\
label: gpt
unit: sectors
start={BIOS // layout.SECTOR}, size={layout.MIB // layout.SECTOR}, type={layout.BIOS_BOOT}, name="bios"
start={ROOT // layout.SECTOR}, size={(GIGABYTES << 30) // layout.SECTOR}, type={layout.LINUX}, name="root"
"""


def step(root: Root, tooling: Tooling, mirror: Mirror) -> Step:
    """`disk.img`: a disk that a BIOS boots, with one ext4 partition."""
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
            system = place / "system.ext4"
            with system.open("wb") as file:
                file.truncate(GIGABYTES << 30)
            run(["mkfs.ext4", "-q", "-F", "-d", tree, system], log=log)
        _bootable(tooling, place, log)
        for folder in ("root", "work"):
            shutil.rmtree(place / folder)

    texts = (*PACKAGES, *MODULES, NETWORK, PJSIP, DIALPLAN, GRUB, TABLE)
    return Step("plain", (base.name, tooling.key, packages.name, *texts), make)


def disk(made: Path, at: Path) -> Disk:
    """A disk of it that may be written."""
    return Disk.over(at, made / "disk.img")


def _bootable(tooling: Tooling, place: Path, log: Path) -> None:
    """Put GRUB before the system, as the box's image has it."""
    image, core, system = place / "disk.img", place / "core.img", place / "system.ext4"
    with image.open("wb") as file:
        file.truncate(ROOT + (GIGABYTES << 30) + layout.MIB)
    with tools.bench(tooling, place, CACHE) as bench:
        bench.run(["sfdisk", "--quiet", image], log=log, stdin=TABLE)
        bench.run(["grub-mkimage", "-O", "i386-pc", "-o", core, "-p", "(,gpt2)/boot/grub", *MODULES], log=log)
        boot = (bench.root / "usr/lib/grub/i386-pc/boot.img").read_bytes()
    sector = place / "sector"
    sector.write_bytes(grub.first_sector(boot, BIOS))
    core.write_bytes(grub.located(core.read_bytes(), BIOS))
    for offset, part in ((0, sector), (BIOS, core), (ROOT, system)):
        raw.write(image, offset, part)
        part.unlink()


def _configure(tree: Path) -> None:
    """A network address, a trunk, a number that answers; the rest stays as Debian ships it."""
    (tree / "etc/systemd/network/wire.network").write_text(NETWORK)
    (tree / "etc/fstab").write_text("PARTLABEL=root / ext4 errors=remount-ro 0 1\n")
    (tree / "boot/grub").mkdir(parents=True, exist_ok=True)
    (tree / "boot/grub/grub.cfg").write_text(GRUB)
    for name in ("vmlinuz", "initrd.img"):
        # Debian's links of these names stand in the root.
        (tree / "boot" / name).symlink_to(next(tree.glob(f"boot/{name}-*")).name)
    (tree / "etc/hostname").write_text("plain\n")
    for name, text in (("pjsip.conf", PJSIP), ("extensions.conf", DIALPLAN)):
        with (tree / "etc/asterisk" / name).open("a") as file:
            file.write(text)
