"""Asterisk's database over AMI: read as a whole, changed in order, by as few steps as it takes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.site.problems import BranchboxError
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


async def test_what_there_is_nothing_of_is_empty(exchange: FakeAmi, manager: Manager) -> None:
    exchange.lists["DBGetTree"] = ""
    assert await astdb.read(manager, "vip") == {}


async def test_an_exchange_that_cannot_be_asked_is_said_so_in_words(exchange: FakeAmi, manager: Manager) -> None:
    await exchange.stop()
    with pytest.raises(BranchboxError, match="does not answer"):
        await astdb.read(manager, "vip")
    with pytest.raises(BranchboxError, match="does not answer"):
        await astdb.change(manager, "vip", {"1": "5"})


async def test_values_are_put_and_taken_away_in_order(exchange: FakeAmi, manager: Manager) -> None:
    exchange.accepts["DBDel"] = lambda _asked: None  # gone already
    await astdb.change(manager, "closure", {"storm/own": None, "storm/by": "8001", "storm/since": "1795298063"})
    done = [(each["Action"], each["Key"], each.get("Val")) for each in exchange.actions if "Key" in each]
    assert done == [
        ("DBDel", "storm/own", None),
        ("DBPut", "storm/by", "8001"),
        ("DBPut", "storm/since", "1795298063"),
    ]


async def test_nothing_is_asked_when_nothing_changes(exchange: FakeAmi, manager: Manager) -> None:
    await astdb.change(manager, "vip", astdb.difference({"1": "5"}, {"1": "5"}))
    assert exchange.actions == []


@given(st.dictionaries(st.text(), st.text()), st.dictionaries(st.text(), st.text()))
def test_the_difference_makes_the_one_the_other_and_no_more(before: dict[str, str], wanted: dict[str, str]) -> None:
    steps = astdb.difference(before, wanted)
    made = before | steps
    assert {key: value for key, value in made.items() if value is not None} == wanted
    assert all(before.get(key) != value for key, value in steps.items())
