"""The UPS for people: what branchbox-power keeps in its file, and battery tests that it is asked for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from appliance.api import battery
from appliance.api import ups as page
from appliance.api.battery import TestAsked
from appliance.api.client import Client
from appliance.api.server import Routes
from appliance.api.supply import Supply, supply_now
from appliance.api.ups import UpsName
from appliance.api.wire import Empty
from appliance.site.problems import BranchboxError, Problem


class Upses:
    """Answers the page on the UPS; scanning is host's."""

    def __init__(self, power: Client, clock: Callable[[], float] = time.time) -> None:
        self._power = power
        self._clock = clock

    def add_to(self, routes: Routes) -> None:
        """Answer this page's methods."""
        routes.method(page.UPS_STATE, self._state)
        routes.method(page.UPS_TEST, self._test)

    async def _state(self, _login: str, _: Empty) -> Supply:
        supply = await asyncio.to_thread(supply_now, self._clock())
        if supply is None:
            raise BranchboxError(
                Problem(
                    text="The power service says nothing: nothing is known of the UPS. Its journal (branchbox-power) "
                    "says why."
                )
            )
        return supply

    async def _test(self, login: str, wish: UpsName) -> Supply:
        return await self._power.call(battery.TEST, TestAsked(name=wish.name, by=login))
