"""A person whose role sees numbers masked, before a whole box in which one customer has called by every way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from appliance.api import contract, customers, recordings
from appliance.api.contract import Apply, Call, CallFilter, Direction, Document, Outcome
from appliance.api.customers import CustomerFacts, CustomerNumber, NewCustomer, NewNote
from appliance.api.pages import PAGES
from appliance.api.recordings import RecordingFilter
from appliance.api.wire import Message, Method, Refused, Stream, contract_of
from appliance.site import document
from appliance.site.models import Role
from appliance.site.problems import BranchboxError
from appliance.store import history
from appliance.store.database import open_site_db
from tests.unit.core.box import Box, box
from tests.unit.core.test_rights import SAMPLES

NUMBER = "13805772046"
WRITTEN = "138 0577 2046"
CALLER = Call(
    linkedid="WZN-1.1", started=1.0, ended=31.0, direction=Direction.IN, caller=NUMBER, caller_name=NUMBER,
    called="88120003", trunk="carrier", menu_path="", queue="sales", agent=None, waited=30.0, talked=0.0, held=0.0,
    outcome=Outcome.ABANDONED, hangup_cause=None,
)  # fmt: skip


@asynccontextmanager
async def masking(*roles: Role) -> AsyncIterator[Box]:
    """A box where these roles see numbers masked; the customer called, is written down, and stands in a note."""
    async with box() as here:
        rules = here.site.customers.model_copy(update={"masked_roles": roles})
        site = here.site.model_copy(update={"customers": rules})
        await here.client.call(contract.CONFIG_EDIT, Document(toml=document.dump_masked(site)))
        await here.client.call(contract.CONFIG_APPLY, Apply(why=f"asked for by {NUMBER}"))
        database = open_site_db(here.paths.site_db)
        timeline = (contract.TimelineEvent(at=1.0, what="called", detail=NUMBER),)
        leg = contract.Leg(
            channel="PJSIP/carrier-00000012",
            to_channel=f"Local/{NUMBER}@callback-00000001;1",
            started=1.0,
            answered=None,
            ended=31.0,
            disposition="",
        )
        with database.atomic():
            history.put_calls(database, [(CALLER, timeline, (leg,))])
        database.close()
        here.who.login = "manager"
        facts = CustomerFacts(name=f"Wang {NUMBER}", numbers=(CustomerNumber(number=WRITTEN),))
        made = await here.client.call(customers.ADD, NewCustomer(facts=facts))
        await here.client.call(customers.NOTE, NewNote(id=made.id, text=f"asks for a call at {WRITTEN}"))
        yield here


WANTED: dict[type[Message], Message] = {
    **SAMPLES,
    contract.CallKey: contract.CallKey(linkedid="WZN-1.1"),
    customers.NumberKey: customers.NumberKey(number=NUMBER),
    customers.EditCustomer: customers.EditCustomer(id=99, version=1, facts=CustomerFacts(name="Nobody")),
}


async def answer(here: Box, called: Method[Any, Any] | Stream[Any]) -> str:
    """All that a method says, a problem's words too."""
    try:
        if isinstance(called, Stream):
            async for message in here.client.follow(called):
                return str(message.model_dump_json())
        else:
            given = WANTED.get(called.takes) or called.takes()
            return str((await here.client.call(called, given)).model_dump_json())
    except BranchboxError as error:
        return json.dumps([problem.model_dump() for problem in error.problems])
    return ""


async def telling(here: Box, role: Role) -> set[str]:
    """The methods that tell this role the number; what changes something is asked last."""
    here.who.login = str(role)
    mine = [called for called in contract_of(*PAGES).values() if role in called.roles]
    mine.sort(key=lambda called: isinstance(called, Method) and called.change)
    said = {called.name: await answer(here, called) for called in mine}
    return {name for name, text in said.items() if NUMBER in text or WRITTEN in text}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.INSTALLER}))
async def test_no_method_tells_the_number_to_a_role_without_the_right(role: Role) -> None:
    async with masking(role) as here:
        assert await telling(here, role) == set()


async def test_the_walk_meets_the_number_where_it_is_not_masked() -> None:
    async with masking() as here:
        met = await telling(here, Role.MANAGER)
        assert {"calls/list", "calls/show", "customers/search", "customers/show", "customers/export"} <= met


async def test_a_problem_says_no_whole_number_either() -> None:
    async with masking(Role.AGENT) as here:
        here.who.login = "agent"
        with pytest.raises(BranchboxError) as said:
            await here.client.call(contract.CALLS_SHOW, contract.CallKey(linkedid=NUMBER))
        assert NUMBER not in str(said.value)


async def test_who_sees_numbers_masked_searches_calls_and_recordings_by_their_end_only() -> None:
    async with masking(Role.SUPERVISOR) as here:
        here.who.login = "supervisor"
        found = await here.client.call(contract.CALLS_LIST, CallFilter(number="2046"))
        assert [call.caller for call in found.calls] == ["138****2046"]
        assert not (await here.client.call(contract.CALLS_LIST, CallFilter(number="0577"))).calls
        with pytest.raises(Refused, match="search by the last four digits"):
            await here.client.call(contract.CALLS_LIST, CallFilter(number="0577204"))
        with pytest.raises(Refused, match="search by the last four digits"):
            await here.client.call(recordings.RECORDINGS_LIST, RecordingFilter(number="0577204"))
        here.who.login = "manager"
        assert (await here.client.call(contract.CALLS_LIST, CallFilter(number="0577204"))).calls


async def test_the_number_that_the_customer_called_is_no_secret() -> None:
    async with masking(Role.SUPERVISOR) as here:
        did = here.site.dids[0].number
        database = open_site_db(here.paths.site_db)
        with database.atomic():
            history.put_calls(database, [(CALLER.model_copy(update={"linkedid": "WZN-1.2", "called": did}), (), ())])
        database.close()
        here.who.login = "supervisor"
        found = await here.client.call(contract.CALLS_LIST, CallFilter())
        assert did in [call.called for call in found.calls]
