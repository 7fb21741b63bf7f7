"""Health on its socket: who is answered, that an answer costs nothing, and what people do about alarms."""

from __future__ import annotations

import asyncio
import functools
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.api import box
from appliance.api.alarms import AlarmDetail, AlarmFilter, AlarmKey
from appliance.api.client import Client
from appliance.api.contract import Severity
from appliance.api.server import Peer, Routes, application, serve
from appliance.api.wire import Empty, Refused
from appliance.health.alarms import Alarms
from appliance.health.answers import Answers
from appliance.health.check import Check, Level, Measured
from appliance.health.guard import OnlyCore
from appliance.health.watch import Watch
from appliance.site.problems import BranchboxError

LEVELS = (Level(0.95, Severity.CRITICAL, "Act now."), Level(0.85, Severity.WARNING, "The disk is filling."))


@dataclass
class Served:
    """Health on a socket, its one disk, and its one thread."""

    client: Client
    eyes: ThreadPoolExecutor
    disk: float = 0.9
    extent: float = 0.0
    now: float = 1000.0
    looks: int = 0

    def measure(self) -> Measured:
        self.looks += 1
        return Measured(self.disk, extent=self.extent)

    async def look(self, watch: Watch, seconds: float = 1) -> None:
        self.now += seconds
        await asyncio.get_running_loop().run_in_executor(self.eyes, watch.look)


@asynccontextmanager
async def health(folder: Path) -> AsyncIterator[tuple[Served, Watch]]:
    """A watch with one check, and the alarm of it raised."""
    with ThreadPoolExecutor(max_workers=1) as eyes:
        here = Served(Client(folder / "health.sock"), eyes)
        disk = Check(
            key="disk", title="Disk", why="Why.", todo="Do.", every=1, measure=here.measure, levels=LEVELS, quiet=0
        )

        def make() -> Watch:
            alarms = Alarms(folder / "health.db")
            return Watch((disk,), alarms, tuple, clock=lambda: here.now, wall_clock=lambda: here.now, version="1.2.3")

        watch = eyes.submit(make).result()
        await here.look(watch)
        routes = Routes()
        in_thread = functools.partial(asyncio.get_running_loop().run_in_executor, eyes)
        Answers(watch, in_thread, lambda: here.now).add_to(routes)
        runner = await serve(application([box], routes, OnlyCore(os.getuid())), folder / "health.sock", mode=0o660)
        yield here, watch
        await runner.cleanup()
        eyes.submit(watch.alarms.close).result()


async def only(here: Served) -> AlarmDetail:
    """The one alarm that stands."""
    [alarm] = (await here.client.call(box.LIST, AlarmFilter(standing=True))).alarms
    return await here.client.call(box.SHOW, AlarmKey(id=alarm.id))


async def test_core_is_answered_from_the_picture_without_a_look(tmp_path: Path) -> None:
    async with health(tmp_path) as (here, _watch):
        looks = here.looks
        for _ in range(200):
            picture = await here.client.call(box.PICTURE, Empty())
        assert (picture.as_of, [alarm.key for alarm in picture.alarms], here.looks) == (1001.0, ["disk"], looks)
        assert (await here.client.call(box.BOX, Empty())).disk == 0.9


async def test_a_check_explains_itself(tmp_path: Path) -> None:
    async with health(tmp_path) as (here, _watch):
        [check] = (await here.client.call(box.CHECKS, Empty())).checks
        assert (check.check, check.why, check.todo) == ("disk", "Why.", "Do.")
        assert [level.at for level in check.levels] == [0.95, 0.85]
        assert (await only(here)).check == check


async def test_an_acknowledged_alarm_keeps_quiet_until_it_gets_worse(tmp_path: Path) -> None:
    async with health(tmp_path) as (here, watch):
        alarm = (await only(here)).alarm
        wish = box.Acknowledge(id=alarm.id, note="a stick is on its way", by="zhang")
        said = await here.client.call(box.ACKNOWLEDGE, wish)
        assert (said.alarm.acknowledged_by, said.alarm.acknowledged) == ("zhang", 1001.0)
        assert [(note.by, note.text) for note in said.notes] == [("zhang", "a stick is on its way")]
        assert watch.picture.alarms[0].acknowledged_by == "zhang", "the picture shows it at once"

        here.disk = 0.91
        await here.look(watch, 60)
        assert watch.picture.alarms[0].acknowledged_by == "zhang"
        here.disk = 0.97
        await here.look(watch, 60)
        worse = (await only(here)).alarm
        assert (worse.acknowledged_by, worse.severity, worse.id) == (None, Severity.CRITICAL, alarm.id)


async def test_more_of_the_same_is_worse_too(tmp_path: Path) -> None:
    async with health(tmp_path) as (here, watch):
        alarm = (await only(here)).alarm
        await here.client.call(box.ACKNOWLEDGE, box.Acknowledge(id=alarm.id, by="zhang"))
        here.extent = 3
        await here.look(watch, 60)
        assert (await only(here)).alarm.acknowledged is None
        await here.client.call(box.ACKNOWLEDGE, box.Acknowledge(id=alarm.id, by="zhang"))
        here.extent = 2
        await here.look(watch, 60)
        assert (await only(here)).alarm.acknowledged_by == "zhang", "less than was known is no news"


async def test_an_alarm_has_an_owner_and_notes_and_keeps_them_when_it_is_over(tmp_path: Path) -> None:
    async with health(tmp_path) as (here, watch):
        number = (await only(here)).alarm.id
        await here.client.call(box.OWN, box.Own(id=number, owner="li", by="zhang"))
        await here.client.call(box.NOTE, box.NewNote(id=number, text="disk ordered", by="li"))
        here.disk = 0.1
        await here.look(watch, 60)
        assert (await here.client.call(box.LIST, AlarmFilter(standing=True))).alarms == ()
        [past] = (await here.client.call(box.LIST, AlarmFilter(standing=False))).alarms
        assert (past.id, past.owner, past.cleared) == (number, "li", 1061.0)
        shown = await here.client.call(box.SHOW, AlarmKey(id=number))
        assert [note.text for note in shown.notes] == ["disk ordered"]
        with pytest.raises(BranchboxError, match="over already"):
            await here.client.call(box.ACKNOWLEDGE, box.Acknowledge(id=number, by="zhang"))


async def test_what_stood_before_a_restart_is_still_acknowledged(tmp_path: Path) -> None:
    async with health(tmp_path) as (here, _watch):
        number = (await only(here)).alarm.id
        await here.client.call(box.ACKNOWLEDGE, box.Acknowledge(id=number, by="zhang"))
    async with health(tmp_path) as (here, watch):
        alarm = (await only(here)).alarm
        assert (alarm.id, alarm.acknowledged_by) == (number, "zhang")
        assert [each.acknowledged_by for each in watch.picture.alarms] == ["zhang"]


async def test_history_comes_in_pages(tmp_path: Path) -> None:
    async with health(tmp_path) as (here, watch):
        for _ in range(4):
            for disk in (0.1, 0.9):
                here.disk = disk
                await here.look(watch, 100)
        first = await here.client.call(box.LIST, AlarmFilter(limit=2))
        second = await here.client.call(box.LIST, AlarmFilter(limit=2, before=first.cursor))
        last = await here.client.call(box.LIST, AlarmFilter(limit=2, before=second.cursor))
        found = [alarm.id for page in (first, second, last) for alarm in page.alarms]
        assert found == sorted(found, reverse=True)
        assert (len(found), last.cursor) == (5, None)


async def test_an_alarm_that_is_not_there_is_said(tmp_path: Path) -> None:
    async with health(tmp_path) as (here, _watch):
        with pytest.raises(BranchboxError, match="no alarm 77"):
            await here.client.call(box.SHOW, AlarmKey(id=77))


@pytest.mark.parametrize(("uid", "name"), [(0, "root"), (990, "core")])
async def test_core_and_root_may_ask(uid: int, name: str) -> None:
    assert await OnlyCore(990).admit(Peer(1, uid, 1), box.BOX) == name


async def test_nobody_else_may_ask() -> None:
    with pytest.raises(Refused, match="Ask core instead"):
        await OnlyCore(990).admit(Peer(1, 1000, 990), box.BOX)
