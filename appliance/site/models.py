"""The site document: everything that makes this box this branch.

Typed and frozen. Reading and writing TOML is `appliance.site.document`; rules that span
several objects are `appliance.site.rules`; what changed between two documents is
`appliance.site.diff`.

Every object has one key that names it in messages, diffs and on screens: `name` for
objects that people invent (lower-case slug), `number` for objects that phones know.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from appliance.site.types import (
    Destination,
    Did,
    Digits,
    ExtensionNumber,
    HostName,
    IpAddress,
    IpInterface,
    IpNetwork,
    Label,
    Name,
    OptionName,
    OptionValue,
    PortName,
    PromptName,
    SshKey,
    TimeSpan,
    TimeZone,
)


class Part(BaseModel):
    """A part of the site document: frozen, and a key that nobody knows is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    """Made ready at the document's first reading, which many programs never do."""


class Language(StrEnum):
    """A language that prompts and screens exist in."""

    EN = "en"
    ZH = "zh"


class Role(StrEnum):
    """What a person may do; the API contract names the roles of each method."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    TECHNICIAN = "technician"
    INSTALLER = "installer"
    NOC = "noc"


class Site(Part):
    """Which branch this is."""

    name: Label
    code: Annotated[str, Field(pattern=r"^[A-Z0-9]{2,8}$")]
    language: Language = Language.EN
    time_zone: TimeZone = "Asia/Shanghai"


class Route(Part):
    """A network that is reached through a neighbour other than the gateway."""

    to: IpNetwork
    via: IpAddress


class Interface(Part):
    """One of the box's places in a network: a port, or a VLAN on a port; by DHCP or with fixed addresses."""

    name: Name
    label: Label
    port: PortName
    """The network port as the kernel names it (eth0, enp1s0)."""
    vlan: Annotated[int, Field(ge=1, le=4094)] | None = None
    """The VLAN's id when this is a tagged network on the port (for voice, say); None for the port itself."""
    dhcp: bool = False
    addresses: tuple[IpInterface, ...] = ()
    """Fixed addresses with their prefix length (10.0.0.2/24)."""
    gateway: IpAddress | None = None
    routes: tuple[Route, ...] = ()


class Network(Part):
    """Where the box is in the network, and who reaches it. Ports are UDP; ranges are inclusive."""

    dns: tuple[IpAddress, ...] = ()
    """Name servers; empty for those that DHCP names."""
    time_servers: tuple[HostName, ...] = ()
    """NTP servers; empty for Debian's public pool."""
    sip_port: Annotated[int, Field(ge=1024, le=65535)] = 5060
    rtp_first: Annotated[int, Field(ge=1024, le=65534)] = 10000
    rtp_last: Annotated[int, Field(ge=1025, le=65535)] = 19999
    phones: tuple[IpNetwork, ...] = ()
    """Networks that phones may register from; empty means any."""
    terminals: tuple[IpNetwork, ...] = ()
    """Networks that people may log in from by SSH; empty means any."""
    noc: tuple[IpNetwork, ...] = ()
    """Networks that the NOC polls from; empty means nobody polls."""
    ssh_passwords: bool = False
    """People may log in over SSH with their password too, not only with a key."""


class Codec(StrEnum):
    """An audio codec, by its Asterisk name."""

    ALAW = "alaw"
    ULAW = "ulaw"
    G722 = "g722"


class Trunk(Part):
    """A SIP line to the carrier or head office; whatever comes from `addresses` is this trunk."""

    name: Name
    label: Label
    host: HostName
    port: Annotated[int, Field(ge=1, le=65535)] = 5060
    addresses: Annotated[tuple[IpNetwork, ...], Field(min_length=1)]
    """Networks that the carrier's calls come from; no phone can register from there."""
    register_as: OptionValue | None = None
    """User name to register with at the carrier; None for a trunk without registration."""
    password: SecretStr | None = None
    codecs: Annotated[tuple[Codec, ...], Field(min_length=1)] = (Codec.ALAW, Codec.ULAW)
    extra: dict[OptionName, OptionValue] = Field(default_factory=dict)
    """Options of the PJSIP endpoint that this carrier needs; the trial start checks them."""


class Dialing(Part):
    """How phones reach the outside."""

    outside_prefix: Annotated[str, Field(pattern=r"^[0-9]$")] = "9"
    trunk: Name | None = None
    """The trunk that outside calls leave by; None when phones cannot call out."""


class DidNumber(Part):
    """A number that the outside calls, and where its calls go."""

    number: Did
    received_as: Digits | None = None
    """The digits that the carrier sends for it; None when they are the number's own digits."""
    label: Label
    goes_to: Destination
    hours: Name | None = None
    closed_goes_to: Destination | None = None
    """Where calls go outside `hours`."""
    record: bool = True

    @property
    def digits(self) -> str:
        """The digits that arrive from the carrier."""
        return self.received_as or self.number.lstrip("+")


class Extension(Part):
    """A phone."""

    number: ExtensionNumber
    name: Label
    password: SecretStr
    """SIP password, 12 characters or more."""
    outside: bool = False
    """May call outside numbers."""
    voicemail_pin: SecretStr | None = None
    """PIN of its voice mailbox, 4 to 10 digits; None when it has none."""
    codecs: Annotated[tuple[Codec, ...], Field(min_length=1)] = (Codec.G722, Codec.ALAW, Codec.ULAW)


class Agent(Part):
    """Somebody who takes queue calls, at one extension."""

    number: ExtensionNumber
    name: Label
    extension: ExtensionNumber


class QueueMember(Part):
    """An agent's place in a queue; level 1 is asked first, then 2 and so on."""

    agent: ExtensionNumber
    level: Annotated[int, Field(ge=1, le=9)] = 1


class Strategy(StrEnum):
    """Which free agent is rung next; Asterisk's queue strategies."""

    RING_ALL = "ringall"
    LEAST_RECENT = "leastrecent"
    FEWEST_CALLS = "fewestcalls"
    RANDOM = "random"
    ROUND_ROBIN = "rrmemory"
    LINEAR = "linear"


class Queue(Part):
    """Callers who wait for one of several agents. Times are seconds."""

    name: Name
    label: Label
    number: ExtensionNumber | None = None
    """Internal number that phones dial to reach it."""
    strategy: Strategy = Strategy.LEAST_RECENT
    ring_timeout: Annotated[int, Field(ge=5, le=120)] = 15
    retry: Annotated[int, Field(ge=0, le=60)] = 2
    wrap_up: Annotated[int, Field(ge=0, le=600)] = 10
    max_wait: Annotated[int, Field(ge=10, le=7200)] = 600
    max_length: Annotated[int, Field(ge=0, le=500)] = 0
    """Callers who may wait at once; 0 for no limit."""
    overflow: Destination | None = None
    """Where a caller goes after `max_wait` or when the queue is full; None hangs up politely."""
    announce_position: bool = True
    service_level: Annotated[int, Field(ge=1, le=600)] = 20
    record: bool = True
    members: tuple[QueueMember, ...] = ()


Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Hours(Part):
    """When something is open: spans per weekday, local time, plus the holidays' word."""

    name: Name
    label: Label
    week: dict[Day, tuple[TimeSpan, ...]]
    keeps_holidays: bool = True
    """Closed on the document's holidays, open on its make-up working days."""


class Holiday(Part):
    """Days off, or (`works`) make-up working days that take the hours of `works_as`."""

    first: dt.date
    last: dt.date | None = None
    label: Label
    works_as: Day | None = None


class Menu(Part):
    """A one-level IVR menu. Times are seconds."""

    name: Name
    label: Label
    greeting: PromptName
    choices: Annotated[dict[Annotated[str, Field(pattern=r"^[0-9*#]$")], Destination], Field(min_length=1)]
    wait: Annotated[int, Field(ge=1, le=30)] = 5
    tries: Annotated[int, Field(ge=1, le=5)] = 3
    no_choice: Destination | None = None
    """Where a caller goes who pressed nothing valid in `tries` rounds; None hangs up."""


class Recording(Part):
    """What is recorded: this switch, and `record` on each DID and queue."""

    enabled: bool = True


class Person(Part):
    """Somebody who may reach the box, with one role."""

    login: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
    name: Label
    role: Role
    language: Language | None = None
    """None for the site's language."""
    agent: ExtensionNumber | None = None
    """The agent that this person is."""
    ssh_keys: tuple[SshKey, ...] = ()


class SiteDocument(Part):
    """The whole document, in the order that a reader meets it in TOML."""

    site: Site
    network: Network = Network()
    interfaces: tuple[Interface, ...] = ()
    """Empty means: every port asks DHCP."""
    dialing: Dialing = Dialing()
    recording: Recording = Recording()
    trunks: tuple[Trunk, ...] = ()
    dids: tuple[DidNumber, ...] = ()
    hours: tuple[Hours, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    menus: tuple[Menu, ...] = ()
    queues: tuple[Queue, ...] = ()
    agents: tuple[Agent, ...] = ()
    extensions: tuple[Extension, ...] = ()
    people: tuple[Person, ...] = ()
