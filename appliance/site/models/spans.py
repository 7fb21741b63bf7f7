"""Lines by cards in the box: E1 with ISDN signalling (ITU-T Q.921, Q.931), and analogue ones.

Ports of E1 cards and channels count as DAHDI finds them. E1 cards come first (role dahdi loads their drivers first),
so port 1 has the channels 1 to 31, port 2 those from 32 on, and analogue ports follow the last E1 port.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from appliance.site.models.part import Part
from appliance.site.types import Did, Digits, Label, Name, Timeslots

SLOTS = 31
"""Channels of an E1 port, its D-channel among them."""
D_SLOT = 16
"""The time slot of the D-channel."""

E1Port = Annotated[int, Field(ge=1, le=32)]
AnalogueChannel = Annotated[int, Field(ge=1, le=1023)]


class LineCode(StrEnum):
    """How bits become pulses (ITU-T G.703)."""

    HDB3 = "hdb3"
    AMI = "ami"


class Clock(StrEnum):
    """Whose clock a line runs by."""

    LINE = "line"
    """The carrier's; of several such ports the first that works gives the box its clock."""
    BOX = "box"
    """Ours: for a line to another PBX that takes it from us."""


class Side(StrEnum):
    """Which end of ISDN we are."""

    CPE = "cpe"
    """The customer's; the carrier is the network."""
    NET = "net"


class Switch(StrEnum):
    """The dialect of ISDN that the other end speaks, by chan_dahdi's name."""

    EUROISDN = "euroisdn"
    QSIG = "qsig"
    NATIONAL = "national"


class NumberType(StrEnum):
    """Type and plan of a number (ITU-T Q.931, 4.5.8), by chan_dahdi's name."""

    UNKNOWN = "unknown"
    LOCAL = "local"
    NATIONAL = "national"
    INTERNATIONAL = "international"
    PRIVATE = "private"
    DYNAMIC = "dynamic"
    """By the number's own beginning: 00 is international, 0 national."""


class Hunting(StrEnum):
    """Which free channel the next call out takes."""

    ASCENDING = "ascending"
    DESCENDING = "descending"
    """From the last: where the carrier takes the first, both seldom want the same."""
    IN_TURN = "in-turn"


class E1Trunk(Part):
    """A line to the carrier or another PBX by one or several E1 ports."""

    name: Name
    label: Label
    ports: Annotated[tuple[E1Port, ...], Field(min_length=1)]
    channels: Timeslots = "1-15,17-31"
    """Time slots that carry calls, on each port; fewer for a fractional E1."""
    line_code: LineCode = LineCode.HDB3
    crc4: bool = True
    clock: Clock = Clock.LINE
    side: Side = Side.CPE
    switch: Switch = Switch.EUROISDN
    called_type: NumberType = NumberType.UNKNOWN
    calling_type: NumberType = NumberType.UNKNOWN
    overlap_in: bool = False
    """The carrier sends a number digit by digit."""
    overlap_out: bool = False
    """We may: a number that the carrier finds too short can go on."""
    number: Digits | None = None
    """What is sent as the caller's number for phones without a number of their own, as the carrier writes it."""
    sends_number: bool = True
    """False: no caller's number is sent, and the carrier puts the line's own."""
    hunting: Hunting = Hunting.DESCENDING
    echo_canceller: bool = True
    """The box cancels echo; False where the card or the carrier does."""

    @property
    def slots(self) -> tuple[int, ...]:
        """The time slots that carry calls, in order."""
        return slots_of(self.channels)


def slots_of(channels: str) -> tuple[int, ...]:
    """`1-15,17-31` -> each of them once, in order."""
    found: set[int] = set()
    for part in channels.split(","):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return tuple(sorted(found))


def first_channel(port: int) -> int:
    """DAHDI's number of a port's first channel."""
    return (port - 1) * SLOTS + 1


class CallerIdBy(StrEnum):
    """How an analogue line tells who calls, by chan_dahdi's name."""

    NONE = "none"
    BELL = "bell"
    """FSK of Bellcore, after the first ring: China, America."""
    V23 = "v23"
    DTMF = "dtmf"


class AnalogueTrunk(Part):
    """One or several analogue exchange lines (FXO ports) that hunt together."""

    name: Name
    label: Label
    channels: Annotated[tuple[AnalogueChannel, ...], Field(min_length=1)]
    """DAHDI's channel numbers, as the box shows them."""
    number: Did
    """The number whose calls come in here; an analogue line does not say which was dialled."""
    caller_id: CallerIdBy = CallerIdBy.BELL
    polarity: bool = False
    """The carrier turns the poles when the called party answers and when it hangs up."""
    hunting: Hunting = Hunting.DESCENDING
