"""Customers through core's door: who sees what, and what is written down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from appliance.api import contract
from appliance.api import customers as page
from appliance.api.contract import Apply, Call, Direction, Document
from appliance.api.customers import (
    CustomerFacts,
    CustomerKey,
    CustomerNumber,
    CustomerWanted,
    EditCustomer,
    NewCustomer,
    NewNote,
    NumberKey,
)
from appliance.api.wire import Empty, Refused
from appliance.site import document
from appliance.site.models import Role
from appliance.site.problems import BranchboxError
from appliance.store import history
from appliance.store.database import open_site_db
from tests.unit.core.box import Box, box

WANG = CustomerFacts(
    name="Wang Jianguo", grade="gold", numbers=(CustomerNumber(number="13805772046"), CustomerNumber(number="88881234"))
)


@asynccontextmanager
async def masking(*roles: Role) -> AsyncIterator[Box]:
    """A box where these roles see numbers masked, and one call of Wang's was."""
    async with box() as here:
        rules = here.site.customers.model_copy(update={"masked_roles": roles})
        site = here.site.model_copy(update={"customers": rules})
        await here.client.call(contract.CONFIG_EDIT, Document(toml=document.dump_masked(site)))
        await here.client.call(contract.CONFIG_APPLY, Apply(why="privacy"))
        database = open_site_db(here.paths.site_db)
        with database.atomic():
            history.put_calls(database, [(CALL, (), ())])
        database.close()
        here.who.login = "supervisor"
        yield here


CALL = Call(
    linkedid="WZN-1.1", started=1.0, ended=2.0, direction=Direction.IN, caller="057788881234", caller_name="",
    called="96296", trunk="carrier", menu_path="", queue=None, agent="8001", waited=None, talked=0.0, held=0.0,
    outcome=None, hangup_cause=None,
)  # fmt: skip


async def search(here: Box, text: str) -> list[tuple[str, ...]]:
    found = await here.client.call(page.SEARCH, CustomerWanted(text=text))
    return [tuple(each.number for each in customer.facts.numbers) for customer in found.customers]


async def test_a_customer_is_made_found_and_shown_with_calls_notes_and_history() -> None:
    async with masking() as here:
        made = await here.client.call(page.ADD, NewCustomer(facts=WANG))
        await here.client.call(page.NOTE, NewNote(id=made.id, text="wants a call back"))
        assert await search(here, "wang") == [("138 0577 2046", "0577 8888 1234")]
        detail = await here.client.call(page.SHOW, CustomerKey(id=made.id))
        assert [call.linkedid for call in detail.calls] == ["WZN-1.1"]
        assert [(note.by, note.text) for note in detail.notes] == [("supervisor", "wants a call back")]
        assert [line.what for line in detail.history] == ["created"]


async def test_the_operation_log_names_the_customer_and_none_of_what_was_written() -> None:
    async with masking() as here:
        made = await here.client.call(page.ADD, NewCustomer(facts=WANG))
        await here.client.call(page.NOTE, NewNote(id=made.id, text="secret word"))
        added, noted = (await here.operations())[-2:]
        assert (added.method, added.by, added.detail) == (
            "customers/add",
            "supervisor",
            f"customer {made.id}, version 1",
        )
        assert noted.detail == f"id: {made.id}"


async def test_who_calls_is_known_with_the_last_calls() -> None:
    async with masking() as here:
        await here.client.call(page.ADD, NewCustomer(facts=WANG))
        for number in ("057788881234", "+8657788881234", "88881234"):
            known = await here.client.call(page.OF_NUMBER, NumberKey(number=number))
            [caller] = known.callers
            assert caller.customer.facts.grade == "gold"
            assert [call.linkedid for call in caller.calls] == ["WZN-1.1"]
        assert (await here.client.call(page.OF_NUMBER, NumberKey(number="anonymous"))).callers == ()


async def test_a_masked_role_sees_no_whole_number_anywhere() -> None:
    async with masking(Role.AGENT) as here:
        made = await here.client.call(page.ADD, NewCustomer(facts=WANG))
        facts = WANG.model_copy(update={"numbers": WANG.numbers[:1]})
        edited = await here.client.call(page.EDIT, EditCustomer(id=made.id, version=1, facts=facts))
        await here.client.call(page.EDIT, EditCustomer(id=made.id, version=edited.version, facts=WANG))
        here.who.login = "agent"
        assert (await here.client.call(page.SETTING, Empty())).masked
        assert await search(here, "wang") == [("138****2046", "0577****1234")]
        detail = await here.client.call(page.SHOW, CustomerKey(id=made.id))
        text = detail.model_dump_json()
        for digits in ("13805772046", "138 0577 2046", "88881234", "8888 1234"):
            assert digits not in text
        assert "138****2046 mobile, 0577****1234 home" in text
        assert detail.calls[0].caller == "0577****1234"


async def test_a_masked_role_cannot_look_a_number_up_nor_search_one_together() -> None:
    async with masking(Role.AGENT) as here:
        await here.client.call(page.ADD, NewCustomer(facts=WANG))
        here.who.login = "agent"
        with pytest.raises(Refused, match="sees numbers masked"):
            await here.client.call(page.OF_NUMBER, NumberKey(number="13805772046"))
        assert await search(here, "1380577") == []
        assert await search(here, "2046") == [("138****2046", "0577****1234")]


async def test_a_masked_role_edits_and_every_number_stays_what_it_was() -> None:
    async with masking(Role.AGENT) as here:
        made = await here.client.call(page.ADD, NewCustomer(facts=WANG))
        here.who.login = "agent"
        seen = (await here.client.call(page.SHOW, CustomerKey(id=made.id))).customer
        facts = seen.facts.model_copy(update={"address": "Xueyuan Rd 12"})
        await here.client.call(page.EDIT, EditCustomer(id=made.id, version=seen.version, facts=facts))
        here.who.login = "supervisor"
        assert await search(here, "xueyuan") == [("138 0577 2046", "0577 8888 1234")]
        here.who.login = "agent"
        strange = facts.model_copy(update={"numbers": (CustomerNumber(number="139****2046"),)})
        with pytest.raises(BranchboxError, match="stands for no number of this customer"):
            await here.client.call(page.EDIT, EditCustomer(id=made.id, version=2, facts=strange))


async def test_the_number_of_an_unknown_caller_is_kept_without_being_seen() -> None:
    async with masking(Role.AGENT) as here:
        here.who.login = "agent"
        new = NewCustomer(facts=CustomerFacts(name="Zhou"), caller_of="WZN-1.1")
        made = await here.client.call(page.ADD, new)
        assert [each.number for each in made.facts.numbers] == ["0577****1234"]
        with pytest.raises(BranchboxError, match="There is no call"):
            await here.client.call(page.ADD, new.model_copy(update={"caller_of": "WZN-9.9"}))


async def test_a_technician_has_no_business_with_customers() -> None:
    async with box(login="technician") as here:
        with pytest.raises(Refused):
            await here.client.call(page.SEARCH, CustomerWanted())
