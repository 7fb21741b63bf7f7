"""The UPSes of a box can be told apart, and there are enough of them."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.models import SiteDocument
from appliance.site.rules.fault import Fault

MOST = 2
"""UPSes that a box with two supplies can hang on."""


def not_too_many(document: SiteDocument) -> Iterator[Fault]:
    """A box has two power supplies at most."""
    for index in range(MOST, len(document.upses)):
        yield Fault(("upses", index), "A box hangs on two UPSes at most: remove this one.")


def enough(document: SiteDocument) -> Iterator[Fault]:
    """As many UPSes as the box needs are named."""
    if document.upses and document.power.needed > len(document.upses):
        yield Fault(
            ("power", "needed"),
            "The box would need more UPSes than it has ({count}): it would switch off at once.",
            {"count": str(len(document.upses))},
        )


def told_apart(document: SiteDocument) -> Iterator[Fault]:
    """No two drivers reach for the same UPS."""
    reached: dict[tuple[str | None, ...], str] = {}
    for index, ups in enumerate(document.upses):
        how = (ups.port, ups.vendor_id, ups.product_id, ups.serial)
        if how in reached:
            yield Fault(
                ("upses", index, "serial"),
                "This UPS is reached the same way as {other}: write the serial number of each.",
                {"other": reached[how]},
            )
        reached.setdefault(how, ups.name)


RULES = (not_too_many, enough, told_apart)
