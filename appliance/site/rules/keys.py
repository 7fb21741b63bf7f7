"""Each key names one object."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.models import SiteDocument
from appliance.site.objects import COLLECTIONS
from appliance.site.rules.fault import Fault


def unique(document: SiteDocument) -> Iterator[Fault]:
    """No two objects of a kind have the same name or number."""
    for collection in COLLECTIONS:
        if collection.field == "holidays":  # overlapping days are told by rules.times, in better words
            continue
        first: dict[str, int] = {}
        for index, entry in enumerate(collection.entries(document)):
            key = collection.key_of(entry)
            if first.setdefault(key, index) != index:
                yield Fault(
                    (collection.field, index, collection.key),
                    "{key} is there already, as {other}: use another one or remove one of the two.",
                    {"key": key, "other": f"{collection.field}[{first[key] + 1}]"},
                )


RULES = (unique,)
