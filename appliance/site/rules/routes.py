"""Calls to the outside: what routes, permissions and number groups name exists, and emergency numbers are nobody's."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site import numbering, trunks
from appliance.site.models import NumberClass, SiteDocument
from appliance.site.places import Place
from appliance.site.rules.fault import Fault
from appliance.site.rules.references import destinations
from appliance.site.types import Kind

NO_ROUTE = "No route leads outside: make one, or write false here."


def routes_are_whole(document: SiteDocument) -> Iterator[Fault]:
    """A route's trunks and hours exist, a trunk is in it once, and some numbers are its own."""
    hours, known = {hours.name for hours in document.hours}, set(trunks.names(document))
    for index, route in enumerate(document.routes):
        place: Place = ("routes", index)
        if not route.classes and not route.patterns:
            yield Fault(place, "No number takes this route: give it classes or numbers.")
        if route.hours is not None and route.hours not in hours:
            yield Fault((*place, "hours"), "There are no hours {name}: make them first.", {"name": route.hours})
        seen: set[str] = set()
        for position, way in enumerate(route.ways):
            where: Place = (*place, "ways", position, "trunk")
            if way.trunk not in known:
                yield Fault(where, "There is no trunk {name}: make it first.", {"name": way.trunk})
            elif way.trunk in seen:
                yield Fault(where, "Trunk {name} is in this route twice: remove one.", {"name": way.trunk})
            seen.add(way.trunk)


def permissions_are_whole(document: SiteDocument) -> Iterator[Fault]:
    """A permission's hours exist and are for something; it gives what needs one; phones name permissions that exist."""
    hours, names = {hours.name for hours in document.hours}, {each.name for each in document.permissions}
    for index, permission in enumerate(document.permissions):
        place: Place = ("permissions", index)
        if permission.hours is not None and permission.hours not in hours:
            yield Fault((*place, "hours"), "There are no hours {name}: make them first.", {"name": permission.hours})
        if permission.classes_in_hours and permission.hours is None:
            yield Fault((*place, "classes_in_hours"), "Which hours? Choose them, or allow these classes at any time.")
        for field in ("classes", "classes_in_hours"):
            for position, kind in enumerate(getattr(permission, field)):
                if kind in numbering.ALWAYS_OPEN:
                    yield Fault((*place, field, position), "Every phone may call these: remove this.")
    for index, extension in enumerate(document.extensions):
        if extension.permission is not None and extension.permission not in names:
            yield Fault(
                ("extensions", index, "permission"),
                "There is no permission {name}: make it first.",
                {"name": extension.permission},
            )


def groups_are_apart(document: SiteDocument) -> Iterator[Fault]:
    """A pattern fits some number and is in one group; emergency numbers are written whole."""
    taken: dict[str, str] = {}
    for index, group in enumerate(document.number_groups):
        for position, pattern in enumerate(group.patterns):
            place: Place = ("number_groups", index, "patterns", position)
            other = taken.setdefault(pattern, group.name)
            if other != group.name:
                yield Fault(
                    place, "{pattern} is in group {other} too: remove one.", {"pattern": pattern, "other": other}
                )
            if group.number_class is NumberClass.EMERGENCY and not pattern.isdigit():
                yield Fault(place, "Write an emergency number whole, digit by digit.")
    for collection in ("number_groups", "routes"):
        for index, entry in enumerate(getattr(document, collection)):
            for position, pattern in enumerate(entry.patterns):
                if numbering.is_empty(pattern):
                    yield Fault(
                        (collection, index, "patterns", position),
                        "No digit fits {pattern}: write the smaller one first in brackets.",
                        {"pattern": pattern},
                    )


def emergency_numbers_are_free(document: SiteDocument) -> Iterator[Fault]:
    """No phone and no queue has an emergency number, which goes outside from every phone."""
    emergency = set(numbering.emergency_numbers(document))
    for collection in ("extensions", "queues"):
        for index, entry in enumerate(getattr(document, collection)):
            if entry.number in emergency:
                yield Fault(
                    (collection, index, "number"),
                    "{number} is an emergency number: choose another one.",
                    {"number": entry.number},
                )


def outside_has_a_route(document: SiteDocument) -> Iterator[Fault]:
    """What calls outside by itself has a route."""
    if document.routes:
        return
    for index, queue in enumerate(document.queues):
        if queue.callback:
            yield Fault(("queues", index, "callback"), NO_ROUTE)
    for place, destination in destinations(document):
        if destination.kind is Kind.OUTSIDE:
            yield Fault(place, "No route leads outside: make one, or choose another destination.")


RULES = (
    routes_are_whole,
    permissions_are_whole,
    groups_are_apart,
    emergency_numbers_are_free,
    outside_has_a_route,
)
