"""Spans by DAHDI's word, and what the box lives on by branchbox-power's: both are files that health reads itself."""

from __future__ import annotations

import time
from collections.abc import Callable

from appliance.api.supply import Feed, Supply, supply_now
from appliance.health.check import Measured, Readings
from appliance.site.dahdi import Span
from appliance.site.dahdi import spans as dahdi_spans

LOW, BATTERY, LOST = 3.0, 2.0, 1.0
"""Values of `ups`."""
_FEEDS = {Feed.LOW: LOW, Feed.BATTERY: BATTERY, Feed.LOST: LOST, Feed.MAINS: 0.0}


def spans(read: Callable[[], tuple[Span, ...]] = dahdi_spans) -> Readings:
    """1 for each E1 that has an alarm."""
    return {
        str(span.number): Measured(
            float(span.worst is not None),
            {"alarm": str(span.worst.value) if span.worst else ""},
            label=f"E1-{span.number}",
            original=span.description if span.worst else "",
        )
        for span in read()
        if span.is_e1
    }


def upses(read: Callable[[float], Supply | None] = supply_now, clock: Callable[[], float] = time.time) -> Readings:
    """How each UPS fares; None while branchbox-power is silent."""
    supply = read(clock())
    if supply is None:
        return None
    return {
        ups.name: Measured(
            _FEEDS[ups.feed],
            {
                "charge": "?" if ups.charge is None else f"{ups.charge:.0f}",
                "minutes": "?" if ups.runtime is None else f"{ups.runtime / 60:.0f}",
            },
            label=ups.label or ups.name,
            original=ups.words if ups.feed is not Feed.MAINS else "",
        )
        if ups.feed in _FEEDS
        else None
        for ups in supply.upses
    }
