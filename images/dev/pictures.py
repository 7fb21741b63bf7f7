"""`./dev pictures`: what people see at the box's own screen, from the stick to the dashboard, in both languages."""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path

from images.dev.workshop import ready_for_machines, root_up_to_date, workshop
from images.disk.image import parts, project_version
from images.places import CACHE, PROJECT
from images.run import die
from images.steps import say
from images.vm import Disk, Firmware, Machine
from images.vm.branch import Branch
from images.vm.disks import GIGABYTES, stick
from images.vm.front import Alphabet, Front
from images.vm.seat import Serial, sees
from images.vm.walks import BOOT, PASSWORD, SLOW, Answers, begin, booted, questions

FOLDER = PROJECT / "docs" / "pictures" / "console"
COPYING = 15.0
"""Seconds after which an installation is well on its way."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--to", type=Path, default=FOLDER, metavar="FOLDER", help="default: docs/pictures/console")


def main(options: argparse.Namespace) -> int:
    """Go the whole way once and take pictures."""
    root = root_up_to_date(options.mirror)
    ready_for_machines(options.mirror)
    raw = parts(workshop(), root).disk(project_version())
    machine = Machine("pictures", CACHE / "machines" / "pictures", Firmware.BIOS, ())
    machine.remove()
    machine.home.mkdir(parents=True)
    machine.disks = (Disk.empty(machine.home / "disk.qcow2", GIGABYTES),)
    try:
        Photographer(machine, options.to).whole_way(Disk.over(machine.home / "stick.qcow2", raw, gigabytes=GIGABYTES))
    finally:
        machine.remove()
    return 0


class Photographer:
    """Somebody at the screen with a camera, and somebody at the serial line who says when to look."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self._machine = machine
        self._folder = folder
        self._front = Front(machine, Alphabet())
        self._line = Serial(machine)

    def whole_way(self, bootable: Disk) -> None:
        """Installer, first boot, dashboard."""
        self._machine.on(stick=bootable)
        self._installer()
        self._machine.pull()
        self._machine.wait_reboot(BOOT)
        self._first_boot()
        self._dashboard()

    def _installer(self) -> None:
        begin(self._line)
        self._front.wait_for_list(BOOT)
        self._take("installer-1-language")
        self._press("Home", "Enter")
        self._front.wait_for_list(SLOW)  # each disk is looked into first
        self._both("installer-2-disk")
        self._press("Enter")
        self._both("installer-3-confirm")
        self._machine.press("Ctrl+s")
        time.sleep(COPYING)
        self._take("installer-4-installing-en")
        sees(self._line, "Pull the stick out now", seconds=4 * SLOW)
        self._both("installer-5-pull-the-stick")

    def _first_boot(self) -> None:
        answers = Answers()
        key = Branch.of(self._machine).key.public.encode()
        booted(self._line)
        self._front.wait_for_list(BOOT)
        self._take("first-boot-1-language")
        self._machine.plug(stick(self._machine.home / "keys", {f"branchbox/{answers.key_file}": key}))
        self._press("Home", "Enter")
        self._front.learn()
        count = iter(range(2, 100))

        def at(title: str) -> None:
            self._both(f"first-boot-{next(count)}-{re.sub('[^a-z]+', '-', title.lower())}")

        questions(self._front, answers, at=at)
        self._machine.pull()

    def _dashboard(self) -> None:
        sees(self._front, "login:", seconds=SLOW)
        self._take("login")
        self._machine.type("technician\n")
        sees(self._front, "[Pp]assword:", seconds=SLOW)
        self._machine.type(f"{PASSWORD}\n")
        sees(self._front, r"F2 \S+ .*F3 ", seconds=SLOW)
        self._both("dashboard")

    def _press(self, *presses: str) -> None:
        """Press, and wait until what follows stands still."""
        before = self._front.rest()
        self._machine.press(*presses)
        self._front.rest(before)

    def _both(self, name: str) -> None:
        """The screen in English, then in Chinese; English stands there again afterwards."""
        self._take(f"{name}-en")
        self._press("Ctrl+l")
        self._take(f"{name}-zh")
        self._press("Ctrl+l")

    def _take(self, name: str) -> None:
        if not self._machine.alive:
            die(f"The machine is off; {name} cannot be seen.\n{self._machine.last_words()}")
        self._front.rest()
        say(f"{self._machine.photograph(self._folder / f'{name}.png')}\n")
