"""A drill knows what it tries."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.models import DrillKind, NumberClass, SiteDocument
from appliance.site.numbering import class_of
from appliance.site.rules.fault import Fault


def drills_know_what_to_try(document: SiteDocument) -> Iterator[Fault]:
    """A test call names a trunk that exists and whom it calls; a restore names neither."""
    trunks = {trunk.name for trunk in document.every_trunk}
    for index, drill in enumerate(document.drills):
        calls = drill.kind is not DrillKind.RESTORE
        if calls and (drill.trunk is None or drill.number is None):
            yield Fault(
                ("drills", index, "kind"), "A test of a line calls somebody: name the trunk and the number to call."
            )
        for field in ("trunk", "number"):
            if not calls and getattr(drill, field) is not None:
                yield Fault(("drills", index, field), "Only the test of a line calls somebody: remove this.")
        if drill.trunk is not None and drill.trunk not in trunks:
            yield Fault(("drills", index, "trunk"), "There is no trunk {name}: make it first.", {"name": drill.trunk})


def drills_call_no_help(document: SiteDocument) -> Iterator[Fault]:
    """No machine rings where people wait for emergencies."""
    for index, drill in enumerate(document.drills):
        if drill.number is not None and class_of(document, drill.number) is NumberClass.EMERGENCY:
            yield Fault(
                ("drills", index, "number"),
                "{number} is an emergency number: a drill may not call it. Choose another.",
                {"number": drill.number},
            )


RULES = (drills_know_what_to_try, drills_call_no_help)
