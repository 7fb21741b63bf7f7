"""What the tests of the image say about machines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from images.vm import Disk, Firmware, Machine

GIGABYTES = 8.0
"""A disk's size: small for a box, large enough for two systems and some calls."""
PATIENCE = 900.0
"""Seconds for what a real machine does in a minute."""
NewMachine = Callable[[str, Firmware], Machine]


def disk_of(raw: Path, machine: Machine, name: str = "disk") -> Disk:
    """A disk of this machine with an image on it."""
    return Disk.over(machine.home / f"{name}.qcow2", raw, gigabytes=GIGABYTES)
