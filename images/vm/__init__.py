"""A whole computer in QEMU: what the disk image is tested on."""

from images.vm.cable import Cable
from images.vm.console import Console
from images.vm.disks import Disk
from images.vm.machine import Firmware, Machine

__all__ = ["Cable", "Console", "Disk", "Firmware", "Machine"]
