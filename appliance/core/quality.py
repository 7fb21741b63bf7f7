"""Voice quality: who suffers and since when, from the figures that calls left in the history."""

from __future__ import annotations

import datetime as dt
import time
import zoneinfo
from collections.abc import Callable

from appliance.api import quality as page
from appliance.api.quality import QualityPeriod, QualityReport
from appliance.api.server import Routes
from appliance.core.in_force import InForce
from appliance.core.store import Store
from appliance.store import quality


class Quality:
    """Answers the page on voice quality."""

    def __init__(self, *, store: Store, in_force: InForce, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock

    def add_to(self, routes: Routes) -> None:
        """Answer this page's methods."""
        routes.method(page.QUALITY, self._report)

    async def _report(self, _login: str, wanted: QualityPeriod) -> QualityReport:
        document = self._in_force.document
        begins = day_begins(self._clock(), wanted.days, document.site.time_zone if document else "UTC")
        return QualityReport(
            parties=await self._store.run(quality.parties, begins[0], begins[-1]),
            days=await self._store.run(quality.days, begins, wanted.party, wanted.trunk),
        )


def day_begins(now: float, days: int, time_zone: str) -> tuple[float, ...]:
    """When the branch's last so many days began, today's included, and when tomorrow does. Pure."""
    zone = zoneinfo.ZoneInfo(time_zone)
    today = dt.datetime.fromtimestamp(now, zone).date()
    return tuple(
        dt.datetime.combine(today + dt.timedelta(days=offset), dt.time(), zone).timestamp()
        for offset in range(1 - days, 2)
    )
