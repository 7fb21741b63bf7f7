"""The workbench of the disk image: its tools in a Debian 13 root of their own.

The machine that builds may be older than the box: squashfs, verity and bundles are made by the box's own generation
of tools, whatever the machine has.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from images.rootfs import prepared, stacked, unmount
from images.run import Result, run
from images.steps import Step

PACKAGES = (
    "bmap-tools",
    "cryptsetup-bin",
    "dosfstools",
    "fdisk",
    "gdisk",
    "grub-common",
    "grub-efi-amd64-bin",
    "grub-pc-bin",
    "mtools",
    "openssl",
    "rauc",
    "squashfs-tools",
    "zstd",
)


def step(base: Path) -> Step:
    """The layer of tools on the root's base layer."""

    def make(place: Path, log: Path) -> None:
        with stacked("build-image-tools", (base,), place) as root, prepared(root):
            run(["chroot", root, "apt-get", "update"], log=log)
            run(
                ["chroot", root, "apt-get", "install", "-y", "--no-install-recommends", *PACKAGES],
                log=log,
                env={"DEBIAN_FRONTEND": "noninteractive"},
            )
            run(["chroot", root, "apt-get", "clean"], log=log)
        shutil.rmtree(place / "work")

    return Step("image-tools", (base.name, *PACKAGES), make)


@dataclass(frozen=True)
class Bench:
    """The tools, ready to run; paths below the cache are the same inside."""

    root: Path

    def run(
        self,
        argv: list[str | Path],
        *,
        log: Path | None = None,
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
    ) -> Result:
        """Run one of the tools to its end. Raises CommandFailure."""
        return run(["chroot", self.root, *argv], log=log, env=env, stdin=stdin)


@dataclass(frozen=True)
class Tooling:
    """The tools' layer, finished, and the base layer below it."""

    base: Path
    layer: Path

    @property
    def key(self) -> str:
        """What results depend on."""
        return self.layer.name


@contextmanager
def bench(tooling: Tooling, place: Path, *shown: Path) -> Iterator[Bench]:
    """Set the workbench up: its tools see the folders `shown`; `place` takes what they leave lying about."""
    scraps = place / "bench"
    with stacked(f"bench-{place.name.strip('.')}", (tooling.base, tooling.layer), scraps) as root, prepared(root):
        for folder in shown:
            inside = root / str(folder).lstrip("/")
            inside.mkdir(parents=True, exist_ok=True)
            run(["mount", "--rbind", "--make-rslave", folder, inside])
        try:
            yield Bench(root)
        finally:
            for folder in reversed(shown):
                unmount(root / str(folder).lstrip("/"))
    shutil.rmtree(scraps)
