"""No two things answer to the same digits."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.models import SiteDocument
from appliance.site.places import Place
from appliance.site.rules.fault import Fault


def internal_numbers_differ(document: SiteDocument) -> Iterator[Fault]:
    """A queue's number is no extension's and no other queue's."""
    taken = {extension.number: f"extension {extension.number}" for extension in document.extensions}
    for index, queue in enumerate(document.queues):
        if queue.number is None:
            continue
        if queue.number in taken:
            yield Fault(
                ("queues", index, "number"),
                "{number} is {other} already: choose another number.",
                {"number": queue.number, "other": taken[queue.number]},
            )
        taken.setdefault(queue.number, f"queue {queue.name}")


def outside_prefix_is_free(document: SiteDocument) -> Iterator[Fault]:
    """No internal number begins with the digit that goes outside."""
    if not document.routes:
        return
    prefix = document.dialing.outside_prefix
    numbers: list[tuple[Place, str]] = [
        (("extensions", index, "number"), extension.number) for index, extension in enumerate(document.extensions)
    ]
    numbers += [(("queues", index, "number"), queue.number or "") for index, queue in enumerate(document.queues)]
    for place, number in numbers:
        if number.startswith(prefix):
            yield Fault(
                place,
                "{number} begins with {prefix}, which dials outside: choose another number, "
                "or another dialing.outside_prefix.",
                {"number": number, "prefix": prefix},
            )


def received_digits_differ(document: SiteDocument) -> Iterator[Fault]:
    """The carrier's digits name one DID."""
    taken: dict[str, str] = {}
    for index, did in enumerate(document.dids):
        other = taken.setdefault(did.digits, did.number)
        if other != did.number:
            yield Fault(
                ("dids", index, "received_as" if did.received_as else "number"),
                "The carrier sends {digits} for number {other} too: calls could not be told apart.",
                {"digits": did.digits, "other": other},
            )


RULES = (internal_numbers_differ, outside_prefix_is_free, received_digits_differ)
