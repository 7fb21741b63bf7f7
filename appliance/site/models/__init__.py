"""The site document: everything that makes this box this branch.

Typed and frozen. Reading and writing TOML is `appliance.site.document`; rules that span
several objects are `appliance.site.rules`; what changed between two documents is
`appliance.site.diff`.

Every object has one key that names it in messages, diffs and on screens: `name` for
objects that people invent (lower-case slug), `number` for objects that phones know.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from appliance.site.models.customers import Customers, Grade
from appliance.site.models.drills import Drill, DrillKind
from appliance.site.models.floor import (
    Agent,
    Callbacks,
    Empty,
    Extension,
    Queue,
    QueueMember,
    Reason,
    Strategy,
    Survey,
)
from appliance.site.models.lines import Codec, Dialing, DidNumber, Trunk
from appliance.site.models.menus import Closure, Day, Holiday, Hours, Menu, Prompt
from appliance.site.models.network import Interface, Network, Route
from appliance.site.models.noc import Noc, Snmp, SnmpAuth, Syslog
from appliance.site.models.part import Language, Part, Role
from appliance.site.models.people import Person
from appliance.site.models.power import Power, Ups
from appliance.site.models.recording import Recording
from appliance.site.models.routes import OUTSIDE_CLASSES, CallRoute, NumberClass, NumberGroup, Permission, Way
from appliance.site.models.spans import (
    AnalogueTrunk,
    CallerIdBy,
    Clock,
    E1Trunk,
    Hunting,
    LineCode,
    NumberType,
    Side,
    Switch,
)
from appliance.site.types import Label, TimeZone

__all__ = [
    "OUTSIDE_CLASSES",
    "Agent",
    "AnalogueTrunk",
    "CallRoute",
    "Callbacks",
    "CallerIdBy",
    "Clock",
    "Closure",
    "Codec",
    "Customers",
    "Day",
    "Dialing",
    "DidNumber",
    "Drill",
    "DrillKind",
    "E1Trunk",
    "Empty",
    "Extension",
    "Grade",
    "Holiday",
    "Hours",
    "Hunting",
    "Interface",
    "Language",
    "LineCode",
    "Menu",
    "Network",
    "Noc",
    "NumberClass",
    "NumberGroup",
    "NumberType",
    "Part",
    "Permission",
    "Person",
    "Power",
    "Prompt",
    "Queue",
    "QueueMember",
    "Reason",
    "Recording",
    "Role",
    "Route",
    "Side",
    "Site",
    "SiteDocument",
    "Snmp",
    "SnmpAuth",
    "Strategy",
    "Survey",
    "Switch",
    "Syslog",
    "Trunk",
    "Ups",
    "Way",
]


class Site(Part):
    """Which branch this is."""

    name: Label
    code: Annotated[str, Field(pattern=r"^[A-Z0-9]{2,8}$")]
    language: Language = Language.EN
    time_zone: TimeZone = "Asia/Shanghai"


class SiteDocument(Part):
    """The whole document, in the order that a reader meets it in TOML."""

    site: Site
    network: Network = Network()
    interfaces: tuple[Interface, ...] = ()
    """Empty means: every port asks DHCP."""
    dialing: Dialing = Dialing()
    noc: Noc = Noc()
    snmp: Snmp = Snmp()
    syslog: Syslog = Syslog()
    recording: Recording = Recording()
    power: Power = Power()
    callbacks: Callbacks = Callbacks()
    customers: Customers = Customers()
    grades: tuple[Grade, ...] = ()
    """Highest first, as the forms offer them."""
    trunks: tuple[Trunk, ...] = ()
    e1_trunks: tuple[E1Trunk, ...] = ()
    analogue_trunks: tuple[AnalogueTrunk, ...] = ()
    """Every trunk has a name of its own: the three lists are one way out."""
    number_groups: tuple[NumberGroup, ...] = ()
    routes: tuple[CallRoute, ...] = ()
    """By class the first that fits takes the call."""
    permissions: tuple[Permission, ...] = ()
    upses: tuple[Ups, ...] = ()
    dids: tuple[DidNumber, ...] = ()
    hours: tuple[Hours, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    closures: tuple[Closure, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    menus: tuple[Menu, ...] = ()
    queues: tuple[Queue, ...] = ()
    agents: tuple[Agent, ...] = ()
    reasons: tuple[Reason, ...] = ()
    extensions: tuple[Extension, ...] = ()
    people: tuple[Person, ...] = ()
    drills: tuple[Drill, ...] = ()

    @property
    def every_trunk(self) -> tuple[Trunk | E1Trunk | AnalogueTrunk, ...]:
        """All ways to the outside, of whatever kind."""
        return (*self.trunks, *self.e1_trunks, *self.analogue_trunks)
