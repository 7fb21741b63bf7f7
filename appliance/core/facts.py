"""What health is told: trunks, phones, queues, calls that fail, whether the database is sound."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from appliance.api import facts as page
from appliance.api.contract import Live
from appliance.api.facts import CallsFact, DatabaseFact, Facts, PhoneFact, QueueFact, TrunkFact
from appliance.api.server import Routes
from appliance.core.in_force import InForce
from appliance.core.store import Store
from appliance.site.models import SiteDocument
from appliance.store import calls, soundness
from appliance.telephony.ami import AmiLink

log = logging.getLogger(__name__)

SOONEST = 0.25
"""Seconds between two, at least."""
LATEST = 5.0
"""Seconds between two, at most."""
OF_LATE = 900.0
"""Seconds of which calls are counted."""
COUNT_EVERY = 30.0
QUIET = dt.timedelta(hours=4)
"""The time of night at which the whole database is read; the recordings' audit began long before."""
LOOK_EVERY = 60.0


class HealthFacts:
    """Answers health, and has the database checked once a night, and a quarter of an hour after the start."""

    def __init__(
        self,
        *,
        in_force: InForce,
        link: AmiLink,
        store: Store,
        live: Callable[[], Live],
        database: Path,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._in_force = in_force
        self._link = link
        self._store = store
        self._live = live
        self._path = database
        self._clock = clock
        self._database: DatabaseFact | None = None
        self._calls: CallsFact | None = None
        self._counted = 0.0
        self._begun = clock()

    def add_to(self, routes: Routes) -> None:
        """Answer this page."""
        routes.stream(page.FACTS, self._follow)

    async def _follow(self, _caller: str) -> AsyncIterator[Facts]:
        told: Facts | None = None
        until = 0.0
        loop = asyncio.get_running_loop()
        while True:
            now = await self._now()
            if now != told or loop.time() >= until:
                told, until = now, loop.time() + LATEST
                yield now
            seen = self._link.state
            await asyncio.sleep(SOONEST)
            if self._link.state is seen:
                await self._link.changed(1.0)

    async def _now(self) -> Facts:
        if self._clock() - self._counted >= COUNT_EVERY:
            self._counted = self._clock()
            tried, failed = await self._store.run(calls.failures, self._clock() - OF_LATE)
            self._calls = CallsFact(tried=tried, failed=failed)
        registered = {endpoint for endpoint, _ in self._link.state.contacts}
        return told(self._live(), self._in_force.document, registered, self._calls, self._database)

    async def every_night(self) -> None:
        """Check the database, until cancelled."""
        night = self._night()
        first = True
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if self._night() != night or (first and self._clock() - self._begun >= OF_LATE):
                night, first = self._night(), False
                wrong = await asyncio.to_thread(soundness.check, self._path)
                self._database = DatabaseFact(checked=self._clock(), wrong=wrong)
                log.log(logging.ERROR if wrong else logging.INFO, "the database was checked: %s", wrong or "sound")

    def _night(self) -> dt.date:
        return (dt.datetime.fromtimestamp(self._clock()) - QUIET).date()


def told(
    live: Live,
    document: SiteDocument | None,
    registered: set[str],
    counted: CallsFact | None,
    database: DatabaseFact | None,
) -> Facts:
    """The live picture as health needs it. Pure."""
    if document is None:
        return Facts(linked=live.linked, calls=counted, database=database)
    # A line by cards needs no network; its D-channel goes with the span.
    explained = {
        **{trunk.name: tuple(f"span:{port}" for port in trunk.ports) for trunk in document.e1_trunks},
        **{trunk.name: ("network",) for trunk in document.trunks},
    }
    return Facts(
        site_name=document.site.name,
        site_code=document.site.code,
        linked=live.linked,
        trunks=tuple(
            TrunkFact(
                name=trunk.name,
                label=trunk.label,
                state=trunk.state,
                detail=trunk.detail,
                explained_by=explained.get(trunk.name, ()),
            )
            for trunk in live.trunks
        ),
        phones=tuple(
            PhoneFact(number=each.number, name=each.name, registered=each.number in registered)
            for each in document.extensions
        ),
        queues=tuple(
            QueueFact(name=queue.name, label=queue.label, longest_since=queue.longest_since) for queue in live.queues
        ),
        calls=counted,
        database=database,
    )
