"""What the keys of menus may do, and which numbers phones dial for closures and prompts."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.models import SiteDocument
from appliance.site.places import Place
from appliance.site.rules.fault import Fault
from appliance.site.rules.references import destinations
from appliance.site.types import KEYS_ONLY, Kind


def keys_stay_in_menus(document: SiteDocument) -> Iterator[Fault]:
    """Only the key of a menu leads back, plays again or chooses a language."""
    for place, destination in destinations(document):
        if destination.kind in KEYS_ONLY and place[2:3] != ("choices",):
            yield Fault(place, "Only the key of a menu can do this: choose another destination.")


def operator_is_somebody(document: SiteDocument) -> Iterator[Fault]:
    """Where something leads to the operator, it is said who that is."""
    operator = document.dialing.operator
    if operator is not None and operator.kind is Kind.OPERATOR:
        yield Fault(("dialing", "operator"), "The operator cannot be the operator: write an extension or a queue.")
    for place, destination in destinations(document):
        if destination.kind is Kind.OPERATOR and operator is None:
            yield Fault(place, "Nobody is the operator: set dialing.operator, or choose another destination.")


def languages_lead_on(document: SiteDocument) -> Iterator[Fault]:
    """Without a key for a language nobody gets to where a chosen language leads."""
    for index, menu in enumerate(document.menus):
        if menu.language_goes_to and not any(to.kind is Kind.LANGUAGE for to in menu.choices.values()):
            yield Fault(
                ("menus", index, "language_goes_to"),
                "No key of this menu chooses a language: give one language:zh or language:en, or remove this.",
            )


def ranges_hold_phones(document: SiteDocument) -> Iterator[Fault]:
    """A range of numbers begins before it ends and has a phone in it."""
    for index, menu in enumerate(document.menus):
        if menu.extensions is None:
            continue
        first, _, last = menu.extensions.partition("-")
        place: Place = ("menus", index, "extensions")
        if len(first) != len(last) or first > last:
            yield Fault(place, "The first number and the last have equally many digits, the smaller one first.")
        elif not any(in_range(phone.number, menu.extensions) for phone in document.extensions):
            yield Fault(place, "No phone has a number from {first} to {last}.", {"first": first, "last": last})


def in_range(number: str, numbers: str) -> bool:
    """Whether an internal number lies in `8000-8099`."""
    first, _, last = numbers.partition("-")
    return len(number) == len(first) and first <= number <= last


def codes_differ(document: SiteDocument) -> Iterator[Fault]:
    """The number behind a phone code is one closure's, or one prompt's; recording by phone has a PIN."""
    for collection in ("closures", "prompts"):
        taken: dict[str, str] = {}
        for index, entry in enumerate(getattr(document, collection)):
            if entry.number is None:
                continue
            other = taken.setdefault(entry.number, entry.name)
            if other != entry.name:
                yield Fault(
                    (collection, index, "number"),
                    "{number} is {other} already: choose another number.",
                    {"number": entry.number, "other": other},
                )
    for index, prompt in enumerate(document.prompts):
        if (prompt.number is None) != (prompt.pin is None):
            yield Fault(("prompts", index), "Recording by phone wants both a number and a PIN: add the other one.")


RULES = (
    keys_stay_in_menus,
    operator_is_somebody,
    languages_lead_on,
    ranges_hold_phones,
    codes_differ,
)
