"""What the tests of the image say about machines."""

from __future__ import annotations

from pathlib import Path

from images.places import CACHE
from images.vm import Disk, Firmware, Machine
from images.vm.disks import GIGABYTES


class Machines:
    """The machines of a run. One at a time has the processors: two would only wait for each other."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._made: list[Machine] = []

    def new(self, name: str, firmware: Firmware) -> Machine:
        """A machine without disks, switched off; the others stand still."""
        name = f"{self._prefix}-{name}"
        machine = Machine(name, CACHE / "machines" / name, firmware, ())
        machine.remove()
        machine.home.mkdir(parents=True)
        self._made.append(machine)
        self.turn(machine)
        return machine

    def turn(self, machine: Machine) -> None:
        """This one goes on, all others stand still."""
        for other in self._made:
            if other is not machine and other.alive:
                other.hold()
        if machine.alive:
            machine.go_on()

    def close(self) -> None:
        """Switch all of them off."""
        for machine in self._made:
            machine.close()


def disk_of(raw: Path, machine: Machine, name: str = "disk") -> Disk:
    """A disk of this machine with an image on it."""
    return Disk.over(machine.home / f"{name}.qcow2", raw, gigabytes=GIGABYTES)
