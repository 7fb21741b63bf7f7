"""Asterisk's database over AMI: read as a whole, changed by as few steps as it takes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.telephony import astdb
from appliance.telephony.errand import Manager
from tests.unit.telephony.fake_ami import FakeAmi, fake_ami, message


@pytest.fixture
async def exchange() -> AsyncIterator[FakeAmi]:
    async with fake_ami() as fake:
        fake.lists["DBGetTree"] = "".join(
            message(Event="DBGetTreeResponse", Key=f"/vip/{number}", Val=value)
            for number, value in (("13805772046", "5"), ("88120003", "9"))
        )
        for action in ("DBPut", "DBDel"):
            fake.accepts[action] = lambda _asked: {}
        yield fake


@pytest.fixture
def manager(exchange: FakeAmi, tmp_path: Path) -> Manager:
    (tmp_path / "ami").write_text("s3cret")
    return Manager(tmp_path / "ami", exchange.port)


async def test_a_family_is_read_by_its_keys(manager: Manager) -> None:
    assert await astdb.read(manager, "vip") == {"13805772046": "5", "88120003": "9"}


async def test_only_what_differs_is_written(exchange: FakeAmi, manager: Manager) -> None:
    await astdb.make(manager, "vip", {"1": "5", "2": "9", "3": "1"}, {"1": "5", "2": "8", "4": "7"})
    done = [(each["Action"], each["Key"], each.get("Val")) for each in exchange.actions if "Key" in each]
    assert done == [("DBDel", "3", None), ("DBPut", "2", "8"), ("DBPut", "4", "7")]


async def test_nothing_is_asked_when_all_is_as_it_should_be(exchange: FakeAmi, manager: Manager) -> None:
    await astdb.make(manager, "vip", {"1": "5"}, {"1": "5"})
    assert exchange.actions == []
