"""Rules that span several objects of the document: references, overlaps, loops.

One module a theme; each rule is a function from document to `Fault`s. `RULES` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from appliance.site import places
from appliance.site.models import SiteDocument
from appliance.site.problems import Problem
from appliance.site.rules import (
    agents,
    drills,
    keys,
    lines,
    loops,
    menus,
    network,
    noc,
    numbers,
    people,
    power,
    prompts,
    references,
    routes,
    secrets,
    spans,
    times,
)
from appliance.site.rules.fault import Fault

RULES: tuple[Callable[[SiteDocument], Iterator[Fault]], ...] = (
    *keys.RULES,
    *references.RULES,
    *numbers.RULES,
    *loops.RULES,
    *menus.RULES,
    *prompts.RULES,
    *times.RULES,
    *lines.RULES,
    *spans.RULES,
    *routes.RULES,
    *network.RULES,
    *noc.RULES,
    *people.RULES,
    *power.RULES,
    *agents.RULES,
    *drills.RULES,
    *secrets.RULES,
)


def check(document: SiteDocument) -> tuple[Problem, ...]:
    """All problems of a document, in the order of the rules."""
    return problems(document, {})


def problems(document: SiteDocument, known: Mapping[places.Place, int]) -> tuple[Problem, ...]:
    """The same, with the lines of the TOML text that the document was read from."""
    found = [fault for rule in RULES for fault in rule(document)]
    data = document.model_dump(mode="json", include={str(fault.place[0]) for fault in found}) if found else {}
    return tuple(
        Problem(
            text=fault.text,
            where=places.said(fault.place, data),
            line=places.line_of(fault.place, known),
            args=dict(fault.args),
        )
        for fault in found
    )
