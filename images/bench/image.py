"""The disk image: how large, how soon it takes a call, after a first boot and any other, how long an update takes."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

from appliance.api.updates import Result
from appliance.site import document as documents
from images.apt import mirror
from images.bench.contents import largest
from images.bench.figures import Figure, median, spread
from images.disk import image, release, system
from images.disk.image import Parts
from images.places import CACHE
from images.rootfs import Root, stacked
from images.run import die
from images.steps import say
from images.vm import Disk, Firmware, Machine, plain
from images.vm.branch import Branch
from images.vm.disks import GIGABYTES
from images.vm.machine import PATIENCE
from images.vm.updating import EVERY, NEWER, install, judged, offered, start

HEAVIEST = 15
STARTS = 3
"""Of each of the two, in turn: the machine's load changes while it is measured."""
SIZE_AIM, RATIO_AIM = 700.0, 1.3
NOT_SHIPPED = (*system.EMPTIED, "boot")


def size(parts: Parts, _root: Root) -> list[Figure]:
    """What is downloaded."""
    version = image.project_version()
    made = release.make(parts, version)
    return [
        Figure(
            f"{what}, compressed", (made / f"branchbox-{version}{ending}").stat().st_size / 1e6, "MB", method, aim=aim
        )
        for what, ending, method, aim in (
            ("image", ".img.zst", "for stick and disk", f"<= {SIZE_AIM:g}"),
            ("update", ".raucb", "the signed bundle of one system", ""),
        )
    ]


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
    debian = Branch.of(_machine("plain"))
    made = parts.ready(plain.step(root, parts.tooling, mirror(None)))
    debian.machine.disks = (plain.disk(made, debian.machine.home / "disk.qcow2"),)
    try:
        with _first_boot(parts) as (branch, first):
            _off(branch.machine)
            ours, theirs = [], []
            for number in range(STARTS):
                say(f"start {number + 1} ... ")
                ours.append(_start(branch))
                theirs.append(_start(debian, plain.NUMBER))
    finally:
        debian.machine.remove()
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


def update(parts: Parts, _root: Root) -> list[Figure]:
    """A bundle from a stick on a branch at work: until it is written, then from the order to restart to a call."""
    with _first_boot(parts) as (branch, _first):
        judged(branch, 0)
        with offered(branch, parts.bundle(NEWER)):
            say("installing ... ")
            began = time.monotonic()
            outcome = install(branch)
            written = time.monotonic() - began
        if outcome.result is not Result.INSTALLED:
            die(f"The update was not installed: {outcome}")
        say("restarting ... ")
        began = time.monotonic()
        start(branch)
        branch.wait_for_call(PATIENCE)
        without = time.monotonic() - began
        if (version := judged(branch, 0).version) != NEWER:
            die(f"After the update {version} runs.")
    return [
        Figure("update, written", written, "s", f"by command over SSH, asked for its state every {EVERY:g} s"),
        Figure("update, restart to first call", without, "s", "from the order to restart until a call is answered"),
    ]


@contextmanager
def _first_boot(parts: Parts) -> Iterator[tuple[Branch, float]]:
    """A branch at work that nobody set up by hand, and the seconds from power on until a call was answered."""
    say("first boot ... ")
    machine = _machine("box")
    branch = Branch.of(machine)
    site = branch.site(documents.load(documents.example("en")))
    machine.disks = (Disk.over(machine.home / "disk.qcow2", parts.disk(image.project_version()), gigabytes=GIGABYTES),)
    try:
        began = time.monotonic()
        machine.on()
        machine.plug(branch.stick(site))
        branch.wait_for_call(PATIENCE)
        taken = time.monotonic() - began
        branch.reachable(PATIENCE)
        machine.pull()
        yield branch, taken
    finally:
        machine.remove()


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


PARTS = {"size": size, "contents": contents, "starts": starts, "update": update}
"""Each is given the image's parts and the root that they were made from."""
