"""A core that is all script: the real wire on a real socket, answers out of a `World`.

By hand: `python -m tests.unit.tui.fake_core SOCKET [world|empty|full] [en|zh]`, then
`branchbox --socket SOCKET`.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from appliance.api import contract as c
from appliance.api.wire import Empty, Message, Method, Peer, Refused, Routes, Stream, application, serve
from appliance.site import document
from appliance.site.problems import BranchboxError, Problem
from tests.unit.tui import world as worlds
from tests.unit.tui.world import World


class Everyone:
    """A guard that refuses what the world says."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def admit(self, peer: Peer, called: Method[Any, Any] | Stream[Any]) -> str:
        if called.name in self._world.refuse:
            raise Refused(Problem(text="Your role may not do {method}.", args={"method": called.name}))
        return "technician"

    async def done(self, caller: str, called: Method[Any, Any], takes: Message, gave: object) -> None:
        self._world.asked.append((called.name, takes))


def routes(world: World, clock: Callable[[], float]) -> Routes:
    """Every method of the contract, answered from the world."""
    made = Routes()

    def give(method: Method[Any, Any], answer: Callable[[Any], Any]) -> None:
        async def handler(_caller: str, takes: Any) -> Any:
            return answer(takes)

        handle: Callable[[str, Any], Awaitable[Any]] = handler
        made.method(method, handle)

    async def live(_caller: str) -> AsyncIterator[c.Live]:
        while True:
            yield world.live
            await asyncio.sleep(0.25)

    def calls(wanted: c.CallFilter) -> c.CallPage:
        found = [call for call in world.calls if _matches(call, wanted)]
        first = int(wanted.before or 0)
        after = first + wanted.limit
        return c.CallPage(calls=tuple(found[first:after]), cursor=str(after) if after < len(found) else None)

    def show(key: c.CallKey) -> c.CallDetail:
        for call in world.calls:
            if call.linkedid == key.linkedid:
                return worlds.detail(call)
        for up in world.live.calls:
            if up.linkedid == key.linkedid:
                return worlds.detail(_ongoing(up)).model_copy(update={"recordings": ()})
        raise BranchboxError(Problem(text="There is no such call."))

    def candidate(_nothing: object = None) -> c.Candidate:
        _document, problems = document.parse(world.candidate)
        return c.Candidate(
            toml=world.candidate, base=world.revision, by="technician", changes=world.changes(), problems=problems
        )

    def edit(new: c.Document) -> c.Candidate:
        world.candidate = new.toml
        return candidate()

    def discard(_nothing: Empty) -> c.Candidate:
        world.candidate = world.running
        return candidate()

    def plan(_nothing: Empty) -> c.Plan:
        diff = "--- queues.conf\n+++ queues.conf\n@@ -12,3 +12,3 @@\n strategy = leastrecent\n-timeout = 15\n+timeout = 20\n"
        return c.Plan(
            changes=world.changes(),
            problems=world.plan_problems or candidate().problems,
            files=(c.FileChange(path="queues.conf", added=1, removed=1, diff=diff),) if world.changes() else (),
            reloads=("app_queue.so",) if world.changes() else (),
            trial_seconds=1.8,
            calls_up=len(world.live.calls),
        )

    def apply(wanted: c.Apply) -> c.Applied:
        world.running = world.candidate
        world.revision += 1
        world.pending, world.deadline = world.revision, clock() + wanted.confirm_within
        return c.Applied(
            revision=world.revision,
            problems=(),
            steps=(c.Step(name="trial", seconds=1.8), c.Step(name="reload", seconds=0.2)),
            deadline=world.deadline,
        )

    def confirm(_why: c.Why) -> c.ConfigState:
        world.pending = world.deadline = None
        return world.config

    def revert(_why: c.Why) -> c.Applied:
        world.pending = world.deadline = None
        world.revision -= 1
        return c.Applied(revision=world.revision, problems=(), steps=(), deadline=None)

    def rollback(wanted: c.Rollback) -> c.Applied:
        return apply(c.Apply(why=wanted.why, confirm_within=wanted.confirm_within))

    def revisions(_nothing: Empty) -> c.Revisions:
        return c.Revisions(
            revisions=tuple(
                c.Revision(
                    number=number,
                    at=worlds.NOW - (world.revision - number) * 5400 - 600,
                    by=("technician", "zhang")[number % 2],
                    why=("ring longer at noon", "new agent in repair")[number % 2],
                    current=number == world.revision,
                    confirmed=number != world.pending,
                )
                for number in range(world.revision, max(0, world.revision - 12), -1)
            )
        )

    def journal(wanted: c.JournalFilter) -> c.JournalPage:
        return c.JournalPage(
            lines=tuple(
                line
                for line in world.journal
                if line.priority <= wanted.priority
                and (wanted.unit is None or wanted.unit in line.unit)
                and (wanted.text is None or wanted.text in line.text)
            )[: wanted.limit]
        )

    def operations(wanted: c.OperationFilter) -> c.OperationPage:
        found = [
            row
            for row in world.operations
            if (wanted.by is None or row.by == wanted.by)
            and (not wanted.refused_only or row.result == "refused")
            and (wanted.before is None or row.number < wanted.before)
        ]
        return c.OperationPage(operations=tuple(found[: wanted.limit]))

    give(c.WHO_AM_I, lambda _: world.me)
    give(c.LIVE, lambda _: world.live)
    made.stream(c.LIVE_STREAM, live)
    give(c.DASHBOARD, lambda _: c.Dashboard(live=world.live, today=world.today, box=world.box, config=world.config))
    give(c.CALLS_LIST, calls)
    give(c.CALLS_SHOW, show)
    give(c.RECORDINGS_ADD, lambda _: Empty())
    give(c.CONFIG_STATE, lambda _: world.config)
    give(c.CONFIG_SHOW, lambda _: c.Document(toml=world.running, revision=world.revision))
    give(c.CONFIG_EXPORT, lambda _: c.Document(toml=world.running, revision=world.revision))
    give(c.CONFIG_CANDIDATE, candidate)
    give(c.CONFIG_EDIT, edit)
    give(c.CONFIG_DISCARD, discard)
    give(c.CONFIG_PLAN, plan)
    give(c.CONFIG_APPLY, apply)
    give(c.CONFIG_CONFIRM, confirm)
    give(c.CONFIG_REVERT, revert)
    give(c.CONFIG_ROLLBACK, rollback)
    give(c.CONFIG_REVISIONS, revisions)
    give(c.JOURNAL_LIST, journal)
    give(c.OPLOG_LIST, operations)
    give(
        c.AUDIT_VERIFY,
        lambda _: c.Audit(rows=len(world.operations), broken_at=world.audit_broken_at, head="ab" * 32),
    )
    return made


def _ongoing(up: c.LiveCall) -> c.Call:
    return c.Call(
        linkedid=up.linkedid,
        started=up.since,
        ended=None,
        direction=up.direction,
        caller=up.caller,
        caller_name="",
        called=up.called,
        trunk=up.trunk,
        menu_path="main/1",
        queue=up.queue,
        agent=up.agent,
        waited=None,
        talked=0,
        held=0,
        outcome=None,
        hangup_cause=None,
    )


def _matches(call: c.Call, wanted: c.CallFilter) -> bool:
    return (
        (wanted.since is None or call.started >= wanted.since)
        and (wanted.until is None or call.started < wanted.until)
        and (wanted.number is None or wanted.number in call.caller or wanted.number in call.called)
        and (wanted.queue is None or call.queue == wanted.queue)
        and (wanted.agent is None or call.agent == wanted.agent)
        and (wanted.direction is None or call.direction == wanted.direction)
        and (wanted.outcome is None or call.outcome == wanted.outcome)
    )


class FakeCore:
    """A core in a thread of its own; `stop` and `start` cut and mend the link."""

    def __init__(self, socket: Path, world: World, clock: Callable[[], float] = lambda: worlds.NOW) -> None:
        self.socket = socket
        self.world = world
        self._clock = clock
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._runner: Any = None

    def start(self) -> None:
        async def begin() -> Any:
            app = application(c, routes(self.world, self._clock), Everyone(self.world))
            return await serve(app, self.socket, mode=0o600)

        self._runner = asyncio.run_coroutine_threadsafe(begin(), self._loop).result(10)

    def stop(self) -> None:
        async def end() -> None:
            for site in self._runner.sites:
                await site.stop()
            server = self._runner.server
            for connection in list(server.connections):
                connection.force_close()
            await self._runner.cleanup()
            self.socket.unlink(missing_ok=True)

        if self._runner is not None:
            asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
            self._runner = None

    def close(self) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


def main() -> None:
    socket, kind, language = [*sys.argv[1:], "world", "en"][:3] if len(sys.argv) < 4 else sys.argv[1:4]
    made: World = getattr(worlds, kind)(language)
    core = FakeCore(Path(socket), made, time.time)
    core.start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
