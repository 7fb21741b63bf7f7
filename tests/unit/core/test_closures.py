"""Closures at core: as AstDB has them, whoever changed it; closing writes what the phone's code writes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from appliance.api import closures
from appliance.api.closures import Closures, Switch
from appliance.api.wire import Empty, Refused
from appliance.site.exchange import CLOSURE_CHANGED, STUDIO
from appliance.site.problems import BranchboxError
from tests.unit.core.box import Box, box, example
from tests.unit.telephony.fake_ami import FakeAmi, fake_ami, message

NAME = example().closures[0].name
OWN = example().prompts[0].name


@dataclass
class AstDb:
    """Asterisk's database behind a fake AMI."""

    ami: FakeAmi
    values: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    def tell(self) -> None:
        self.ami.lists["DBGetTree"] = "".join(
            message(Event="DBGetTreeResponse", ActionID="{id}", Key=f"/closure/{key}", Val=value)
            for key, value in self.values.items()
        )

    def put(self, action: dict[str, str]) -> dict[str, str]:
        self.values[action["Key"]] = action["Val"]
        self.order.append(action["Key"])
        self.tell()
        return {"Message": "Updated database successfully"}

    def delete(self, action: dict[str, str]) -> dict[str, str] | None:
        if self.values.pop(action["Key"], None) is None:
            return None
        self.tell()
        return {"Message": "Key deleted successfully"}


@asynccontextmanager
async def branch(login: str = "supervisor", **values: str) -> AsyncIterator[tuple[Box, AstDb]]:
    async with fake_ami() as ami:
        astdb = AstDb(ami, {key.replace("__", "/"): value for key, value in values.items()})
        ami.accepts |= {"DBPut": astdb.put, "DBDel": astdb.delete}
        astdb.tell()
        async with box(login=login, ami_port=ami.port) as here:
            yield here, astdb


async def told(here: Box) -> Closures:
    return await here.client.call(closures.LIST, Empty())


async def test_what_a_phone_closed_is_told_with_since_and_by_whom() -> None:
    shut = {f"{NAME}__since": "1795298063", f"{NAME}__by": "8001", f"{NAME}__own": f"{STUDIO}/closure-{NAME}-1"}
    async with branch(**shut) as (here, _astdb):
        one = (await told(here)).closures[0]
        assert (one.since, one.by, one.announcement) == (1795298063.0, "8001", "phone")


async def test_closing_writes_when_and_who_and_since_last() -> None:
    async with branch() as (here, astdb):
        after = await here.client.call(closures.SWITCH, Switch(name=NAME, closed=True, announcement=OWN))
        assert (after.closures[0].by, after.closures[0].announcement) == ("supervisor", OWN)
        assert astdb.order == [f"{NAME}/own", f"{NAME}/by", f"{NAME}/since"]
        assert [each.method for each in await here.operations()] == ["closures/switch"]


async def test_one_that_is_closed_already_stays_so_since_then() -> None:
    async with branch(**{f"{NAME}__since": "1795298063", f"{NAME}__own": "x"}) as (here, astdb):
        await here.client.call(closures.SWITCH, Switch(name=NAME, closed=True))
        assert astdb.values[f"{NAME}/since"] == "1795298063"
        assert f"{NAME}/own" not in astdb.values


async def test_opening_leaves_nothing_behind() -> None:
    async with branch(**{f"{NAME}__since": "1795298063", f"{NAME}__by": "8001"}) as (here, astdb):
        after = await here.client.call(closures.SWITCH, Switch(name=NAME, closed=False))
        assert after.closures[0].since is None and astdb.values == {}


async def test_a_phone_s_change_is_seen_at_once() -> None:
    async with branch() as (here, astdb):
        assert (await told(here)).closures[0].since is None
        astdb.values = {f"{NAME}/since": "1795298063"}
        astdb.tell()
        for writer in astdb.ami.writers:
            writer.write(message(Event="UserEvent", UserEvent=CLOSURE_CHANGED, Closure=NAME).encode())
        async with asyncio.timeout(10):
            while (await told(here)).closures[0].since is None:
                await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "wish", [Switch(name="gone", closed=True), Switch(name=NAME, closed=True, announcement="gone")], ids=str
)
async def test_what_there_is_not_is_refused(wish: Switch) -> None:
    async with branch() as (here, astdb):
        with pytest.raises(BranchboxError, match="There is no"):
            await here.client.call(closures.SWITCH, wish)
        assert astdb.values == {}


async def test_without_the_exchange_nothing_old_is_shown() -> None:
    async with box(login="supervisor") as here:
        with pytest.raises(BranchboxError, match="exchange does not answer"):
            await told(here)


async def test_an_agent_closes_nothing_and_health_may_look() -> None:
    async with branch(login="agent") as (here, _astdb):
        with pytest.raises(Refused):
            await here.client.call(closures.SWITCH, Switch(name=NAME, closed=True))
        here.who.login = "branchbox-health"
        assert (await told(here)).closures
