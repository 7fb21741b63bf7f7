"""A slot's boot partition: kernel, initial RAM disk and the kernel's command line, as a squashfs that GRUB reads."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from images.disk import layout, tools
from images.disk.system import System, commit_time
from images.places import CACHE
from images.rootfs import prepared, stacked
from images.run import die, run
from images.steps import Step

ARGUMENTS = (
    "console=ttyS0,115200n8",
    "console=tty0",
    "quiet",
    # Errors go to the journal, not across the serial line's screen: a stick pulled out when it is told to makes many.
    "loglevel=3",
    # A kernel that gives up tries again; GRUB counts.
    "panic=10",
    # A table that a power cut tore is read from its copy at the end of the disk.
    "gpt",
    # What may be mounted is known; /etc is never older than the system it belongs to.
    "systemd.gpt_auto=no",
    "systemd.condition_needs_update=no",
)
INITRD = "/boot/initrd.branchbox"


def kernel(layers: tuple[Path, ...]) -> Step:
    """The kernel and the initial RAM disk of a root's packages and system layers."""
    time = commit_time()

    def make(place: Path, log: Path) -> None:
        with stacked("kernel", layers, place / "top") as tree, prepared(tree):
            images = sorted((tree / "boot").glob("vmlinuz-*"))
            if len(images) != 1:
                die(f"The root has {len(images)} kernels; one is wanted.")
            version = images[0].name.removeprefix("vmlinuz-")
            shutil.copy(images[0], place / "vmlinuz")
            run(
                ["chroot", tree, "mkinitramfs", "-d", "/usr/lib/branchbox/initramfs", "-o", INITRD, version],
                log=log, env={"SOURCE_DATE_EPOCH": str(time)},
            )  # fmt: skip
            shutil.copy(tree / INITRD.lstrip("/"), place / "initrd.img")
        shutil.rmtree(place / "top")

    return Step("kernel", (*(layer.name for layer in layers), str(time)), make)


def command_line(system: System, version: str, *, development: bool, more: Sequence[str] = ()) -> str:
    """What the kernel is told, beside what GRUB knows itself."""
    words = (
        *ARGUMENTS,
        f"branchbox.roothash={system.root_hash}",
        f"branchbox.hashoffset={system.hash_offset}",
        f"branchbox.version={version}",
        *(("branchbox.development=1",) if development else ()),
        *more,
    )
    return " ".join(words)


def step(tooling: tools.Tooling, kernel_at: Path, arguments: str) -> Step:
    """The boot partition that starts this kernel with these arguments."""
    time = commit_time()

    def make(place: Path, log: Path) -> None:
        content = place / "content"
        content.mkdir()
        for name in ("vmlinuz", "initrd.img"):
            (content / name).hardlink_to(kernel_at / name)
        (content / "slot.cfg").write_text(f'set arguments="{arguments}"\n')
        image = place / "boot.img"
        with tools.bench(tooling, place, CACHE) as bench:
            # What is in it is compressed already; GRUB's gzip on a slow machine would only cost time.
            bench.run(
                ["mksquashfs", content, image, "-comp", "gzip", "-noD", "-noF", "-all-root", "-noappend",
                 "-no-progress", "-mkfs-time", str(time), "-all-time", str(time)],
                log=log,
            )  # fmt: skip
        shutil.rmtree(content)
        if image.stat().st_size > layout.room("boot-a"):
            die(f"Kernel and initial RAM disk have {image.stat().st_size >> 20} MiB; their partition holds 128.")

    return Step("boot-image", (tooling.key, kernel_at.name, arguments, str(time)), make, keep=8)
