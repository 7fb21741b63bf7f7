"""What people ask of alarms and do about them, handed on by core. Runs where the database is: one thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from appliance.api import box
from appliance.api.alarms import AlarmDetail, AlarmFilter, AlarmKey, AlarmPage
from appliance.api.contract import Alarm, Box
from appliance.api.picture import Checks, Picture
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.health.alarms import Kept
from appliance.health.watch import Watch
from appliance.site.problems import BranchboxError, Problem

R = TypeVar("R")
InThread = Callable[[Callable[[], object]], Awaitable[object]]
"""Runs something in the one thread that has the database."""


class Answers:
    """Answers core. The picture is there already, so it costs nothing however often it is asked for."""

    def __init__(self, watch: Watch, in_thread: InThread, clock: Callable[[], float]) -> None:
        self._watch = watch
        self._in_thread = in_thread
        self._clock = clock

    def add_to(self, routes: Routes) -> None:
        """Answer this page's methods."""
        routes.method(box.BOX, self._box)
        routes.method(box.PICTURE, self._picture)
        routes.method(box.CHECKS, self._checks)
        routes.method(box.LIST, self._list)
        routes.method(box.SHOW, self._show)
        routes.method(box.ACKNOWLEDGE, self._acknowledge)
        routes.method(box.NOTE, self._note)
        routes.method(box.OWN, self._own)

    async def _box(self, _caller: str, _: Empty) -> Box:
        return self._watch.box

    async def _picture(self, _caller: str, _: Empty) -> Picture:
        return self._watch.picture

    async def _checks(self, _caller: str, _: Empty) -> Checks:
        return self._watch.info()

    async def _list(self, _caller: str, wanted: AlarmFilter) -> AlarmPage:
        return await self._here(lambda: self._page(wanted))

    async def _show(self, _caller: str, key: AlarmKey) -> AlarmDetail:
        return await self._here(lambda: self._detail(key.id))

    async def _acknowledge(self, _caller: str, wish: box.Acknowledge) -> AlarmDetail:
        return await self._here(lambda: self._do_acknowledge(wish))

    async def _note(self, _caller: str, new: box.NewNote) -> AlarmDetail:
        return await self._here(lambda: self._do_note(new))

    async def _own(self, _caller: str, wish: box.Own) -> AlarmDetail:
        return await self._here(lambda: self._do_own(wish))

    async def _here(self, work: Callable[[], R]) -> R:
        done: list[R] = []
        await self._in_thread(lambda: done.append(work()))
        return done[0]

    def _page(self, wanted: AlarmFilter) -> AlarmPage:
        found = self._watch.alarms.page(wanted)
        counts = self._watch.alarms.counts(alarm.id for alarm in found)
        more = len(found) == wanted.limit
        return AlarmPage(
            alarms=tuple(self._said(alarm, counts.get(alarm.id, 0)) for alarm in found),
            cursor=found[-1].id if more else None,
        )

    def _detail(self, number: int) -> AlarmDetail:
        alarm = self._watch.alarms.one(number)
        check = self._watch.checks.get(alarm.check)
        consequences = self._watch.alarms.consequences(number)
        return AlarmDetail(
            alarm=self._said(alarm, len(consequences)),
            check=check.info() if check else None,
            consequences=tuple(self._said(each) for each in consequences),
            notes=self._watch.alarms.notes(number),
        )

    def _do_acknowledge(self, wish: box.Acknowledge) -> AlarmDetail:
        alarm = self._watch.alarms.one(wish.id)
        if alarm.cleared is not None:
            raise BranchboxError(Problem(text="This alarm is over already: there is nothing to acknowledge."))
        if wish.note:
            self._watch.alarms.note(alarm.id, wish.by, wish.note, self._clock())
        self._watch.changed(self._watch.alarms.acknowledge(alarm, wish.by, self._clock()))
        return self._detail(alarm.id)

    def _do_note(self, new: box.NewNote) -> AlarmDetail:
        alarm = self._watch.alarms.one(new.id)
        self._watch.alarms.note(alarm.id, new.by, new.text, self._clock())
        return self._detail(alarm.id)

    def _do_own(self, wish: box.Own) -> AlarmDetail:
        alarm = self._watch.alarms.one(wish.id)
        self._watch.changed(self._watch.alarms.own(alarm, wish.owner))
        return self._detail(alarm.id)

    def _said(self, alarm: Kept, consequences: int = 0) -> Alarm:
        check = self._watch.checks.get(alarm.check)
        return alarm.said(check.title if check else alarm.check, consequences)
