"""Core's part of backup and restore: a copy of its database goes out, another box's history comes in."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from peewee import SqliteDatabase

from appliance.api import backups, verbs
from appliance.api.backups import BackupOrder, BackupPhase, BackupState, Restore
from appliance.api.client import Client
from appliance.api.contract import Applied
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.site.problems import BranchboxError, Problem
from appliance.store import handing, oplog

log = logging.getLogger(__name__)

_LOOK_EVERY = 1.0
AGAIN = 1.0
"""Seconds for the answer to reach the person before core starts anew."""


class Backups:
    """Answers what needs the database; the rest of the page is host's."""

    def __init__(self, site_db: Path, host: Client, leave: Callable[[], None]) -> None:
        self._site_db = site_db
        self._host = host
        self._leave = leave
        """Ends core; systemd starts it again."""

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(backups.BACKUP_MAKE, self._make)
        routes.method(backups.BACKUP_RESTORE, self._restore)

    async def _make(self, login: str, order: BackupOrder) -> BackupState:
        copy = await self._copied()
        return await self._host.call(
            verbs.BACKUP_WRITE, verbs.BackupWrite(**order.model_dump(), **copy.model_dump(), by=login)
        )

    async def rehearse(self) -> BackupState:
        """Make a backup that nobody keeps and try whether it could be restored; gives how it ended.

        Raises BranchboxError when it cannot begin.
        """
        state = await self._host.call(verbs.BACKUP_REHEARSE, await self._copied())
        while state.phase is BackupPhase.RUNNING:
            await asyncio.sleep(_LOOK_EVERY)
            state = await self._host.call(verbs.BACKUP_STATE, Empty())
        return state

    async def _copied(self) -> verbs.DatabaseCopy:
        state = await self._host.call(verbs.BACKUP_STATE, Empty())
        if state.phase is BackupPhase.RUNNING:
            raise BranchboxError(Problem(text="A backup is being written or read already. Wait for its end."))
        try:
            counts = await asyncio.to_thread(handing.copy_out, self._site_db)
        except (sqlite3.Error, OSError) as error:
            text = "The database could not be copied for the backup. Make room on the disk, then try again."
            raise BranchboxError(Problem(text=text, original=str(error))) from error
        return verbs.DatabaseCopy(calls=counts.calls, operations=counts.operations)

    async def _restore(self, login: str, wish: Restore) -> Applied:
        applied = await self._host.call(verbs.RESTORE, verbs.RestoreAsked(**wish.model_dump(), by=login))
        if applied.revision is not None:
            log.info("another box's history waits: starting anew")
            asyncio.get_running_loop().call_later(AGAIN, self._leave)
        return applied


def take_in(site_db: Path) -> handing.Note | None:
    """Put a history that waits in the database's place. A failure leaves the database as it was."""
    try:
        return handing.take_in(site_db)
    except (sqlite3.Error, OSError):
        log.exception("the restored history could not be taken in")
        return None


def write_down(database: SqliteDatabase, site_db: Path, note: handing.Note) -> None:
    """Say in the operation log that came along where it came from; its chain goes on."""
    row = oplog.append(database, time.time(), note.by, "", backups.BACKUP_RESTORE.name, note.detail, "done")
    handing.written_down(site_db)
    log.info("history restored: %s (operation %d, %s)", note.detail, row.number, row.hash)
