"""The verbs on backups."""

from __future__ import annotations

import asyncio

from appliance.api import verbs
from appliance.api.backups import BackupFile, BackupState
from appliance.api.contract import Applied
from appliance.api.server import Routes
from appliance.api.verbs import BackupWrite, DatabaseCopy, RestoreAsked
from appliance.api.wire import Empty
from provisioning.backup.backups import Backups
from provisioning.backup.restore import Restoring
from provisioning.service import HostService


class BackupVerbs:
    """Answers making, looking into and restoring a backup."""

    def __init__(self, backups: Backups, restoring: Restoring, service: HostService) -> None:
        self._backups = backups
        self._restoring = restoring
        self._service = service

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's verbs."""
        routes.method(verbs.BACKUP_STATE, self._state)
        routes.method(verbs.BACKUP_WRITE, self._write)
        routes.method(verbs.BACKUP_REHEARSE, self._rehearse)
        routes.method(verbs.BACKUP_LOOK, self._look)
        routes.method(verbs.BACKUP_CANCEL, self._cancel)
        routes.method(verbs.RESTORE, self._restore)

    async def _state(self, _caller: str, _takes: Empty) -> BackupState:
        return self._backups.state

    async def _write(self, _caller: str, wish: BackupWrite) -> BackupState:
        return await asyncio.to_thread(self._backups.make, wish)

    async def _rehearse(self, _caller: str, wish: DatabaseCopy) -> BackupState:
        return await asyncio.to_thread(self._backups.rehearse, wish)

    async def _look(self, _caller: str, wish: BackupFile) -> BackupState:
        return await asyncio.to_thread(self._backups.look, wish)

    async def _cancel(self, _caller: str, _takes: Empty) -> BackupState:
        return await asyncio.to_thread(self._backups.cancel)

    async def _restore(self, _caller: str, wish: RestoreAsked) -> Applied:
        return await self._service.changing(lambda: self._restoring.restore(wish))
