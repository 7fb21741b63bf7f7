"""How far a machine has come: each stage is reached once in a run, and others go on from there."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from appliance.api.updates import Outcome, UpdateState
from appliance.site import document as documents
from appliance.site.models import SiteDocument
from images.disk.image import Parts, project_version
from images.vm import Disk, Firmware, Machine, rootshell
from images.vm.branch import Branch
from images.vm.disks import GIGABYTES
from images.vm.machine import PATIENCE
from images.vm.seat import Serial
from images.vm.updating import NEWER, judged, offered, start, tested_at
from images.vm.updating import install as install_update
from images.vm.walks import begin, install, to_the_disks, to_the_question
from tests.vm.expectations import Known, a_call, known
from tests.vm.machines import Machines, disk_of

WORKING, UPDATED, ASKED = "working", "updated", "asked"
"""What is saved: a branch at work, the same with the newer version, the installer's last question."""


@dataclass
class Spans:
    """How long things take on this machine when nothing happens to them, in seconds."""

    taken: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Fleet:
    """A branch set up from a stick, nobody at the keyboard."""

    branch: Branch
    site: SiteDocument
    machines: Machines

    def turn(self) -> None:
        """Its machine goes on, others stand still; one that a test switched off is switched on."""
        self.machines.turn(self.branch.machine)
        if not self.branch.machine.alive:
            self.branch.machine.on()
            self.branch.wait_for_call(PATIENCE)
            self.branch.reachable(PATIENCE)

    def go_on_from(self, stage: str) -> None:
        """The machine as it was then."""
        self.branch.machine.kill()
        self.machines.turn(self.branch.machine)
        self.branch.machine.on_as_saved(stage)
        self.branch.reachable(PATIENCE)


@dataclass(frozen=True)
class Updated:
    """A branch before and after an update; it runs the newer version now."""

    fleet: Fleet
    before: Known
    outcome: Outcome
    after: UpdateState


@dataclass(frozen=True)
class AtTheStick:
    """A machine with an empty disk, started from the stick; the installer asks whether to write."""

    machine: Machine
    stick: Disk
    machines: Machines

    def again(self) -> None:
        """The machine at that question once more."""
        self.machine.kill()
        self.machines.turn(self.machine)
        self.machine.on_as_saved(ASKED, stick=self.stick)


def set_up(parts: Parts, machines: Machines, spans: Spans) -> Fleet:
    """The image straight on the disk, UEFI, a stick with site.toml: until a call is answered and core as well."""
    machine = machines.new("fleet", Firmware.UEFI)
    machine.second_line = True
    branch = Branch.of(machine)
    site = branch.site(documents.load(documents.example("en")))
    # What a test puts into the machine, as an operator's exchange, root puts there.
    machine.disks = (disk_of(parts.disk(project_version(), *rootshell.words()), machine),)
    began = time.monotonic()
    machine.on()
    machine.plug(branch.stick(site))
    branch.wait_for_call(PATIENCE)
    spans.taken["first boot"] = time.monotonic() - began
    branch.reachable(PATIENCE)
    machine.pull()
    return Fleet(branch, site, machines)


def update(fleet: Fleet, parts: Parts, spans: Spans) -> Updated:
    """A call in the history, one while the newer version is written, then that version."""
    fleet.turn()
    branch = fleet.branch
    a_call(branch, fleet.site, 13900002001)
    since = tested_at(branch)
    branch.machine.save(WORKING)
    began = time.monotonic()
    with offered(branch, parts.bundle(NEWER)):
        outcome = install_update(branch, lambda: a_call(branch, fleet.site, 13900002003))
        before = known(branch)
    start(branch)
    after = judged(branch, since)
    spans.taken["update"] = time.monotonic() - began
    branch.machine.save(UPDATED)
    return Updated(fleet, before, outcome, after)


def at_the_stick(parts: Parts, machines: Machines) -> AtTheStick:
    """Up to the installer's last question, at the serial line."""
    machine = machines.new("stick", Firmware.BIOS)
    machine.disks = (Disk.empty(machine.home / "disk.qcow2", GIGABYTES),)
    bootable = Disk.over(
        machine.home / "stick.qcow2", parts.disk(project_version()), gigabytes=GIGABYTES, serial="STICK1"
    )
    machine.on(stick=bootable)
    seat = Serial(machine)
    begin(seat)
    to_the_disks(seat)
    to_the_question(seat)
    machine.save(ASKED)
    return AtTheStick(machine, bootable, machines)


def installed(ready: AtTheStick, spans: Spans) -> Machine:
    """The machine with the image on its disk; the stick is pulled, it starts again by itself."""
    machine = ready.machine
    ready.again()
    began = time.monotonic()
    install(Serial(machine))
    spans.taken["install"] = time.monotonic() - began
    machine.pull()
    machine.wait_reboot(PATIENCE)
    return machine
