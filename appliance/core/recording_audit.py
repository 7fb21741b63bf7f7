"""The recordings' audit as a job: one at a time, in a thread, with its progress; every night by itself."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Callable
from pathlib import Path

from peewee import SqliteDatabase

from appliance.api import recordings as page
from appliance.api.recordings import AuditState, AuditWish
from appliance.api.recordings_health import AuditResult
from appliance.api.server import Routes
from appliance.api.supply import should_wait
from appliance.api.wire import Empty
from appliance.core.recording_findings import CUT_SHORT, OF_MANIFESTS, Audited, Scope, audit
from appliance.site.problems import BranchboxError, Problem
from appliance.store import keeping

log = logging.getLogger(__name__)

LISTED = 200
"""Findings that are kept in words; the others are counted."""
AT_NIGHT = dt.timedelta(hours=3)
"""After local midnight: the day before is signed, and nobody calls."""
LOOK_EVERY = 600.0


class RecordingAudit:
    """Answers "proving it"; `result` is what the last whole audit found."""

    def __init__(
        self,
        database: SqliteDatabase,
        shelves: Path,
        monitor: Path,
        clock: Callable[[], float] = time.time,
        waits: Callable[[float], bool] = should_wait,
    ) -> None:
        self._database = database
        self._shelves = shelves
        self._monitor = monitor
        self._clock = clock
        self._waits = waits
        self._begun: float | None = None
        self._job: asyncio.Task[None] | None = None
        self._audited = Audited()
        self._found = 0
        self._of = 0
        self._stop = False
        self.result: AuditResult | None = None

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(page.RECORDINGS_AUDIT, self._audit)
        routes.method(page.RECORDINGS_AUDIT_STATE, self._state)

    async def close(self) -> None:
        """End an audit that runs, at its next file."""
        self._stop = True
        if self._job is not None:
            await self._job

    async def every_night(self) -> None:
        """Audit all of it once a day, until cancelled."""
        night = self._night()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if self._night() != night and not self._runs and not self._waits(self._clock()):
                night = self._night()
                await self._begin(AuditWish())

    def _night(self) -> dt.date:
        """The day whose night's audit is due or was the last."""
        return (dt.datetime.fromtimestamp(self._clock()) - AT_NIGHT).date()

    async def _audit(self, login: str, wish: AuditWish) -> AuditState:
        if self._runs:
            raise BranchboxError(Problem(text="An audit of the recordings runs already. Wait for its end."))
        await self._begin(wish)
        return await self._state(login, Empty())

    async def _begin(self, wish: AuditWish) -> None:
        now = self._clock()
        since, until = wish.since or 0.0, wish.until or now
        scope = Scope(self._database, self._shelves, self._monitor, since, until, now, wish.hashes)
        self._audited, self._found, self._begun = Audited(), 0, now
        self._of = (await asyncio.to_thread(keeping.sums, self._database, now)).count
        self._job = asyncio.create_task(asyncio.to_thread(self._run, scope))

    def _run(self, scope: Scope) -> None:
        failed = False
        try:
            for problem in audit(scope, self._audited, self._goes_on):
                self._found += 1
                if self._found <= LISTED:
                    self._audited.findings.append(problem)
                log.warning("audit of the recordings: %s", problem)
        except Exception:
            log.exception("the audit of the recordings failed")
            failed = True
            self._found += 1
            self._audited.findings.append(
                Problem(text="The audit itself failed: it is not complete. The journal of branchbox-core says why.")
            )

        # A part of the recordings says nothing of the others, and who only looked at sizes nothing of what is in them.
        if not self._stop and scope.hashes and scope.since == 0.0:
            self.result = _result(self._audited, self._clock(), failed=failed)

    def _goes_on(self) -> bool:
        """Whether to look at the next one; on battery that waits."""
        while not self._stop and self._waits(self._clock()):
            time.sleep(1.0)
        return not self._stop

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


def _result(audited: Audited, ended: float, *, failed: bool) -> AuditResult:
    of_days = [problem for problem in audited.findings if problem.text in OF_MANIFESTS]
    others = [
        problem for problem in audited.findings if problem.args and problem.text not in {*OF_MANIFESTS, CUT_SHORT}
    ]
    return AuditResult(
        ended=ended,
        days=tuple(problem.args["day"] for problem in of_days),
        harmed=tuple(problem.args.get("name") or problem.args["linkedid"] for problem in others),
        cut_short=tuple(audited.cut_short),
        failed=failed,
    )
