"""Alarms through core: the only door for people, with rights and the operation log."""

from __future__ import annotations

import pytest

from appliance.api import alarms, picture
from appliance.api import box as health_api
from appliance.api.alarms import Acknowledge, AlarmDetail, AlarmFilter, AlarmPage
from appliance.api.contract import Alarm, Severity
from appliance.api.picture import Checks
from appliance.api.wire import Empty, Refused
from appliance.site.problems import BranchboxError, Problem
from tests.unit.core.box import box
from tests.unit.core.fake_health import health

FULL = Alarm(key="disk", severity=Severity.WARNING, since=1.0, problem=Problem(text="Full."), id=7)
DETAIL = AlarmDetail(alarm=FULL, check=None, consequences=(), notes=())
ANSWERS = {"acknowledge": DETAIL, "list": AlarmPage(alarms=(FULL,)), "checks": Checks(checks=())}


@pytest.mark.parametrize("login", ["technician", "manager", "noc"])
async def test_who_acknowledges_is_told_to_health_and_written_down(login: str) -> None:
    async with box(login=login) as here, health(here.paths.health_socket, ANSWERS) as asked:
        wish = Acknowledge(id=7, note="disk ordered")
        assert await here.client.call(alarms.ACKNOWLEDGE, wish) == DETAIL
        assert asked == [("acknowledge", health_api.Acknowledge(id=7, note="disk ordered", by=login))]
        last = (await here.operations())[-1]
        assert (last.by, last.method, last.detail, last.result) == (
            login,
            "alarms/acknowledge",
            "id: 7; note: disk ordered",
            "done",
        )


@pytest.mark.parametrize("login", ["supervisor", "agent"])
async def test_who_may_not_acknowledge_is_refused(login: str) -> None:
    async with box(login=login) as here, health(here.paths.health_socket, ANSWERS) as asked:
        with pytest.raises(Refused):
            await here.client.call(alarms.ACKNOWLEDGE, Acknowledge(id=7))
        assert asked == []


async def test_a_supervisor_reads_alarms_and_what_checks_mean() -> None:
    async with box(login="supervisor") as here, health(here.paths.health_socket, ANSWERS):
        assert (await here.client.call(alarms.LIST, AlarmFilter())).alarms == (FULL,)
        assert (await here.client.call(picture.CHECKS, Empty())).checks == ()


async def test_a_silent_health_is_said() -> None:
    async with box() as here:
        with pytest.raises(BranchboxError, match=r"health\.sock does not answer"):
            await here.client.call(alarms.LIST, AlarmFilter())
