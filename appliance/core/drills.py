"""Drills: held at their hour, one at a time, or when somebody says so; each result is written down."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Callable

from appliance.api import drills as page
from appliance.api.backups import BackupPhase
from appliance.api.drills import DrillNow, DrillResult, Drills, DrillState, Results, ResultsWanted
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.backups import Backups
from appliance.core.drill_call import Held, try_line
from appliance.core.in_force import InForce
from appliance.core.store import Store
from appliance.site.models import Drill, DrillKind
from appliance.site.problems import BranchboxError, Problem
from appliance.store import drills as results
from appliance.telephony.errand import Manager

log = logging.getLogger(__name__)

LOOK_EVERY = 20.0
"""Seconds."""
MADE_UP = dt.timedelta(hours=1)
"""How late a drill may begin: a box that was off at night tries no lines in the busy hour."""
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_STOPPED = Problem(text="Somebody stopped the drill. It is held again at its next time.")
_BROKE = Problem(text="The drill itself broke off. The journal of branchbox-core says why.")


class DrillDesk:
    """Answers the page on drills and holds them."""

    def __init__(
        self,
        in_force: InForce,
        store: Store,
        manager: Manager,
        backups: Backups,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._in_force = in_force
        self._store = store
        self._manager = manager
        self._backups = backups
        self._clock = clock
        self._looked = clock()
        self._running: str | None = None
        self._jobs: set[asyncio.Task[None]] = set()

    def add_to(self, routes: Routes) -> None:
        """Answer this page's methods."""
        routes.method(page.LIST, self._list)
        routes.method(page.RESULTS, self._results)
        routes.method(page.HOLD, self._hold)

    async def keep(self) -> None:
        """Hold what is due, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            document = self._in_force.document
            since, self._looked = self._looked, self._clock()
            for drill in document.drills if document else ():
                if due(drill, since, self._looked):
                    await self._finish(self._begin(drill, ""))

    async def _list(self, _login: str, _: Empty) -> Drills:
        last = await self._store.run(results.last_of_each)
        now = self._clock()
        return Drills(
            drills=tuple(
                DrillState(
                    name=drill.name,
                    label=drill.label,
                    kind=drill.kind,
                    trunk=drill.trunk,
                    number=drill.number,
                    next=next_time(drill, now),
                    running=drill.name == self._running,
                    last=last.get(drill.name),
                )
                for drill in self._in_force.known().drills
            )
        )

    async def _results(self, _login: str, wanted: ResultsWanted) -> Results:
        return Results(results=await self._store.run(results.page, wanted))

    async def _hold(self, login: str, wish: DrillNow) -> Drills:
        drill = next((each for each in self._in_force.known().drills if each.name == wish.name), None)
        if drill is None:
            raise BranchboxError(
                Problem(text="There is no drill {name}: Setup, Drills, n makes one.", args={"name": wish.name})
            )
        if self._running is not None:
            raise BranchboxError(
                Problem(text="The drill {name} is being held. Wait for its end.", args={"name": self._running})
            )
        job = self._begin(drill, login)
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)
        return await self._list(login, Empty())

    def _begin(self, drill: Drill, by: str) -> asyncio.Task[None]:
        self._running = drill.name
        return asyncio.create_task(self._held(drill, by))

    @staticmethod
    async def _finish(job: asyncio.Task[None]) -> None:
        await asyncio.wait({job})

    async def _held(self, drill: Drill, by: str) -> None:
        began = self._clock()
        try:
            held = await self._try(drill)
        except BranchboxError as error:
            held = Held(error.problems[0])
        except Exception as error:  # the next drills are held all the same
            log.exception("the drill %s broke off", drill.name)
            held = Held(_BROKE.model_copy(update={"original": repr(error)}))
        result = DrillResult(
            id=0,
            drill=drill.name,
            label=drill.label,
            kind=drill.kind,
            began=began,
            ended=self._clock(),
            by=by,
            problem=held.problem,
            figures=held.figures,
        )
        if held.problem is None:
            log.info("drill %s: passed", drill.name)
        else:
            log.warning("drill %s: %s", drill.name, held.problem)
        try:
            await self._store.run(results.add, result)
        finally:
            self._running = None

    async def _try(self, drill: Drill) -> Held:
        match drill.kind:
            case DrillKind.LINE | DrillKind.FALL_BACK:
                return await try_line(self._manager, self._in_force.known(), drill)
            case DrillKind.RESTORE:
                ended = await self._backups.rehearse()
                if ended.phase is BackupPhase.CANCELLED:
                    return Held(_STOPPED)
                return Held(ended.problem, {} if ended.size is None else {"bytes": float(ended.size)})


def times(drill: Drill, day: dt.date) -> float | None:
    """When a drill is held on a day (epoch seconds, local time); None when it is not."""
    if drill.days and _WEEK[day.weekday()] not in drill.days:
        return None
    return dt.datetime.combine(day, dt.time.fromisoformat(drill.at)).timestamp()


def due(drill: Drill, since: float, now: float) -> bool:
    """Whether it should have begun after `since` and not later than now, and not too long ago."""
    today = dt.datetime.fromtimestamp(now).date()
    at = [times(drill, day) for day in (today - dt.timedelta(days=1), today)]
    return any(each is not None and since < each <= now <= each + MADE_UP.total_seconds() for each in at)


def next_time(drill: Drill, now: float) -> float:
    """When it is held next (epoch seconds)."""
    today = dt.datetime.fromtimestamp(now).date()
    at = (times(drill, today + dt.timedelta(days=ahead)) for ahead in range(8))
    return next(each for each in at if each is not None and each > now)
