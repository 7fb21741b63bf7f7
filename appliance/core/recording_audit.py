"""The recordings' audit as a job: one at a time, in a thread, with its progress."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

from peewee import SqliteDatabase

from appliance.api import recordings as page
from appliance.api.recordings import AuditState, AuditWish
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.recording_findings import Audited, Scope, audit
from appliance.site.problems import BranchboxError, Problem
from appliance.store import keeping

log = logging.getLogger(__name__)

LISTED = 200
"""Findings that are kept in words; the others are counted."""


class RecordingAudit:
    """Answers "proving it"."""

    def __init__(
        self, database: SqliteDatabase, shelves: Path, monitor: Path, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._shelves = shelves
        self._monitor = monitor
        self._clock = clock
        self._begun: float | None = None
        self._job: asyncio.Task[None] | None = None
        self._audited = Audited()
        self._found = 0
        self._of = 0
        self._stop = False

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(page.RECORDINGS_AUDIT, self._audit)
        routes.method(page.RECORDINGS_AUDIT_STATE, self._state)

    async def close(self) -> None:
        """End an audit that runs, at its next file."""
        self._stop = True
        if self._job is not None:
            await self._job

    async def _audit(self, login: str, wish: AuditWish) -> AuditState:
        if self._runs:
            raise BranchboxError(Problem(text="An audit of the recordings runs already. Wait for its end."))
        now = self._clock()
        since, until = wish.since or 0.0, wish.until or now
        scope = Scope(self._database, self._shelves, self._monitor, since, until, now, wish.hashes)
        self._audited, self._found, self._begun = Audited(), 0, now
        self._of = (await asyncio.to_thread(keeping.sums, self._database, now)).count
        self._job = asyncio.create_task(asyncio.to_thread(self._run, scope))
        return await self._state(login, Empty())

    def _run(self, scope: Scope) -> None:
        try:
            for problem in audit(scope, self._audited, lambda: not self._stop):
                self._found += 1
                if self._found <= LISTED:
                    self._audited.findings.append(problem)
                log.warning("audit of the recordings: %s", problem)
        except Exception:
            log.exception("the audit of the recordings failed")
            self._found += 1
            self._audited.findings.append(
                Problem(text="The audit itself failed: it is not complete. The journal of branchbox-core says why.")
            )

    @property
    def _runs(self) -> bool:
        return self._job is not None and not self._job.done()

    async def _state(self, _login: str, _: Empty) -> AuditState:
        audited = self._audited
        return AuditState(
            running=self._runs,
            begun=self._begun,
            done=min(1.0, audited.recordings / self._of) if self._of and self._runs else None,
            recordings=audited.recordings,
            calls=audited.calls,
            manifests=audited.manifests,
            findings=tuple(audited.findings),
            more=max(0, self._found - LISTED),
        )
