"""The image as it is audited: booted in a machine of its own, set up from a stick as a fleet's boxes are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance.site import document as documents
from appliance.site.models import SiteDocument
from images.disk.image import Parts, project_version
from images.places import CACHE
from images.run import Result, die, poll
from images.vm import Disk, Firmware, Machine, rootshell
from images.vm.branch import Branch
from images.vm.disks import GIGABYTES
from images.vm.machine import PATIENCE
from images.vm.rootshell import RootShell

GATE = "branchbox-gate.service"


@dataclass(frozen=True)
class Booted:
    """A branch at work, and root's shell in it."""

    branch: Branch
    document: SiteDocument
    shell: RootShell

    def run(
        self, argv: Sequence[str], *, check: bool = True, stdin: str | None = None, timeout: float | None = 600
    ) -> Result:
        """Run a program inside as root."""
        return self.shell.run(argv, check=check, stdin=stdin, timeout=timeout)

    def at_operator(self, argv: Sequence[str | Path]) -> list[str]:
        """The command line that runs `argv` in the operator's namespace."""
        return self.branch.machine.cable.at_operator(argv)


@contextmanager
def booted(name: str, parts: Parts) -> Iterator[Booted]:
    """A machine with the image on its disk, from its first boot until it has tested itself. Raises Failure."""
    machine = Machine(name, CACHE / "machines" / name, Firmware.UEFI, (), second_line=True)
    machine.remove()
    machine.home.mkdir(parents=True)
    raw = parts.disk(project_version(), *rootshell.words())
    machine.disks = (Disk.over(machine.home / "disk.qcow2", raw, gigabytes=GIGABYTES),)
    branch = Branch.of(machine)
    site = branch.site(documents.load(documents.example("en")))
    try:
        machine.on()
        machine.plug(branch.stick(site))
        with RootShell(machine.second_line_at) as shell:
            shell.ready(PATIENCE)
            branch.wait_for_call(PATIENCE)
            branch.reachable(PATIENCE)
            machine.pull()
            _tested(shell)
            yield Booted(branch, site, shell)
    finally:
        machine.remove()


def _tested(shell: RootShell) -> None:
    """Until its test of itself has ended: a call of its own is up until then."""
    asked = ["systemctl", "is-active", GATE]
    if not poll(lambda: shell.run(asked, check=False).out.strip() == "active", seconds=PATIENCE, every=5):
        journal = shell.run(["journalctl", "--no-pager", "--lines=25", f"--unit={GATE}"], check=False)
        die(f"After {PATIENCE:g} s the box has not tested itself.\n{journal.out}")
