"""The verbs that restart, switch off or start over, and the look at what waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from appliance.api import verbs
from appliance.api.contract import RestartKind
from appliance.api.power import PowerState
from appliance.api.server import Routes
from appliance.api.verbs import CancelAsked, PowerAsked, ResetAsked
from appliance.api.wire import Empty
from provisioning.booted import Booted
from provisioning.power.mains import Mains
from provisioning.power.power import Power
from provisioning.power.reset import allowed

LOOK_EVERY = 2.0
"""Seconds between two looks at what waits."""


class PowerVerbs:
    """Answers this chapter. `code` gives the branch's code, as the configuration in force has it; `mains` is
    looked after as well."""

    def __init__(self, power: Power, box: Booted | None, code: Callable[[], str], mains: Mains) -> None:
        self._power = power
        self._box = box
        self._code = code
        self._mains = mains
        self._looking: asyncio.Task[None] | None = None

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's verbs."""
        routes.method(verbs.POWER_STATE, self._state)
        routes.method(verbs.POWER_REBOOT, self._reboot)
        routes.method(verbs.POWER_OFF, self._off)
        routes.method(verbs.POWER_CANCEL, self._cancel)
        routes.method(verbs.POWER_RESET, self._reset)

    def begin(self) -> None:
        """Look at what waits from now on."""
        self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        while True:
            await asyncio.to_thread(self._mains.look)
            if self._power.pending is not None:
                await asyncio.to_thread(self._power.look)
            await asyncio.sleep(LOOK_EVERY)

    async def _state(self, _caller: str, _takes: Empty) -> PowerState:
        return await asyncio.to_thread(self._power.state)

    async def _reboot(self, _caller: str, takes: PowerAsked) -> PowerState:
        return await asyncio.to_thread(self._power.ask, RestartKind.REBOOT, takes, takes.by)

    async def _off(self, _caller: str, takes: PowerAsked) -> PowerState:
        return await asyncio.to_thread(self._power.ask, RestartKind.OFF, takes, takes.by)

    async def _cancel(self, _caller: str, takes: CancelAsked) -> PowerState:
        return await asyncio.to_thread(self._power.cancel, takes.by)

    async def _reset(self, _caller: str, takes: ResetAsked) -> PowerState:
        def work() -> PowerState:
            allowed(self._box, self._code(), takes.code)
            return self._power.ask(RestartKind.RESET, takes, takes.by)

        return await asyncio.to_thread(work)
