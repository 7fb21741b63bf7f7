"""The network as it is now, and whether it works: a page of the contract."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from appliance.api.contract import SETUP, STAFF
from appliance.api.wire import Empty, Message, method
from appliance.site.models import Role
from appliance.site.problems import Problem


class Address(Message):
    """An address on a link, with its prefix length; `lease_ends` is when DHCP takes it back."""

    address: str
    leased: bool = False
    lease_ends: float | None = None


class Link(Message):
    """A port or a VLAN on one. `speed` is Mbit/s; None where the driver does not say."""

    port: str
    """The kernel's name: `eth0`, or `eth0.20` for a VLAN."""
    parent: str | None = None
    """The port that a VLAN is on."""
    vlan: int | None = None
    mac: str = ""
    up: bool
    carrier: bool | None
    """Whether the other end of the cable answers."""
    speed: int | None = None
    duplex: Literal["full", "half"] | None = None
    addresses: tuple[Address, ...] = ()
    name: str = ""
    """The interface of the site document that this is; empty when it is none."""
    label: str = ""


class Way(Message):
    """A route: `to` is a network, or `default` for the gateway."""

    to: str
    via: str | None
    port: str


class Neighbour(Message):
    """A machine in one of the box's networks; `answers` is None while nobody asked it lately."""

    address: str
    mac: str
    port: str
    answers: bool | None


class Clock(Message):
    """How the box's clock stands to its time source; `offset` is seconds, plus for a box that is ahead."""

    synchronised: bool
    source: str = ""
    offset: float | None = None


class NetworkState(Message):
    """The network as the kernel has it. `clock` is None when the time service does not answer."""

    hostname: str
    links: tuple[Link, ...]
    routes: tuple[Way, ...]
    neighbours: tuple[Neighbour, ...]
    dns: tuple[str, ...]
    clock: Clock | None
    as_of: float


class Health(StrEnum):
    """How a check ended."""

    WELL = "well"
    POOR = "poor"
    """It works, but not as it should."""
    BAD = "bad"
    UNKNOWN = "not known"


class Topic(StrEnum):
    """What a check is about."""

    LINK = "cable"
    ADDRESS = "address"
    GATEWAY = "gateway"
    DNS = "name server"
    TIME = "time"


class Finding(Message):
    """One check: what it looked at, how it ended, and that in words, with what to do next."""

    topic: Topic
    subject: str
    """The port, address or server."""
    health: Health
    problem: Problem


class NetworkCheck(Message):
    """Every check, worst first within its topic's order; `seconds` is how long they took."""

    findings: tuple[Finding, ...]
    seconds: float


NETWORK_STATE = method("network/state", Empty, NetworkState, STAFF | {Role.NOC})
NETWORK_CHECK = method("network/check", Empty, NetworkCheck, SETUP)
"""Asks neighbours, name servers and time servers; takes some seconds."""
