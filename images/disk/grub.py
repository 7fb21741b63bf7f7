"""GRUB on the image: for the legacy BIOS in the first sector and the partition `bios`, for UEFI as a file on the ESP.

Its modules are built in and both read the same grub.cfg. Nothing of the building machine is asked: the two places
that grub-install would patch are patched here.
"""

from __future__ import annotations

import struct
from pathlib import Path

from images.disk import layout, tools
from images.places import CACHE
from images.run import die
from images.steps import Step

CONFIGURATION = Path(__file__).with_name("grub.cfg")
MODULES = (
    "boot", "configfile", "echo", "fat", "gzio", "halt", "linux", "loadenv", "minicmd", "normal", "part_gpt", "probe",
    "reboot", "regexp", "serial", "sleep", "squash4", "terminal", "test",
)  # fmt: skip
BIOS_MODULES = ("biosdisk",)
EFI_MODULES = ("all_video", "efi_gop", "efi_uga")
PREFIX = "(,gpt2)/grub"
"""The second partition of whichever disk GRUB itself came from."""

DRIVE_CHECK = 0x66
KERNEL_SECTOR = 0x5C
BLOCKLIST = 0x1F4
BOOT_CODE = 440
"""Where GRUB's boot.img and diskboot.img have what an installer fills in (grub-core/boot/i386/pc)."""


def step(tooling: tools.Tooling) -> Step:
    """The first sector's code, the content of `bios`, and the ESP."""

    def make(place: Path, log: Path) -> None:
        with tools.bench(tooling, place, CACHE) as bench:
            core, efi = place / "core.img", place / "BOOTX64.EFI"
            for image, kind, more in ((core, "i386-pc", BIOS_MODULES), (efi, "x86_64-efi", EFI_MODULES)):
                bench.run(["grub-mkimage", "-O", kind, "-o", image, "-p", PREFIX, *MODULES, *more], log=log)
            boot = bench.root / "usr/lib/grub/i386-pc/boot.img"
            (place / "mbr.img").write_bytes(first_sector(boot.read_bytes(), layout.offset("bios")))
            core.write_bytes(located(core.read_bytes(), layout.offset("bios")))
            if core.stat().st_size > layout.room("bios"):
                die("GRUB for the BIOS is larger than its partition.")
            environment = place / "grubenv"
            environment.write_text(block("ORDER=A B", "A_OK=1", "A_TRY=3", "B_OK=0", "B_TRY=0"))
            esp = place / "esp.img"
            with esp.open("wb") as file:
                file.truncate(layout.room("esp"))
            bench.run(["mkfs.fat", "--invariant", "-F", "32", "-i", "42424F58", "-n", "BRANCHBOX", esp], log=log)
            # A fixed date: the same recipe gives the same bytes.
            dated = {"SOURCE_DATE_EPOCH": "1735689600", "MTOOLS_SKIP_CHECK": "1"}
            bench.run(["mmd", "-i", esp, "::/EFI", "::/EFI/BOOT", "::/grub"], log=log, env=dated)
            (place / "grub.cfg").write_bytes(CONFIGURATION.read_bytes())
            for source, target in (
                (efi, "::/EFI/BOOT/BOOTX64.EFI"),
                (place / "grub.cfg", "::/grub/grub.cfg"),
                (environment, "::/grub/grubenv"),
            ):
                bench.run(["mcopy", "-i", esp, source, target], log=log, env=dated)

    return Step("grub", (tooling.key, CONFIGURATION, Path(__file__)), make)


def block(*settings: str) -> str:
    """GRUB's environment block: 1024 bytes."""
    return "".join(["# GRUB Environment Block\n", *(f"{each}\n" for each in settings)]).ljust(1024, "#")


def first_sector(boot: bytes, bios_partition: int) -> bytes:
    """The boot code for a disk whose partition `bios` begins at that byte."""
    code = bytearray(boot[:BOOT_CODE])
    struct.pack_into("<Q", code, KERNEL_SECTOR, bios_partition // layout.SECTOR)
    # On a hard disk the drive that the BIOS names is trusted.
    code[DRIVE_CHECK : DRIVE_CHECK + 2] = b"\x90\x90"
    return bytes(code)


def located(core: bytes, bios_partition: int) -> bytes:
    """GRUB's core with the place of its own second sector filled in."""
    whole = bytearray(core)
    struct.pack_into("<Q", whole, BLOCKLIST, bios_partition // layout.SECTOR + 1)
    return bytes(whole)
