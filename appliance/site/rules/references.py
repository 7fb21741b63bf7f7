"""Everything that one object says of another exists."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.models import SiteDocument
from appliance.site.places import Place
from appliance.site.rules.fault import Fault
from appliance.site.types import Destination, Kind


def destinations(document: SiteDocument) -> Iterator[tuple[Place, Destination]]:
    """Every destination of the document and its place."""
    for index, did in enumerate(document.dids):
        yield ("dids", index, "goes_to"), did.goes_to
        if did.closed_goes_to:
            yield ("dids", index, "closed_goes_to"), did.closed_goes_to
    if document.dialing.operator:
        yield ("dialing", "operator"), document.dialing.operator
    for index, closure in enumerate(document.closures):
        if closure.goes_to:
            yield ("closures", index, "goes_to"), closure.goes_to
    for index, menu in enumerate(document.menus):
        for key, destination in menu.choices.items():
            yield ("menus", index, "choices", key), destination
        for field in ("language_goes_to", "no_choice", "wrong_goes_to", "closed_goes_to"):
            to: Destination | None = getattr(menu, field)
            if to:
                yield ("menus", index, field), to
    for index, queue in enumerate(document.queues):
        for field in ("overflow", "full_goes_to", "empty_goes_to"):
            to = getattr(queue, field)
            if to:
                yield ("queues", index, field), to
        if queue.message_to:
            yield ("queues", index, "message_to"), Destination(Kind.VOICEMAIL, queue.message_to)


_MISSING = {
    Kind.QUEUE: "There is no queue {name}: make it, or choose another destination.",
    Kind.MENU: "There is no menu {name}: make it, or choose another destination.",
    Kind.EXTENSION: "There is no extension {name}: make it, or choose another destination.",
    Kind.VOICEMAIL: "There is no extension {name}: make it, or choose another destination.",
}


def destinations_exist(document: SiteDocument) -> Iterator[Fault]:
    """A destination's queue, menu or extension exists; a mailbox has a PIN."""
    extensions = {extension.number: extension for extension in document.extensions}
    names: dict[Kind, set[str]] = {
        Kind.QUEUE: {queue.name for queue in document.queues},
        Kind.MENU: {menu.name for menu in document.menus},
        Kind.EXTENSION: set(extensions),
        Kind.VOICEMAIL: set(extensions),
    }
    for place, destination in destinations(document):
        kind, name = destination.kind, destination.name
        if kind in names and name not in names[kind]:
            yield Fault(place, _MISSING[kind], {"name": name})
        elif kind is Kind.VOICEMAIL and extensions[name].voicemail_pin is None:
            yield Fault(place, "Extension {name} has no voice mailbox: give it a voicemail_pin.", {"name": name})


def hours_exist(document: SiteDocument) -> Iterator[Fault]:
    """The hours of a DID, a menu or call-backs exist, and without hours there is nothing to be closed."""
    names = {hours.name for hours in document.hours}
    for collection, never in (
        ("dids", "This number is never closed: give it hours, or remove this."),
        ("menus", "This menu is never closed: give it hours, or remove this."),
    ):
        for index, entry in enumerate(getattr(document, collection)):
            if entry.hours is not None and entry.hours not in names:
                yield Fault(
                    (collection, index, "hours"), "There are no hours {name}: make them first.", {"name": entry.hours}
                )
            if entry.hours is None and entry.closed_goes_to is not None:
                yield Fault((collection, index, "closed_goes_to"), never)
    if document.callbacks.hours is not None and document.callbacks.hours not in names:
        yield Fault(
            ("callbacks", "hours"), "There are no hours {name}: make them first.", {"name": document.callbacks.hours}
        )


def closures_exist(document: SiteDocument) -> Iterator[Fault]:
    """The closure of a DID, menu or queue exists."""
    names = {closure.name for closure in document.closures}
    for collection in ("dids", "menus", "queues"):
        for index, entry in enumerate(getattr(document, collection)):
            if entry.closure is not None and entry.closure not in names:
                place = (collection, index, "closure")
                yield Fault(place, "There is no closure {name}: make it first.", {"name": entry.closure})


def agents_exist(document: SiteDocument) -> Iterator[Fault]:
    """Agents sit at extensions, one each; queues and people name agents that exist."""
    extensions = {extension.number for extension in document.extensions}
    agents = {agent.number for agent in document.agents}
    seated: dict[str, str] = {}
    for index, agent in enumerate(document.agents):
        place: Place = ("agents", index, "extension")
        if agent.extension not in extensions:
            yield Fault(place, "There is no extension {name}: make it first.", {"name": agent.extension})
        other = seated.setdefault(agent.extension, agent.number)
        if other != agent.number:
            yield Fault(
                place,
                "Agent {other} sits at extension {name} already: an extension has one agent.",
                {"other": other, "name": agent.extension},
            )
    for index, queue in enumerate(document.queues):
        members: set[str] = set()
        for position, member in enumerate(queue.members):
            place = ("queues", index, "members", position, "agent")
            if member.agent not in agents:
                yield Fault(place, "There is no agent {name}: make it first.", {"name": member.agent})
            if member.agent in members:
                yield Fault(place, "Agent {name} is in this queue twice: remove one.", {"name": member.agent})
            members.add(member.agent)


RULES = (destinations_exist, hours_exist, closures_exist, agents_exist)
