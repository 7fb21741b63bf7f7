"""A drill knows what it tries."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.models import DrillKind, SiteDocument
from appliance.site.rules.fault import Fault


def drills_know_what_to_try(document: SiteDocument) -> Iterator[Fault]:
    """A test of a line names a trunk that exists and whom it calls; other drills name neither."""
    trunks = {trunk.name for trunk in document.every_trunk}
    for index, drill in enumerate(document.drills):
        calls = drill.kind is DrillKind.LINE
        for field in ("trunk", "number"):
            if calls and getattr(drill, field) is None:
                yield Fault(
                    ("drills", index, field), "A test of a line calls somebody: name the trunk and the number to call."
                )
            if not calls and getattr(drill, field) is not None:
                yield Fault(("drills", index, field), "Only the test of a line calls somebody: remove this.")
        if drill.trunk is not None and drill.trunk not in trunks:
            yield Fault(("drills", index, "trunk"), "There is no trunk {name}: make it first.", {"name": drill.trunk})


RULES = (drills_know_what_to_try,)
