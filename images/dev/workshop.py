"""The workshop of this machine: tools installed, steps up to date, what boxes stand on never pruned."""

from __future__ import annotations

import json
import time
from pathlib import Path

from images.apt import install_missing, mirror
from images.places import BOXES, CACHE, LOGS
from images.rootfs import Root, build
from images.steps import Workshop, alone, say
from images.vm import emulator

TOOLS = (
    "baresip-core",
    "debian-archive-keyring",  # trixie's keys, on a bookworm
    "espeak-ng",
    "iproute2",
    "mmdebstrap",
    "openssh-client",
    "sip-tester",
    "sox",
    "systemd-container",
    "util-linux",
)
"""What building, booting and calling a box needs on this machine."""

MACHINE_TOOLS = ("dosfstools", "mtools", "ovmf", "qemu-utils", "zstd")
"""What a whole computer, its disks and its sticks need beside them."""


def workshop() -> Workshop:
    """The cache, with the layers of every box kept."""
    return Workshop(CACHE, _layers_of_boxes)


def root_up_to_date(chosen_mirror: str | None = None) -> Root:
    """Install missing tools and bring every step up to date, one `./dev` at a time. Raises Failure."""
    with alone(CACHE):
        LOGS.mkdir(parents=True, exist_ok=True)
        begun = time.monotonic()
        say("tools ... ")
        installed = install_missing(TOOLS, LOGS / "tools.log")
        say(f"{time.monotonic() - begun:.1f} s ({', '.join(installed)})\n" if installed else "ready\n")
        return build(workshop(), mirror(chosen_mirror))


def ready_for_machines(chosen_mirror: str | None = None) -> None:
    """Bring up to date what whole computers need on this machine. Raises Failure."""
    with alone(CACHE):
        install_missing(MACHINE_TOOLS, LOGS / "tools.log")
        workshop().ready(emulator.step(mirror(chosen_mirror)))


def _layers_of_boxes() -> frozenset[Path]:
    notes = BOXES.glob("*/box.json")
    return frozenset(Path(layer) for note in notes for layer in json.loads(note.read_text())["layers"])
