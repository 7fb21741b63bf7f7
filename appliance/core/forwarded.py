"""What core hands on as it is, to branchbox-host and branchbox-health: rights and the operation log are the guard's,
the work is theirs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from appliance.api import alarms, backups, box, disks, network, noc, picture, power, sticks, updates, ups, verbs
from appliance.api.client import Client
from appliance.api.server import Routes
from appliance.api.wire import Message, Method

PAIRS: tuple[tuple[Method[Any, Any], Method[Any, Any]], ...] = (
    (sticks.STICKS, verbs.STICKS),
    (updates.UPDATE_STATE, verbs.UPDATE_STATE),
    (updates.UPDATE_CHECK, verbs.UPDATE_CHECK),
    (updates.UPDATE_INSTALL, verbs.UPDATE_INSTALL),
    (updates.UPDATE_CANCEL, verbs.UPDATE_CANCEL),
    (updates.UPDATE_ACTIVATE, verbs.UPDATE_ACTIVATE),
    (updates.UPDATE_ROLLBACK, verbs.UPDATE_ROLLBACK),
    (updates.UPDATE_ACKNOWLEDGE, verbs.UPDATE_ACKNOWLEDGE),
    (power.POWER_STATE, verbs.POWER_STATE),
    (power.POWER_REBOOT, verbs.POWER_REBOOT),
    (power.POWER_OFF, verbs.POWER_OFF),
    (power.POWER_CANCEL, verbs.POWER_CANCEL),
    (power.POWER_RESET, verbs.POWER_RESET),
    (ups.UPS_SCAN, verbs.UPS_SCAN),
    (network.NETWORK_STATE, verbs.NETWORK_STATE),
    (network.NETWORK_CHECK, verbs.NETWORK_CHECK),
    (noc.NOC_STATE, verbs.NOC_STATE),
    (disks.DISKS, verbs.DISKS),
    (disks.DISKS_INSTALL, verbs.DISKS_INSTALL),
    (disks.DISKS_PROGRESS, verbs.DISKS_PROGRESS),
    (disks.DISKS_CANCEL, verbs.DISKS_CANCEL),
    (disks.DISKS_RESTART, verbs.DISKS_RESTART),
    (backups.BACKUP_STATE, verbs.BACKUP_STATE),
    (backups.BACKUP_LOOK, verbs.BACKUP_LOOK),
    (backups.BACKUP_CANCEL, verbs.BACKUP_CANCEL),
)
"""A method of the contract, and the verb that answers it. Both give the same, and take the same; a verb that
must know who asks takes `by`, the person's login, too."""

OF_HEALTH: tuple[tuple[Method[Any, Any], Method[Any, Any]], ...] = (
    (picture.HEALTH, box.PICTURE),
    (picture.CHECKS, box.CHECKS),
    (alarms.LIST, box.LIST),
    (alarms.SHOW, box.SHOW),
    (alarms.ACKNOWLEDGE, box.ACKNOWLEDGE),
    (alarms.NOTE, box.NOTE),
    (alarms.OWN, box.OWN),
)
"""The same, answered by health."""


class Forwarded:
    """Answers methods with another service's, by default with host's verbs."""

    def __init__(self, service: Client, pairs: Iterable[tuple[Method[Any, Any], Method[Any, Any]]] = PAIRS) -> None:
        self._service = service
        self._pairs = pairs

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        for method, verb in self._pairs:
            routes.method(method, self._through(verb))

    def _through(self, verb: Method[Any, Any]) -> Callable[[str, Any], Awaitable[Any]]:
        signed = "by" in verb.takes.model_fields

        async def ask(login: str, takes: Message) -> Message:
            if signed:
                takes = verb.takes(**takes.model_dump(), by=login)
            answer: Message = await self._service.call(verb, takes)
            return answer

        return ask
