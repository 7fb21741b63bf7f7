"""A phone rings and then calls: what is dialled there, and what cannot be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.api.client import Client
from appliance.core.customers import DeskRules
from appliance.core.dialling import Dialling
from appliance.core.in_force import InForce
from appliance.core.people import People
from appliance.site.exchange import DIALS_CONTEXT
from appliance.site.problems import BranchboxError
from tests.unit.asterisk_conf.reading import dialplan
from tests.unit.core.box import example
from tests.unit.telephony.fake_ami import FakeAmi, fake_ami
from tests.unit.telephony.test_ami import linked, until

OFFICE, COUNTER = "8021", "8001"
"""A phone that may call outside, and one that may not."""


class Exchange:
    """What Asterisk was asked to do."""

    def __init__(self, ami: FakeAmi, dialling: Dialling) -> None:
        self.ami = ami
        self.dialling = dialling

    @property
    def rung(self) -> list[tuple[str, str, str]]:
        """Phone, context and number of each call."""
        asked = [each for each in self.ami.actions if each["Action"] == "Originate"]
        return [(each["Channel"].removeprefix("PJSIP/"), each["Context"], each["Exten"]) for each in asked]


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    async with fake_ami() as ami, linked(ami, tmp_path) as link:
        ami.accepts["Originate"] = lambda _asked: {"Message": "Originate successfully queued"}
        in_force = InForce(Client(tmp_path / "nobody"), lambda: None)
        in_force.document = example()
        await until(lambda: link.link.linked)
        yield Exchange(ami, Dialling(in_force, DeskRules(in_force, People(in_force, lambda _uid: "agent")), link))


@pytest.mark.parametrize("number", ["8022", "8100", "913805772046"])
async def test_a_phone_calls_what_could_be_dialled_there(exchange: Exchange, number: str) -> None:
    await exchange.dialling.call("lina", OFFICE, number)
    assert exchange.rung == [(OFFICE, DIALS_CONTEXT, number)]


@pytest.mark.parametrize(("phone", "number"), [(COUNTER, "913805772046"), (OFFICE, "9"), (OFFICE, "8099")])
async def test_what_could_not_is_refused_and_nothing_rings(exchange: Exchange, phone: str, number: str) -> None:
    with pytest.raises(BranchboxError, match="cannot be reached"):
        await exchange.dialling.call("lina", phone, number)
    assert exchange.rung == []


@pytest.mark.parametrize(
    ("caller", "dialled"),
    [
        ("13805772046", "913805772046"),
        ("+8613805772046", "913805772046"),
        ("013805772046", "913805772046"),
        ("88120003", "9057788120003"),
        ("8022", "8022"),
        ("95588", "995588"),
    ],
)
async def test_a_caller_is_called_back_however_the_line_gave_the_number(
    exchange: Exchange, caller: str, dialled: str
) -> None:
    await exchange.dialling.call_back("lina", OFFICE, caller)
    assert exchange.rung == [(OFFICE, DIALS_CONTEXT, dialled)]


@pytest.mark.parametrize(
    ("phone", "caller", "why"),
    [
        (COUNTER, "13805772046", "Phone 8001 may not call outside"),
        (OFFICE, "", "number is not known"),
        ("8099", "13805772046", "There is no phone 8099"),
    ],
)
async def test_why_nobody_is_called_back_is_said_without_the_number(
    exchange: Exchange, phone: str, caller: str, why: str
) -> None:
    with pytest.raises(BranchboxError, match=why) as refused:
        await exchange.dialling.call_back("lina", phone, caller)
    assert "2046" not in str(refused.value)
    assert exchange.rung == []


def test_whom_a_phone_calls_so_sees_the_phone_and_not_the_own_number() -> None:
    first, then = dialplan(example())[DIALS_CONTEXT]["_[0-9*]!"]
    assert first.arguments == "CALLERID(all)=${PJSIP_ENDPOINT(${CHANNEL(endpoint)},callerid)}"
    assert then.arguments == "phones,${EXTEN},1"
