"""Voice quality: who suffers and since when, from the figures that calls left in the history."""

from __future__ import annotations

import datetime as dt
import time
import zoneinfo
from collections.abc import Callable
from statistics import median

from appliance.api import quality as page
from appliance.api.quality import BAD_MOS, BadParty, QualityHealth, QualityPeriod, QualityReport
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.in_force import InForce
from appliance.core.store import Store
from appliance.store import quality

LAST_LEGS, FEWEST_LEGS = 10, 5
"""Of how many newest legs a phone or trunk is judged, and of how few at least: one bad call is no fault yet."""
RECENT = 86_400.0
"""Seconds after which a leg says nothing of now."""


class Quality:
    """Answers the page on voice quality."""

    def __init__(self, *, store: Store, in_force: InForce, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock

    def add_to(self, routes: Routes) -> None:
        """Answer this page's methods."""
        routes.method(page.QUALITY, self._report)
        routes.method(page.QUALITY_HEALTH, self._health)

    async def _report(self, _login: str, wanted: QualityPeriod) -> QualityReport:
        document = self._in_force.document
        begins = day_begins(self._clock(), wanted.days, document.site.time_zone if document else "UTC")
        return QualityReport(
            parties=await self._store.run(quality.parties, begins[0], begins[-1]),
            days=await self._store.run(quality.days, begins, wanted.party, wanted.trunk),
        )

    async def _health(self, _login: str, _: Empty) -> QualityHealth:
        found = await self._store.run(quality.last, self._clock() - RECENT, LAST_LEGS)
        bad = [
            BadParty(party=party, trunk=trunk, legs=len(legs), mos=mos)
            for (party, trunk), legs in found.items()
            if len(legs) >= FEWEST_LEGS and (mos := median(legs)) < BAD_MOS
        ]
        return QualityHealth(bad=tuple(sorted(bad, key=lambda one: (not one.trunk, one.mos))))


def day_begins(now: float, days: int, time_zone: str) -> tuple[float, ...]:
    """When the branch's last so many days began, today's included, and when tomorrow does. Pure."""
    zone = zoneinfo.ZoneInfo(time_zone)
    today = dt.datetime.fromtimestamp(now, zone).date()
    return tuple(
        dt.datetime.combine(today + dt.timedelta(days=offset), dt.time(), zone).timestamp()
        for offset in range(1 - days, 2)
    )
