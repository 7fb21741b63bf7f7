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
from functools import partial
from pathlib import Path
from typing import Any

from appliance.api import contract as c
from appliance.api.board import STREAM as BOARD
from appliance.api.board import Board
from appliance.api.desk import STREAM, Desk
from appliance.api.facts import FACTS, Facts
from appliance.api.pages import PAGES
from appliance.api.quality import QUALITY
from appliance.api.server import Peer, Routes, application, serve
from appliance.api.wire import Empty, Message, Method, Refused, Stream, contract_of
from appliance.site import document
from appliance.site.problems import BranchboxError, Problem
from tests.unit.tui import world as worlds
from tests.unit.tui.world import World


class Everyone:
    """A guard that refuses what the world says."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def admit(self, peer: Peer, called: Method[Any, Any] | Stream[Any]) -> str:
        await asyncio.sleep(self._world.slow)
        if called.name in self._world.refuse:
            raise Refused(Problem(text="Your role may not do {method}.", args={"method": called.name}))
        return "technician"

    async def done(self, caller: str, called: Method[Any, Any], takes: Message, gave: object) -> None:
        self._world.asked.append((called.name, takes))


class Script:
    """The answers, one method each."""

    def __init__(self, world: World, clock: Callable[[], float]) -> None:
        self._world = world
        self._clock = clock

    async def live(self, _caller: str) -> AsyncIterator[c.Live]:
        while True:
            yield self._world.live
            await asyncio.sleep(0.25)

    async def desk(self, _caller: str) -> AsyncIterator[Desk]:
        while self._world.desk is not None:
            yield self._world.desk
            await asyncio.sleep(0.25)

    async def board(self, _caller: str) -> AsyncIterator[Board]:
        while self._world.board is not None:
            yield self._world.board
            await asyncio.sleep(0.25)
        await asyncio.Event().wait()  # on its way for ever

    def dashboard(self, _nothing: Empty) -> c.Dashboard:
        world = self._world
        return c.Dashboard(
            live=world.live, today=world.today, box=world.box, config=world.config, restart=world.restart
        )

    def calls(self, wanted: c.CallFilter) -> c.CallPage:
        found = [call for call in self._world.calls if _matches(call, wanted)]
        first = int(wanted.before or 0)
        after = first + wanted.limit
        return c.CallPage(calls=tuple(found[first:after]), cursor=str(after) if after < len(found) else None)

    def call(self, key: c.CallKey) -> c.CallDetail:
        for call in self._world.calls:
            if call.linkedid == key.linkedid:
                return worlds.detail(call)
        for up in self._world.live.calls:
            if up.linkedid == key.linkedid:
                return worlds.detail(_ongoing(up)).model_copy(update={"recordings": ()})
        raise BranchboxError(Problem(text="There is no such call."))

    def show(self, key: c.RevisionKey) -> c.Document:
        return c.Document(toml=self._world.running, revision=key.revision or self._world.revision)

    def export(self, _nothing: Empty) -> c.Document:
        return c.Document(toml=self._world.running, revision=self._world.revision)

    def candidate(self, _nothing: object = None) -> c.Candidate:
        world = self._world
        _document, problems = document.parse(world.candidate)
        return c.Candidate(
            toml=world.candidate, base=world.revision, by="technician", changes=world.changes(), problems=problems
        )

    def edit(self, new: c.Document) -> c.Candidate:
        self._world.candidate = new.toml
        return self.candidate()

    def discard(self, _nothing: Empty) -> c.Candidate:
        self._world.candidate = self._world.running
        return self.candidate()

    def plan(self, _nothing: Empty) -> c.Plan:
        changes = self._world.changes()
        return c.Plan(
            changes=changes,
            problems=self._world.plan_problems or self.candidate().problems,
            files=(c.FileChange(path="queues.conf", added=1, removed=1, diff=DIFF),) if changes else (),
            reloads=("app_queue.so",) if changes else (),
            trial_seconds=1.8,
            move=self._world.move,
            calls_up=len(self._world.live.calls),
        )

    def apply(self, wanted: c.Apply) -> c.Applied:
        world = self._world
        world.running = world.candidate
        world.revision += 1
        world.pending, world.deadline = world.revision, self._clock() + wanted.confirm_within
        return c.Applied(
            revision=world.revision,
            problems=(),
            steps=(c.Step(name="trial", seconds=1.8), c.Step(name="reload", seconds=0.2)),
            deadline=world.deadline,
            move=world.move,
        )

    def confirm(self, _given: c.Confirm) -> c.ConfigState:
        self._world.pending = self._world.deadline = None
        return self._world.config

    def revert(self, _why: c.Why) -> c.Applied:
        self._world.pending = self._world.deadline = None
        self._world.revision -= 1
        return c.Applied(revision=self._world.revision, problems=(), steps=(), deadline=None)

    def rollback(self, wanted: c.Rollback) -> c.Applied:
        return self.apply(c.Apply(why=wanted.why, confirm_within=wanted.confirm_within))

    def revisions(self, _nothing: Empty) -> c.Revisions:
        world = self._world
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

    def journal(self, wanted: c.JournalFilter) -> c.JournalPage:
        return c.JournalPage(
            lines=tuple(
                line
                for line in self._world.journal
                if line.priority <= wanted.priority
                and (wanted.unit is None or wanted.unit in line.unit)
                and (wanted.text is None or wanted.text in line.text)
            )[: wanted.limit]
        )

    def operations(self, wanted: c.OperationFilter) -> c.OperationPage:
        found = [
            row
            for row in self._world.operations
            if (wanted.by is None or row.by == wanted.by)
            and (not wanted.refused_only or row.result == "refused")
            and (wanted.before is None or row.number < wanted.before)
        ]
        return c.OperationPage(operations=tuple(found[: wanted.limit]))

    def audit(self, _nothing: Empty) -> c.Audit:
        return c.Audit(rows=len(self._world.operations), broken_at=self._world.audit_broken_at, head="ab" * 32)


DIFF = """--- queues.conf
+++ queues.conf
@@ -12,3 +12,3 @@
 strategy = leastrecent
-timeout = 15
+timeout = 20
"""


def routes(world: World, clock: Callable[[], float]) -> Routes:
    """Every method of the contract, answered from the world."""
    script = Script(world, clock)
    made = Routes()
    made.stream(c.LIVE_STREAM, script.live)
    made.stream(STREAM, script.desk)
    made.stream(BOARD, script.board)
    made.stream(FACTS, _for_health)
    answers: tuple[tuple[Method[Any, Any], Callable[[Any], Any]], ...] = (
        (c.WHO_AM_I, lambda _: world.me),
        (c.LIVE, lambda _: world.live),
        (c.DASHBOARD, script.dashboard),
        (c.CALLS_LIST, script.calls),
        (c.CALLS_SHOW, script.call),
        (QUALITY, lambda wanted: worlds.quality(wanted, empty=not world.calls)),
        (c.CONFIG_STATE, lambda _: world.config),
        (c.CONFIG_SHOW, script.show),
        (c.CONFIG_EXPORT, script.export),
        (c.CONFIG_CANDIDATE, script.candidate),
        (c.CONFIG_EDIT, script.edit),
        (c.CONFIG_DISCARD, script.discard),
        (c.CONFIG_PLAN, script.plan),
        (c.CONFIG_APPLY, script.apply),
        (c.CONFIG_CONFIRM, script.confirm),
        (c.CONFIG_REVERT, script.revert),
        (c.CONFIG_ROLLBACK, script.rollback),
        (c.CONFIG_REVISIONS, script.revisions),
        (c.JOURNAL_LIST, script.journal),
        (c.OPLOG_LIST, script.operations),
        (c.AUDIT_VERIFY, script.audit),
    )
    for method in contract_of(*PAGES).values():
        if isinstance(method, Method):
            made.method(method, _handler(partial(_of_world, world, method.name)))
    for method, answer in answers:
        made.method(method, _handler(answer))
    return made


async def _for_health(_login: str) -> AsyncIterator[Facts]:
    """Nobody in front of a screen asks this."""
    yield Facts(linked=False)


def _of_world(world: World, name: str, takes: Any) -> Any:
    if name in world.answers:
        return world.answers[name](takes)
    raise BranchboxError(Problem(text="This core is a script without {method}.", args={"method": name}))


def _handler(answer: Callable[[Any], Any]) -> Callable[[str, Any], Awaitable[Any]]:
    async def handler(_caller: str, takes: Any) -> Any:
        return answer(takes)

    return handler


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
            app = application(PAGES, routes(self.world, self._clock), Everyone(self.world))
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
    socket, kind, language = (*sys.argv[1:], *("world", "en")[len(sys.argv) - 2 :])
    made: World = getattr(worlds, kind)(language)
    core = FakeCore(Path(socket), made, time.time)
    core.start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
