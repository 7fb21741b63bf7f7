"""The disk image itself: partition table, GRUB, and slot A; slot B is empty, data is made by the box."""

from __future__ import annotations

from pathlib import Path

from images.disk import layout, tools
from images.places import CACHE
from images.steps import Step

NAME = "branchbox.img"


def step(tooling: tools.Tooling, grub: Path, boot: Path, system: Path) -> Step:
    """A raw image, sparse, with this GRUB, boot partition and system partition."""

    def make(place: Path, log: Path) -> None:
        image = place / NAME
        with image.open("wb") as file:
            file.truncate(layout.disk_size())
        script = place / "table"
        script.write_text(layout.table(f"{boot.name}{system.name}"))
        with tools.bench(tooling, place, CACHE) as bench:
            bench.run(["sfdisk", "--quiet", "--wipe", "never", image], log=log, stdin=script.read_text())
        write(image, 0, grub / "mbr.img")
        write(image, layout.offset("bios"), grub / "core.img")
        write(image, layout.offset("esp"), grub / "esp.img")
        write(image, layout.offset("boot-a"), boot / "boot.img")
        write(image, layout.offset("system-a"), system / "system.img")

    return Step("disk-image", (tooling.key, grub.name, boot.name, system.name, Path(layout.__file__)), make, keep=4)


def write(image: Path, offset: int, part: Path) -> None:
    """Copy a file into the image; blocks of zeros stay holes."""
    with image.open("r+b") as file, part.open("rb") as source:
        file.seek(offset)
        while piece := source.read(layout.MIB):
            if piece.count(0) == len(piece):
                file.seek(len(piece), 1)
            else:
                file.write(piece)
