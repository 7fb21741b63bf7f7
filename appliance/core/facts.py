"""What health is told: trunks, phones, queues, calls that fail, drills, how calls sound, how the database is."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

from appliance.api import facts as page
from appliance.api.contract import Live
from appliance.api.drills import DrillResult
from appliance.api.facts import (
    CallsFact,
    DatabaseFact,
    DrillFact,
    Facts,
    PhoneFact,
    QueueFact,
    TrunkFact,
    VoiceFact,
)
from appliance.api.server import Routes
from appliance.core.in_force import InForce
from appliance.core.store import Store
from appliance.site.models import Drill, SiteDocument
from appliance.store import calls, drills, quality, soundness
from appliance.telephony.ami import AmiLink

log = logging.getLogger(__name__)

SOONEST = 0.25
"""Seconds between two, at least."""
LATEST = 5.0
"""Seconds between two, at most."""
OF_LATE = 900.0
"""Seconds of which calls are counted."""
COUNT_EVERY = 15.0
"""Seconds between two looks into the history."""
LAST_LEGS, FEWEST_LEGS = 10, 5
"""Of how many newest legs a phone or trunk is judged, and of how few at least: one bad call is no fault yet."""
RECENT = 86_400.0
"""Seconds after which a leg says nothing of now."""
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
        self._history = Facts(linked=False)
        """What was last found in the history, the rest empty."""
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
            document = self._in_force.document
            self._history = Facts(
                linked=False,
                calls=CallsFact(tried=tried, failed=failed),
                drills=held(document.drills if document else (), await self._store.run(drills.last_of_each)),
                voices=sounded(await self._store.run(quality.last, self._clock() - RECENT, LAST_LEGS)),
            )
        registered = {endpoint for endpoint, _ in self._link.state.contacts}
        history = self._history.model_copy(update={"database": self._database})
        return told(self._live(), self._in_force.document, registered, history)

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
    history: Facts,
) -> Facts:
    """The live picture as health needs it, beside what was found in the history. Pure."""
    if document is None:
        return history.model_copy(update={"linked": live.linked})
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
        calls=history.calls,
        database=history.database,
        drills=history.drills,
        voices=history.voices,
    )


def held(known: Sequence[Drill], last: Mapping[str, DrillResult]) -> tuple[DrillFact, ...]:
    """How each drill of the document went last. Pure."""
    return tuple(
        DrillFact(
            name=drill.name,
            label=drill.label,
            trunk=drill.trunk,
            began=result.began,
            failed=result.problem is not None,
            original=result.problem.original if result.problem is not None else "",
        )
        for drill in known
        if (result := last.get(drill.name)) is not None
    )


def sounded(last: Mapping[tuple[str, bool], Sequence[float]]) -> tuple[VoiceFact, ...]:
    """Who can be judged, trunks and phones, by the newest legs. Pure."""
    return tuple(
        VoiceFact(party=party, trunk=trunk, legs=len(legs), mos=round(median(legs), 2))
        for (party, trunk), legs in sorted(last.items())
        if len(legs) >= FEWEST_LEGS
    )
