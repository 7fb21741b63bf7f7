"""The present: live pictures as they change, and a dashboard whatever is missing."""

from __future__ import annotations

import time

import pytest

from appliance.api import contract
from appliance.api.contract import Box as Machine
from appliance.api.wire import Empty
from appliance.core import present
from appliance.core.present import midnight
from tests.unit.core.box import box
from tests.unit.core.fake_health import health
from tests.unit.telephony.ami_events import channel
from tests.unit.telephony.fake_ami import fake_ami, message


async def test_a_stream_begins_at_once_and_goes_on_while_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(present, "SOONEST", 0.05)
    monkeypatch.setattr(present, "LATEST", 0.1)
    async with box() as here:
        stream = here.client.follow(contract.LIVE_STREAM)
        pictures = [await anext(stream) for _ in range(3)]
        assert [picture.linked for picture in pictures] == [False] * 3


async def test_a_stream_shows_a_change_soon_but_never_more_than_four_a_second() -> None:
    async with fake_ami() as asterisk, box(ami_port=asterisk.port) as here:
        stream = here.client.follow(contract.LIVE_STREAM)
        while not (await anext(stream)).linked:
            pass
        began = time.monotonic()
        for number in range(200):
            asterisk.say(message(Event="Newchannel", **channel(f"PJSIP/trunk-carrier-{number}", f"{number}.1")))
        pictures = 0
        while len((await anext(stream)).calls) < 200:
            pictures += 1
        took = time.monotonic() - began
        assert pictures <= took / present.SOONEST + 1
        assert took < 2


async def test_a_call_is_on_the_stream_with_its_number_and_its_line() -> None:
    async with fake_ami() as asterisk, box(ami_port=asterisk.port) as here:
        asterisk.lists["Status"] = message(
            Event="Status", ActionID="{id}", **channel("PJSIP/trunk-carrier-1", "1.1"), DNID="96296", Seconds="7"
        )
        async for picture in here.client.follow(contract.LIVE_STREAM):
            if picture.linked:
                [call] = picture.calls
                assert (call.called, call.trunk, call.caller) == ("96296", "carrier", "13805772046")
                assert [trunk.calls for trunk in picture.trunks] == [1]
                return


async def test_the_dashboard_answers_without_asterisk_host_and_health() -> None:
    async with box(login="root", host_is_up=False) as here:
        home = await here.client.call(contract.DASHBOARD, Empty())
        assert (home.live.linked, home.box, home.config.revision) == (False, None, None)
        assert (home.today.offered, home.today.average_wait) == (0, None)


async def test_what_needs_the_host_says_that_it_is_missing() -> None:
    async with box() as here:
        await here.host.stop()
        with pytest.raises(Exception, match=r"verbs\.sock does not answer"):
            await here.client.call(contract.CONFIG_REVISIONS, Empty())
        home = await here.client.call(contract.DASHBOARD, Empty())
        assert home.config.revision == 1
        live = await here.client.call(contract.LIVE, Empty())
        assert live.queues


async def test_a_plan_without_the_host_says_so_among_its_problems() -> None:
    async with box() as here:
        shown = await here.client.call(contract.CONFIG_CANDIDATE, Empty())
        edited = shown.toml.replace("ring_timeout = 15", "ring_timeout = 16", 1)
        await here.client.call(contract.CONFIG_EDIT, contract.Document(toml=edited))
        await here.host.stop()
        plan = await here.client.call(contract.CONFIG_PLAN, Empty())
        assert [problem for problem in plan.problems if "does not answer" in problem.text]
        assert plan.changes


async def test_the_dashboard_has_what_health_says() -> None:
    machine = Machine(cpu=0.2, memory=0.3, disk=None, as_of=5.0, version="0.1.0")

    async with box() as here, health(here.paths.health_socket, {"box": machine}):
        home = await here.client.call(contract.DASHBOARD, Empty())
        assert home.box == machine


def test_today_begins_at_the_branchs_midnight() -> None:
    noon_in_utc = 1_795_262_400.0  # 2026-11-21 12:00 UTC, 20:00 in Shanghai
    assert midnight(noon_in_utc, "Asia/Shanghai") == noon_in_utc - 20 * 3600
