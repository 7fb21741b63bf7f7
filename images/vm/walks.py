"""The ways a person goes at a seat: from the stick onto a disk, from a bare box to a branch."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from images.network import BOX_ADDRESS, CARRIER_ADDRESS, PREFIX
from images.run import die
from images.vm.machine import PORT
from images.vm.seat import Seat, Serial, sees

SLOW = 240.0
"""Seconds for what a real machine does in ten."""
BOOT = 600.0
"""Seconds until a first screen, on a machine that others use too."""
PASSWORD = "seven quiet lanterns float"  # noqa: S105  # of a box that exists for one test
At = Callable[[str], None]
RECOVERY = r"\b([a-z2-9]{4}(?:-[a-z2-9]{4}){4})\b"


@dataclass(frozen=True)
class Answers:
    """What the installer of a branch answers; the rest is taken as it is offered."""

    name: str = "Wenzhou North"
    code: str = "WZN"
    login: str = "technician"
    service_number: str = "96296"
    phones: int = 3
    key_file: str = "technician.pub"


def booted(line: Serial, *, seconds: float = BOOT) -> None:
    """Wait until the system has come up and asks at the serial line whether there is somebody."""
    sees(line, "Enter: begin", seconds=seconds)


def begin(seat: Seat, *, seconds: float = BOOT) -> None:
    """Wait until somebody is expected; a serial line wants to hear first that there is somebody."""
    if isinstance(seat, Serial):
        booted(seat, seconds=seconds)
        seat.press("Enter")


# --- from the stick onto a disk -------------------------------------------------------------


def to_the_disks(seat: Seat) -> None:
    """Take English; the disks are shown."""
    sees(seat, "Nothing is written before you have chosen a disk", seconds=SLOW)
    seat.press("Home", "Enter")
    sees(seat, r"On which disk of this computer(.|\n)*\bsda\b", seconds=SLOW)


def to_the_question(seat: Seat) -> None:
    """Take the disk under the cursor; what would happen is shown."""
    seat.press("Enter")
    # Its last line: a slow line shows the first ones before.
    sees(seat, r"The box will be installed on this disk(.|\n)*Ctrl\+S installs", seconds=SLOW)


def install(seat: Seat, *, names: str = "", seconds: float = 4 * SLOW) -> None:
    """Say yes and wait until the stick is to be pulled. Raises Failure when it fails."""
    start_installing(seat, names=names)
    if sees(seat, "Pull the stick out now|does not boot", seconds=seconds)[0] != "Pull the stick out now":
        die(f"The installation failed:\n{seat.text()}")


def start_installing(seat: Seat, *, names: str = "") -> None:
    """Say yes; `names` are the disks that hold something, typed when they are asked for."""
    if names and re.search(r"Type .* to go on", seat.text()):
        seat.type(names)
    seat.press("Ctrl+s")
    sees(seat, "Leave the stick in, and the power on|Pull the stick out now", seconds=SLOW)


# --- from a bare box to a branch ------------------------------------------------------------


def questions(seat: Seat, answers: Answers, *, at: At = lambda _question: None) -> dict[str, str]:
    """Answer every question from the second one on, the branch's name, and put it all in force.

    Gives the phones' SIP passwords. `at` is called at each question with its title.
    """

    def question(title: str, *shown: str) -> None:
        for words in (rf"FIRST BOOT > {title}\b", *shown):
            sees(seat, words, seconds=SLOW)
        at(title)

    question("Branch")
    _fill(seat, answers.name, answers.code)
    question("Network", rf"{PORT}\s+link")
    _field(seat, "Port", PORT)
    seat.press("Tab", "Tab")
    seat.type(f"{BOX_ADDRESS}/{PREFIX}")
    seat.press("Ctrl+s")
    question("Time")
    seat.press("Ctrl+s")
    question("Administrators")
    _administrator(seat, answers)
    seat.press("Ctrl+s")
    question("Recovery password", RECOVERY)
    seat.type(sees(seat, RECOVERY, seconds=SLOW)[1])
    seat.press("Ctrl+s")
    question("Lines")
    seat.press("Tab")
    seat.type(CARRIER_ADDRESS)
    seat.press(*["Tab"] * 5)
    seat.type(answers.service_number)
    seat.press("Ctrl+s")
    question("Phones")
    seat.press("Tab", "End", "Backspace", "Backspace", "Backspace")
    seat.type(str(answers.phones))
    seat.press("Ctrl+s")
    question("Power", "No UPS found")
    seat.press("Ctrl+s")
    question("Remote access")
    seat.press("Ctrl+s")
    return in_force(seat, at=at)


def in_force(seat: Seat, *, at: At) -> dict[str, str]:
    """From the summary on: put it in force, read the phones' passwords off the screen, end the setup."""
    sees(seat, "FIRST BOOT > Summary", seconds=SLOW)
    at("Summary")
    seat.press("y")
    sees(seat, r"The box is set up: revision \d+ is in force", seconds=2 * SLOW)
    at("Test call")
    seat.press("p")
    sees(seat, r"^\W*8001 .*\s[A-Za-z2-9]{12,}\W*$", seconds=SLOW)
    rows = re.findall(r"^\W*(\d{3,6}) .*\s([A-Za-z2-9]{12,})\W*$", seat.text(), re.MULTILINE)
    seat.press("f")
    sees(seat, "End the setup", seconds=SLOW)
    seat.press("y")
    return dict(rows)


def _fill(seat: Seat, *values: str) -> None:
    """Write into the fields in a row, then go on."""
    for place, value in enumerate(values):
        if place:
            seat.press("Tab")
        seat.type(value)
    seat.press("Ctrl+s")


def _field(seat: Seat, label: str, value: str) -> None:
    """What stands in a field already is right; else it is written."""
    if not re.search(rf"{label}\s+\|{value}\s*\|", seat.text()):
        die(f"The field {label} should hold {value}:\n{seat.text()}")


def _administrator(seat: Seat, answers: Answers) -> None:
    """The first technician, with a password and the key of the stick."""
    seat.press("n")
    sees(seat, "FIRST BOOT > Administrator$|Password again", seconds=SLOW)
    seat.type(answers.login)
    seat.press("Tab")
    seat.type("Zhang Wei")
    seat.press("Tab", "Tab")
    # The keys of the sticks: the first one is none.
    seat.press("Right")
    sees(seat, re.escape(answers.key_file), seconds=SLOW)
    seat.press("Tab", "Tab")
    seat.type(PASSWORD)
    seat.press("Tab")
    seat.type(PASSWORD)
    seat.press("Ctrl+s")
    sees(seat, rf"{answers.login}\s+Zhang Wei\s+technician\s+yes\s+1", seconds=SLOW)
