"""The present: who the caller is, the live picture, the dashboard."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
import zoneinfo
from collections.abc import AsyncIterator, Callable

from appliance.api import box, contract, verbs
from appliance.api.client import Client
from appliance.api.contract import Box, ConfigState, Dashboard, Live, Me, Restart, Today
from appliance.api.server import Routes
from appliance.api.supply import supply_now
from appliance.api.wire import Empty
from appliance.core.configuration import Candidates, config_state
from appliance.core.in_force import InForce
from appliance.core.people import People
from appliance.core.store import Store
from appliance.site.models import Language, Role
from appliance.site.problems import BranchboxError
from appliance.store import calls
from appliance.telephony.ami import AmiLink
from appliance.telephony.picture import picture

SOONEST = 0.25
"""Seconds between two pictures of a stream, at least."""
LATEST = 2.0
"""Seconds between two pictures of a stream, at most."""


class Present:
    """Answers the chapters "who" and "the present" of the contract."""

    def __init__(
        self,
        *,
        people: People,
        in_force: InForce,
        link: AmiLink,
        store: Store,
        candidates: Candidates,
        host: Client,
        health: Client,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._people = people
        self._in_force = in_force
        self._link = link
        self._store = store
        self._candidates = candidates
        self._host = host
        self._health = health
        self._clock = clock

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(contract.WHO_AM_I, self._who_am_i)
        routes.method(contract.LIVE, self._live)
        routes.stream(contract.LIVE_STREAM, self._follow)
        routes.method(contract.DASHBOARD, self._dashboard)

    def picture(self) -> Live:
        """The live picture now."""
        return picture(self._link.state, self._in_force.facts, self._link.link, self._clock())

    def calls_up(self) -> int | None:
        """How many calls are up; None while Asterisk does not say."""
        return len(self._link.state.calls) if self._link.link.linked else None

    async def _who_am_i(self, login: str, _: Empty) -> Me:
        caller = self._people.by_login(login)
        site = self._in_force.document.site if self._in_force.document else None
        person = caller.person
        return Me(
            login=login,
            name=person.name if person else login,
            role=Role(caller.role),
            language=(person.language if person else None) or (site.language if site else Language.EN),
            site_name=site.name if site else "",
            site_code=site.code if site else "",
            time_zone=site.time_zone if site else "UTC",
            agent=person.agent if person else None,
        )

    async def _live(self, _login: str, _: Empty) -> Live:
        return self.picture()

    async def _follow(self, _login: str) -> AsyncIterator[Live]:
        while True:
            seen = self._link.state
            yield self.picture()
            await asyncio.sleep(SOONEST)
            if self._link.state is seen:
                await self._link.changed(LATEST - SOONEST)

    async def _dashboard(self, _login: str, _: Empty) -> Dashboard:
        today, box_now, (config, restart) = await asyncio.gather(self._today(), self._box(), self._config())
        supply = await asyncio.to_thread(supply_now, self._clock())
        return Dashboard(live=self.picture(), today=today, box=box_now, config=config, restart=restart, supply=supply)

    async def _today(self) -> Today:
        document = self._in_force.document
        if document is None:
            return await self._store.run(calls.today, midnight(self._clock(), "UTC"), {})
        levels = {queue.name: float(queue.service_level) for queue in document.queues}
        return await self._store.run(calls.today, midnight(self._clock(), document.site.time_zone), levels)

    async def _box(self) -> Box | None:
        try:
            return await self._health.call(box.BOX, Empty())
        except BranchboxError:
            return None

    async def _config(self) -> tuple[ConfigState, Restart | None]:
        candidate = await self._candidates.state()
        try:
            state = await self._host.call(verbs.STATE, Empty())
        except BranchboxError:
            state = verbs.HostState(current=self._in_force.revision)
        return config_state(state, candidate), state.restart


def midnight(now: float, time_zone: str) -> float:
    """When the branch's day began; epoch seconds."""
    today = dt.datetime.fromtimestamp(now, zoneinfo.ZoneInfo(time_zone)).date()
    return dt.datetime.combine(today, dt.time(), zoneinfo.ZoneInfo(time_zone)).timestamp()
