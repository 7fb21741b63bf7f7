"""What kind of number is called, and whether this phone may: the dialplan's side of `appliance.site.numbering`."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site import numbering
from appliance.site.models import NumberClass, Permission, SiteDocument
from asterisk_conf.dialplan import hours, places, power
from asterisk_conf.dialplan.steps import Expression, Step, context, do
from asterisk_conf.syntax import Section

CLASS = "BB_CLASS"
"""Channel variable: what kind of number is called."""
_PLAN = "number-plan"
_ANY = "_[0-9*#+]!"
"""Fits whatever nothing else fits: no pattern has a wider first place."""


def contexts(document: SiteDocument) -> Iterator[Section]:
    """The site's own numbers, the country's, the permissions."""
    own = numbering.own_patterns(document)
    plan = {pattern: kind for kind, patterns in numbering.plan_of(document).items() for pattern in patterns}
    elsewhere = do("Goto", _PLAN, Expression("${EXTEN}"), 1)
    yield context(places.NUMBER_CLASS, {**_returns(own), _ANY: (elsewhere,)})
    yield context(_PLAN, {**_returns(plan), _ANY: (do("Return", str(numbering.UNKNOWN)),)})
    for permission in document.permissions:
        yield context(
            places.permission(permission.name), dict(_permits(permission)), of=f"permission {permission.name}"
        )
    yield context(places.MAY_CALL, {"_X!": tuple(_may())})


def classify() -> tuple[Step, Step]:
    """Have the kind of the number, the extension here, in `CLASS`."""
    return (
        do("Gosub", places.NUMBER_CLASS, Expression("${EXTEN}"), 1),
        do("Set", Expression(f"{CLASS}=${{GOSUB_RETVAL}}")),
    )


def _returns(patterns: dict[str, NumberClass]) -> dict[str, tuple[Step, ...]]:
    return {f"_{pattern}": (do("Return", str(kind)),) for pattern, kind in patterns.items()}


def _permits(permission: Permission) -> Iterator[tuple[str, tuple[Step, ...]]]:
    for kind in permission.classes:
        yield str(kind), (do("Return"),)
    if permission.hours:
        in_hours = (
            *hours.unless_open(permission.hours, places.CLOSED),
            do("Return"),
            do("Return", places.REFUSED, label=places.CLOSED),
        )
        yield from ((str(kind), in_hours) for kind in permission.classes_in_hours if kind not in permission.classes)


def _may() -> Iterator[Step]:
    """ARG1 is the permission; returns nothing, or the context that says why not."""
    yield from classify()
    free = " | ".join(f'"${{{CLASS}}}" = "{kind}"' for kind in numbering.ALWAYS_OPEN)
    yield do("GotoIf", Expression(f"$[{free}]?may"))
    yield do("GotoIf", Expression(f"$[{power.KEPT}]?kept"))
    allowed = f"{places.permission('')}${{ARG1}}"
    yield do("GotoIf", Expression(f"${{DIALPLAN_EXISTS({allowed},${{{CLASS}}},1)}}?ask"))
    yield do("Return", places.REFUSED)
    yield do("Gosub", Expression(f"{allowed},${{{CLASS}}},1"), label="ask")
    yield do("Return", Expression("${GOSUB_RETVAL}"))
    yield do("Return", places.KEPT_IN, label="kept")
    yield do("Return", label="may")
