"""The verbs of updates: the work is RAUC's and the updater's, the restart is power's."""

from __future__ import annotations

import asyncio

from appliance.api import verbs
from appliance.api.contract import RestartKind
from appliance.api.power import PowerState
from appliance.api.server import Routes
from appliance.api.updates import Checked, Source, UpdateState
from appliance.api.verbs import InstallAsked, PowerAsked
from appliance.api.wire import Empty
from provisioning.power.power import Power
from provisioning.updates.updater import Updater


class UpdateVerbs:
    """Answers this chapter."""

    def __init__(self, updater: Updater, power: Power) -> None:
        self._updater = updater
        self._power = power

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's verbs."""
        routes.method(verbs.UPDATE_STATE, self._state)
        routes.method(verbs.UPDATE_CHECK, self._check)
        routes.method(verbs.UPDATE_INSTALL, self._install)
        routes.method(verbs.UPDATE_CANCEL, self._cancel)
        routes.method(verbs.UPDATE_ACTIVATE, self._activate)
        routes.method(verbs.UPDATE_ROLLBACK, self._roll_back)
        routes.method(verbs.UPDATE_ACKNOWLEDGE, self._acknowledge)

    async def _state(self, _caller: str, _takes: Empty) -> UpdateState:
        return await asyncio.to_thread(self._updater.state)

    async def _check(self, _caller: str, takes: Source) -> Checked:
        return await asyncio.to_thread(self._updater.check, takes)

    async def _install(self, _caller: str, takes: InstallAsked) -> UpdateState:
        # A client that goes away does not keep the answer from being worked out: the installation has begun.
        return await asyncio.shield(asyncio.to_thread(self._updater.install, takes.source, takes.by))

    async def _cancel(self, _caller: str, _takes: Empty) -> UpdateState:
        return await asyncio.to_thread(self._updater.cancel)

    async def _activate(self, _caller: str, takes: PowerAsked) -> PowerState:
        return await asyncio.to_thread(self._go_over, RestartKind.UPDATE, takes)

    async def _roll_back(self, _caller: str, takes: PowerAsked) -> PowerState:
        return await asyncio.to_thread(self._go_over, RestartKind.ROLLBACK, takes)

    async def _acknowledge(self, _caller: str, _takes: Empty) -> UpdateState:
        return await asyncio.to_thread(self._updater.acknowledge)

    def _go_over(self, kind: RestartKind, takes: PowerAsked) -> PowerState:
        self._updater.other_can_start(newer=kind is RestartKind.UPDATE)
        return self._power.ask(kind, takes, takes.by)
