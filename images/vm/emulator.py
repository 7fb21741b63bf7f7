"""QEMU as Debian 13 has it, unpacked beside this machine's own: a box boots in two thirds of Debian 12's time.

Nothing is installed and nothing mounted: the program and its libraries are files of the cache, started by their own
loader, so that the process that is killed is QEMU itself.
"""

from __future__ import annotations

from pathlib import Path

from images.apt import Mirror
from images.places import CACHE
from images.run import run
from images.steps import Step, digest

PACKAGE, SUITE = "qemu-system-x86", "trixie"
NAME = "emulator"


def step(mirror: Mirror) -> Step:
    """The package and what it depends on, unpacked."""

    def make(place: Path, log: Path) -> None:
        unpacked = place / "root"
        run(["mmdebstrap", "--variant=extract", f"--include={PACKAGE}", SUITE, unpacked, *mirror.trixie()], log=log)

    return Step(NAME, (PACKAGE, SUITE), make)


def program() -> list[str | Path]:
    """The command line's beginning, with the folders of the firmware that it brings."""
    usr = _usr()
    return [
        usr / "lib64/ld-linux-x86-64.so.2", "--library-path", usr / "lib/x86_64-linux-gnu",
        usr / "bin/qemu-system-x86_64", "-L", usr / "share/qemu", "-L", usr / "share/seabios",
    ]  # fmt: skip


def surroundings() -> dict[str, str]:
    """The variables that it needs: where its own modules are."""
    return {"QEMU_MODULE_DIR": str(_usr() / "lib/x86_64-linux-gnu/qemu")}


def _usr() -> Path:
    return CACHE / NAME / digest((PACKAGE, SUITE)) / "root/usr"
