"""What DAHDI says of its lines: `/proc/dahdi/N`, read as values (dahdi-base.c, `dahdi_seq_show`).

Everybody may read these files, so health knows of a line's alarm when nothing else of ours works.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

FOLDER = Path("/proc/dahdi")
_SPAN = re.compile(r'^Span (?P<number>\d+): (?:(?P<name>\S+) )?"(?P<description>[^"]*)"(?P<rest>.*)$')
_COUNT = re.compile(r"^\t(?P<what>[A-Za-z0-9 -]+?)(?: count)?: (?P<count>\d+)$")
_CHANNEL = re.compile(r"^\t *(?P<number>\d+) (?P<rest>.*)$")


class Alarm(StrEnum):
    """An alarm of a line, by DAHDI's word, the gravest first."""

    RED = "RED"
    """No signal, or none that makes sense, comes in."""
    BLUE = "BLUE"
    """All ones come in: the carrier's unit has lost its own line."""
    YELLOW = "YELLOW"
    """The far end says that it does not hear us."""
    LOOP = "LOOP"
    """We are looped back to ourselves."""
    RECOVERING = "RECOVERING"
    """The signal is back for less than some seconds."""
    NOTOPEN = "NOTOPEN"
    """Nobody has set the line up."""


class Count(StrEnum):
    """What DAHDI counts of a line's faults since it was set up."""

    BPV = "BPV"
    CRC4 = "CRC4 error"
    EBIT = "E-bit error"
    FAS = "FAS error"
    IRQ = "IRQ misses"
    SLIPS = "Timing slips"


@dataclass(frozen=True)
class Channel:
    """A channel as DAHDI has it; `signalling` is empty when nobody has set it up."""

    number: int
    signalling: str = ""
    in_use: bool = False
    alarms: frozenset[Alarm] = frozenset()


@dataclass(frozen=True)
class Span:
    """A line as DAHDI has it."""

    number: int
    name: str
    description: str
    alarms: frozenset[Alarm] = frozenset()
    master: bool = False
    """It gives DAHDI its clock."""
    counts: Mapping[Count, int] = field(default_factory=dict)
    """Those that are not 0."""
    channels: tuple[Channel, ...] = ()

    @property
    def dynamic(self) -> bool:
        """Made by software, without a card: no framing, no line code, no clock of its own."""
        return self.name.startswith("DYN/")

    @property
    def is_e1(self) -> bool:
        """31 channels; a T1 has 24, an analogue card as many as it has ports."""
        return len(self.channels) == 31

    @property
    def worst(self) -> Alarm | None:
        """The gravest alarm; None without one."""
        return next((alarm for alarm in Alarm if alarm in self.alarms), None)


def read(text: str) -> Span | None:
    """One file's content; None when it is none."""
    head, *lines = text.splitlines() or [""]
    found = _SPAN.match(head)
    if found is None:
        return None
    counts: dict[Count, int] = {}
    channels = []
    for line in lines:
        if count := _COUNT.match(line):
            if count["what"] in set(Count):
                counts[Count(count["what"])] = int(count["count"])
        elif channel := _CHANNEL.match(line):
            channels.append(_channel(int(channel["number"]), channel["rest"]))
    return Span(
        number=int(found["number"]),
        name=found["name"] or "",
        description=found["description"],
        alarms=_alarms(found["rest"]),
        master="(MASTER)" in found["rest"],
        counts=counts,
        channels=tuple(channels),
    )


def spans(folder: Path = FOLDER) -> tuple[Span, ...]:
    """Every line that DAHDI has now, in order; none on a box without a card."""
    found = (_read(path) for path in folder.glob("[0-9]*"))
    return tuple(sorted((span for span in found if span), key=lambda span: span.number))


def _read(path: Path) -> Span | None:
    try:
        return read(path.read_text(errors="replace"))
    except OSError:
        return None  # it went away while we looked


def _channel(number: int, rest: str) -> Channel:
    # The driver's name of the channel comes first: `WCT1/0/1`, `DYN/loc/1:0/1`.
    _name, _, said = rest.partition(" ")
    words = said.split()
    signalling = words[0] if words and words[0] != "Reserved" and not words[0].startswith("(") else ""
    if signalling in set(Alarm):
        signalling = ""
    return Channel(number, signalling, "(In use)" in said, _alarms(said))


def _alarms(text: str) -> frozenset[Alarm]:
    return frozenset(alarm for alarm in Alarm if re.search(rf"\b{alarm}\b", text))
