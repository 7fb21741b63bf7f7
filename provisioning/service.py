"""The verbs over the socket: who may ask, the blocking work in threads, and the countdown of a waiting revision."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from appliance.api import verbs
from appliance.api.contract import Applied, Restart
from appliance.api.contract import Revisions as RevisionList
from appliance.api.server import Peer, Routes
from appliance.api.verbs import (
    ApplyDocument,
    ApplyRevision,
    Arrival,
    HostState,
    RevisionNumber,
    StoredDocument,
    TrialResult,
)
from appliance.api.wire import Empty, Message, Method, Refused, Stream
from appliance.site.problems import BranchboxError, Problem
from provisioning.apply import Applier
from provisioning.countdown import Countdown
from provisioning.steps import LOG

R = TypeVar("R", bound=Message)

_AGAIN = 10.0
"""Seconds until going back is tried again when the disk refused."""


class CoreOnly:
    """Admits the uid of core's user and nobody else, root neither."""

    def __init__(self, uid: int) -> None:
        self._uid = uid

    async def admit(self, peer: Peer, called: Method[Any, Any] | Stream[Any]) -> str:
        """Give `core`, or raise `Refused`."""
        if peer.uid != self._uid:
            LOG.warning("uid %d (pid %d) was refused %s", peer.uid, peer.pid, called.name)
            raise Refused(Problem(text="Only branchbox-core may ask this service. Use the branchbox command."))
        return "core"

    async def done(self, caller: str, called: Method[Any, Any], takes: Message, gave: Message | BranchboxError) -> None:
        """Write to the journal how a verb ended; never what it carried, documents hold passwords."""
        problems = gave.problems if isinstance(gave, BranchboxError | Applied) else ()
        for each in problems:
            LOG.warning("%s: %s", called.name, each)
        if called.change and not problems:
            LOG.info("%s: done", called.name)


class HostService:
    """Answers the verbs and goes back by itself when nobody confirms in time."""

    def __init__(self, applier: Applier, restart: Callable[[], Restart | None] = lambda: None) -> None:
        self._applier = applier
        self._restart = restart
        self._countdown: asyncio.Task[None] | None = None

    def routes(self) -> Routes:
        """Every verb with its answer."""
        routes = Routes()
        routes.method(verbs.STATE, self._state)
        routes.method(verbs.READ, self._read)
        routes.method(verbs.REVISIONS, self._revisions)
        routes.method(verbs.TRIAL, self._trial)
        routes.method(verbs.APPLY, self._apply)
        routes.method(verbs.ROLLBACK, self._roll_back)
        routes.method(verbs.CONFIRM, self._confirm)
        routes.method(verbs.REVERT, self._revert)
        return routes

    def count_down(self) -> None:
        """Watch the deadline of what waits now, if anything."""
        if self._countdown is not None:
            self._countdown.cancel()
            self._countdown = None
        countdown = self._applier.countdown()
        if countdown is not None:
            self._countdown = asyncio.create_task(self._watch(countdown))

    async def _watch(self, countdown: Countdown) -> None:
        await asyncio.sleep(countdown.seconds)
        while True:
            try:
                # Not cancelled half-way: a verb that arms the countdown anew must not cut a revert.
                await asyncio.shield(asyncio.to_thread(self._applier.expire, countdown.deadline))
            except OSError:
                LOG.exception("going back failed; again in %d s", _AGAIN)
            if self._applier.countdown() is None:
                return
            await asyncio.sleep(_AGAIN)

    async def _state(self, caller: str, _takes: Empty) -> HostState:
        state = await asyncio.to_thread(self._applier.state)
        return state.model_copy(update={"restart": self._restart()})

    async def _read(self, caller: str, takes: RevisionNumber) -> StoredDocument:
        return await asyncio.to_thread(self._applier.read, takes.revision)

    async def _revisions(self, caller: str, _takes: Empty) -> RevisionList:
        return await asyncio.to_thread(self._applier.revisions)

    async def _trial(self, caller: str, takes: StoredDocument) -> TrialResult:
        return await asyncio.to_thread(self._applier.try_out, takes.toml)

    async def _apply(self, caller: str, takes: ApplyDocument) -> Applied:
        def work() -> Applied:
            return self._applier.apply(takes.toml, by=takes.by, why=takes.why, confirm_within=takes.confirm_within)

        return await self.changing(work)

    async def _roll_back(self, caller: str, takes: ApplyRevision) -> Applied:
        def work() -> Applied:
            return self._applier.roll_back(
                takes.revision, by=takes.by, why=takes.why, confirm_within=takes.confirm_within
            )

        return await self.changing(work)

    async def _confirm(self, caller: str, takes: Arrival) -> HostState:
        return await self.changing(lambda: self._applier.confirm(caller, takes))

    async def _revert(self, caller: str, _takes: Empty) -> Applied:
        return await self.changing(lambda: self._applier.revert(caller))

    async def changing(self, work: Callable[[], R]) -> R:
        """Do work that changes what is in force, to its end; the countdown follows it."""
        # A client that goes away does not cut a change half-way, and the countdown follows it.
        done = asyncio.ensure_future(asyncio.to_thread(work))
        done.add_done_callback(lambda _done: self.count_down())
        return await asyncio.shield(done)
