"""The disk image: how large, how soon it takes a call, alone and after a first boot."""

from __future__ import annotations

import shutil
import time

from appliance.site import document as documents
from images.apt import mirror
from images.bench.contents import largest
from images.bench.figures import Figure, median, spread
from images.disk import image, system
from images.disk.image import Parts
from images.places import CACHE
from images.rootfs import Root, stacked
from images.steps import say
from images.vm import Disk, Firmware, Machine, plain
from images.vm.branch import Branch

HEAVIEST = 15
GIGABYTES = 8.0
STARTS = 3
"""Of each of the two, in turn: the machine's load changes while it is measured."""
PATIENCE = 900.0
SIZE_AIM, RATIO_AIM = 700.0, 1.3
NOT_SHIPPED = (*system.EMPTIED, "boot")


def contents(_parts: Parts, root: Root) -> list[Figure]:
    """What fills the image, by package."""
    top = CACHE / "contents"
    try:
        with stacked("bench-contents", root.layers, top) as tree:
            shares = largest(tree, NOT_SHIPPED, HEAVIEST)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    return [
        Figure(
            f"in it, {share.owner}",
            share.compressed / 1e6,
            "MB",
            f"its files alone, zstd as in the image; {share.raw / 1e6:.1f} MB raw",
        )
        for share in shares
    ]


def starts(parts: Parts, root: Root) -> list[Figure]:
    """From power on to the first answered call: first boot, then every boot against plain Debian's."""
    say("first boot ... ")
    box = _machine("box")
    branch = Branch.of(box)
    site = branch.site(documents.load(documents.example("en")))
    box.disks = (Disk.over(box.home / "disk.qcow2", parts.disk(image.project_version()), gigabytes=GIGABYTES),)
    debian = Branch.of(_machine("plain"))
    made = parts.workshop.ready(plain.step(root, parts.tooling, mirror(None)))
    debian.machine.disks = (plain.disk(made, debian.machine.home / "disk.qcow2"),)
    try:
        began = time.monotonic()
        box.on()
        box.plug(branch.stick(site))
        branch.wait_for_call(PATIENCE)
        first = time.monotonic() - began
        branch.reachable(PATIENCE)
        box.pull()
        _off(box)
        ours, theirs = [], []
        for number in range(STARTS):
            say(f"start {number + 1} ... ")
            ours.append(_start(branch))
            theirs.append(_start(debian, plain.NUMBER))
    finally:
        for machine in (box, debian.machine):
            machine.remove()
    return [
        Figure(
            "first boot to first call, unattended",
            first,
            "s",
            "power on, site.toml on a stick, until a call is answered",
        ),
        Figure("boot to first call, box", median(ours), "s", f"QEMU without KVM, 2 CPUs, BIOS; {spread(ours)}"),
        Figure(
            "boot to first call, plain Debian",
            median(theirs),
            "s",
            f"Debian 13, Debian's Asterisk set-up, the same GRUB; {spread(theirs)}",
        ),
        Figure(
            "boot, box by plain Debian",
            median(ours) / median(theirs),
            "",
            "ratio of the medians",
            aim=f"<= {RATIO_AIM}",
        ),
    ]


def _start(branch: Branch, number: str = "96296") -> float:
    began = time.monotonic()
    branch.machine.on()
    branch.wait_for_call(PATIENCE, number)
    taken = time.monotonic() - began
    _off(branch.machine)
    return taken


def _off(machine: Machine) -> None:
    machine.button()
    machine.wait_off(PATIENCE)


def _machine(name: str) -> Machine:
    machine = Machine(f"bench-{name}", CACHE / "machines" / f"bench-{name}", Firmware.BIOS, ())
    machine.remove()
    machine.home.mkdir(parents=True)
    return machine


PARTS = {"contents": contents, "starts": starts}
"""Each is given the image's parts and the root that they were made from."""
