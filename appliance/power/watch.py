"""One look after another: ask NUT, judge, write down what the box lives on."""

from __future__ import annotations

import datetime as dt
import logging
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from appliance.api.supply import (
    LEAVING,
    BatteryTest,
    Feed,
    Phase,
    Policy,
    Supply,
    UpsState,
    Watched,
)
from appliance.power import batteries, keeping
from appliance.power.judging import Memory, Verdict, judge
from appliance.power.nut import Declined, Server, Silent
from appliance.power.phases import State, step
from appliance.power.reading import Reading, read
from appliance.site.problems import BranchboxError, Problem

LOG = logging.getLogger("branchbox.power")
WRITE_EVERY = 5.0
"""Seconds: who reads the file takes it for dead after `appliance.api.supply.FRESH`."""
TRY_AGAIN = 86_400.0
"""Seconds after which a scheduled test that was refused is tried again."""
USER = "branchbox"
SHOWN = 40
"""Events and tests that the file in /run holds."""

_HAPPENED = {
    Phase.BATTERY: "Mains is gone: the box lives on its battery.",
    Phase.DRAINING: "The battery is nearly empty: no new calls go out; the box switches off when the calls are over.",
    Phase.OFF: "The box switches off now.",
    Phase.MAINS: "Mains is back.",
    Phase.UNHEARD: "No UPS is heard.",
    Phase.NONE: "No UPS is named any more.",
}
_FEED_CHANGED = {
    Feed.LOST: "{ups} is not heard any more: look at its cable. The box goes on, and would not notice a power cut.",
    Feed.BATTERY: "{ups} is on battery.",
    Feed.LOW: "{ups} is on battery and nearly empty.",
    Feed.MAINS: "{ups} is on mains.",
}

Connect = Callable[[], AbstractContextManager[Server]]


class Watch:
    """The watch over all UPSes of a policy. `run` is for the state of now, `book` for what must not be lost."""

    def __init__(
        self,
        policy: Policy,
        connect: Connect,
        *,
        run: Path,
        book: Path,
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
    ) -> None:
        self._policy = policy
        self._connect = connect
        self._run = run
        self._book_file = book
        self._clock = clock
        self._wall_clock = wall_clock
        self._book = keeping.read(book)
        self._memories: dict[str, Memory] = {ups.name: Memory() for ups in policy.upses}
        self._commands: dict[str, tuple[str, ...]] = {}
        self._heard: dict[str, float] = {}
        self._before: dict[str, Verdict] = {}
        self._state = State()
        self._running: batteries.Running | None = None
        self._refused_until = 0.0
        self._written = float("-inf")
        self.supply = self._told(())
        if policy.upses and self._book.first_seen is None:
            self._keep(self._book.model_copy(update={"first_seen": wall_clock()}))

    def look(self) -> None:
        """Ask every UPS once and write down what follows."""
        now, at = self._clock(), self._wall_clock()
        readings = dict(self._readings())
        verdicts = {ups.name: self._judged(ups, readings.get(ups.name), now, at) for ups in self._policy.upses}
        before, self._state = self._state, step(self._state, tuple(verdicts.values()), self._policy, now)
        self._tell_apart(before, verdicts, at)
        self._follow_test(readings, at)
        states = tuple(self._shown(ups, verdicts[ups.name]) for ups in self._policy.upses)
        supply = self._told(states)
        changed = supply.model_copy(update={"at": 0.0}) != self.supply.model_copy(update={"at": 0.0})
        self.supply = supply
        if changed or now - self._written >= WRITE_EVERY:
            keeping.write_whole(self._run, supply.model_dump_json(), durable=False)
            self._written = now
        self._test_when_due(at)

    def test(self, name: str, by: str) -> Supply:
        """Begin a battery test. Raises BranchboxError with the reason when it cannot be."""
        if self._running is not None:
            raise BranchboxError(
                Problem(text="The battery of {ups} is being tested already.", args={"ups": self._running.ups.label})
            )
        ups = next((each for each in self.supply.upses if each.name == name or not name), None)
        if ups is None:
            raise BranchboxError(Problem(text="There is no UPS {name}.", args={"name": name or "-"}))
        others = tuple(each for each in self.supply.upses if each is not ups)
        if (refused := batteries.refusal(ups, others)) is not None:
            raise BranchboxError(refused)
        last = self._memories[ups.name].last
        try:
            with self._connect() as server:
                server.command(ups.name, batteries.command(ups), USER, self._policy.password)
        except (Silent, Declined) as error:
            raise BranchboxError(
                Problem(text="{ups} did not take the order to test its battery.", args={"ups": ups.label},
                        original=str(error))
            ) from error  # fmt: skip
        at = self._wall_clock()
        self._running = batteries.Running(ups, by, at, ups.charge, last.test_result if last else "")
        self._happened(at, Problem(text="The battery of {ups} is being tested.", args={"ups": ups.label}))
        self.supply = self._told(self.supply.upses)
        return self.supply

    # --- asking ----------------------------------------------------------------------------

    def _readings(self) -> Iterator[tuple[str, Reading]]:
        if not self._policy.upses:
            return
        try:
            with self._connect() as server:
                for ups in self._policy.upses:
                    try:
                        variables = server.variables(ups.name)
                        if ups.name not in self._commands:
                            self._commands[ups.name] = server.commands(ups.name)
                        yield ups.name, read(variables, self._commands[ups.name])
                    except Declined as error:
                        LOG.debug("%s: %s", ups.name, error)
                        self._commands.pop(ups.name, None)  # another driver may come
        except Silent as error:
            LOG.debug("the UPS server: %s", error)

    def _judged(self, ups: Watched, reading: Reading | None, now: float, at: float) -> Verdict:
        testing = self._running is not None and self._running.ups.name == ups.name
        today = dt.datetime.fromtimestamp(at, zoneinfo.ZoneInfo(self._policy.zone)).date()
        self._memories[ups.name], verdict = judge(
            self._memories[ups.name], reading, ups, self._policy, now, testing=testing, today=today
        )
        if reading is not None:
            self._heard[ups.name] = at
        return verdict

    # --- telling ---------------------------------------------------------------------------

    def _tell_apart(self, before: State, verdicts: dict[str, Verdict], at: float) -> None:
        """Write down what is another thing than at the look before."""
        new: list[Problem] = []
        for ups in self._policy.upses:
            was, verdict = self._before.get(ups.name), verdicts[ups.name]
            first = was is None or was.feed is Feed.UNHEARD
            if was is not None and was.feed is not verdict.feed and not (first and verdict.feed is Feed.MAINS):
                text = _FEED_CHANGED.get(verdict.feed)
                new += [Problem(text=text, args={"ups": ups.label})] if text else []
            known = {remark.text for remark in was.remarks} if was else set()
            new += [remark for remark in verdict.remarks if remark.text not in known]
        self._before = verdicts
        phase = self._state.phase
        started = before.phase in {Phase.NONE, Phase.UNHEARD}
        if phase is not before.phase and not (started and phase in {Phase.MAINS, Phase.NONE, Phase.UNHEARD}):
            new.append(Problem(text=_HAPPENED[phase]))
            if self._state.why is not None and phase in LEAVING:
                new.append(self._state.why)
        if new:
            self._happened(at, *new)

    def _happened(self, at: float, *what: Problem) -> None:
        for each in what:
            LOG.warning("%s", each)
        self._keep(self._book.happened(at, *reversed(what)))

    def _keep(self, book: keeping.Book) -> None:
        self._book = book
        try:
            keeping.write_whole(self._book_file, book.model_dump_json(), durable=True)
        except OSError as error:
            LOG.error("what happened could not be kept: %s", error)  # a full disk must not blind the watch

    def _shown(self, ups: Watched, verdict: Verdict) -> UpsState:
        last = self._memories[ups.name].last
        blind = last is None or verdict.feed is Feed.LOST
        return UpsState(
            name=ups.name,
            label=ups.label,
            feed=verdict.feed,
            heard=self._heard.get(ups.name),
            words="" if last is None or blind else last.status,
            model=last.model if last else "",
            charge=None if last is None or blind else last.charge,
            runtime=None if last is None or blind else last.runtime,
            load=None if last is None or blind else last.load,
            battery_since=ups.battery_since or (last.battery_since if last else None),
            tests=last.tests if last else (),
            remarks=verdict.remarks,
        )

    def _told(self, states: tuple[UpsState, ...]) -> Supply:
        at, ago = self._wall_clock(), self._clock()
        state = self._state
        return Supply(
            at=at,
            phase=state.phase,
            since=round(at - (ago - state.since)),
            until=None if state.until is None else round(at - (ago - state.until)),
            drain=self._policy.drain,
            why=state.why,
            upses=states,
            tests=self._book.tests[:SHOWN],
            events=self._book.events[:SHOWN],
            testing=self._running.ups.name if self._running else "",
            next_test=batteries.next_test(self._policy, self._book.tests, self._book.first_seen or at),
        )

    # --- battery tests ---------------------------------------------------------------------

    def _follow_test(self, readings: dict[str, Reading], at: float) -> None:
        if self._running is None:
            return
        ended = batteries.follow(self._running, readings.get(self._running.ups.name), at)
        if not isinstance(ended, BatteryTest):
            self._running = ended
            return
        self._running = None
        said = {
            True: "The battery of {ups} passed its test.",
            False: "The battery of {ups} failed its test: have it changed soon.",
            None: "{ups} was told to test its battery and did not say how that ended.",
        }[ended.passed]
        self._keep(self._book.tested(ended))
        self._happened(at, Problem(text=said, args={"ups": ended.label}, original=ended.said))

    def _test_when_due(self, at: float) -> None:
        if self._running is not None or at < self._refused_until:
            return
        name = batteries.due(self._policy, self._book.tests, self._book.first_seen or at, at)
        if name is None or self._state.phase is Phase.UNHEARD:
            return
        try:
            self.test(name, "")
        except BranchboxError as error:
            self._refused_until = at + TRY_AGAIN
            self._happened(at, *error.problems)
