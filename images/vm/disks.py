"""Disks of a machine: files that cost nothing until something is written."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from images.run import run

SECTOR = 512
FIRST = 2048
"""Sector at which a stick's only partition begins, as on sticks one buys."""
FAT32_LBA = 0x0C
GIGABYTES = 8.0
"""A box's disk: small for a branch, large enough for two systems and some calls."""


@dataclass(frozen=True)
class Disk:
    """A disk as QEMU takes it. `model` and `serial` are what the box reads off it."""

    path: Path
    form: str = "qcow2"
    model: str = "BRANCHBOX TEST DISK"
    serial: str = "BB0001"

    @classmethod
    def empty(cls, path: Path, gigabytes: float, **names: str) -> Disk:
        """A new disk with nothing on it."""
        run(["qemu-img", "create", "-q", "-f", "qcow2", path, f"{round(gigabytes * 1024)}M"])
        return cls(path, **names)

    @classmethod
    def over(cls, path: Path, image: Path, *, gigabytes: float | None = None, form: str = "raw", **names: str) -> Disk:
        """A disk that begins as a copy of an image; the image is not touched."""
        size = [f"{round(gigabytes * 1024)}M"] if gigabytes else []
        run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", form, "-b", image.resolve(), path, *size])
        return cls(path, **names)


def stick(path: Path, files: Mapping[str, bytes | Path], *, label: str = "STICK", megabytes: int = 64) -> Disk:
    """A USB stick as one buys it: one FAT partition, with these files on it (path on the stick -> content)."""
    sectors = megabytes * 1024 * 1024 // SECTOR
    entry = struct.pack("<B3sB3sII", 0, b"\0\0\0", FAT32_LBA, b"\0\0\0", FIRST, sectors)
    table = b"\0" * 446 + entry + b"\0" * 48 + b"\x55\xaa"
    with path.open("wb") as file:
        file.write(table)
        file.truncate((FIRST + sectors) * SECTOR)
    blocks = sectors * SECTOR // 1024
    run(["mkfs.vfat", "-F", "32", "-n", label, "--offset", str(FIRST), path, str(blocks)])
    inside = f"{path}@@{FIRST * SECTOR}"
    folders = sorted({str(parent) for name in files for parent in Path(name).parents if str(parent) != "."})
    for folder in folders:
        run(["mmd", "-i", inside, f"::{folder}"])
    for name, content in files.items():
        source = content
        if isinstance(source, bytes):
            source = path.with_name(f"{path.name}.{Path(name).name}")
            source.write_bytes(content if isinstance(content, bytes) else b"")
        run(["mcopy", "-i", inside, source, f"::{name}"])
        if isinstance(content, bytes):
            source.unlink()
    return Disk(path, form="raw", model=label, serial=label)
