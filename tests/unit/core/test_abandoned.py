"""Abandoned calls through core's door: each caller once, who came back, who calls whom back."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.api import abandoned as page
from appliance.api.abandoned import AbandonedCaller, AbandonedKey, AbandonedWanted
from appliance.api.client import Client
from appliance.api.contract import Call, Direction, Outcome
from appliance.core.abandoned import Abandoned
from appliance.core.customers import DeskRules
from appliance.core.dialling import Dialling
from appliance.core.in_force import InForce
from appliance.core.people import People
from appliance.core.store import Store
from appliance.core.waiting import lost, priorities
from appliance.desk.numbers import Numbering
from appliance.site.problems import BranchboxError
from appliance.store import abandoned, history
from appliance.store.database import open_site_db
from appliance.telephony.ami import AmiLink
from appliance.telephony.live_state import LiveState
from tests.unit.core.box import Box, box, example
from tests.unit.telephony.ami_events import after, channel, event

NOW = time.time()
MOBILE = "13805772046"


def call(number: int, ago: float, caller: str = MOBILE, **more: Any) -> Call:
    """An abandoned call of so many seconds ago, or what `more` makes of it."""
    facts: dict[str, object] = {
        "linkedid": f"WZN-1.{number}",
        "started": NOW - ago,
        "ended": NOW - ago + 40,
        "direction": Direction.IN,
        "caller": caller,
        "caller_name": "",
        "called": "96296",
        "trunk": "carrier",
        "menu_path": "",
        "queue": "repair",
        "agent": None,
        "waited": 39.0,
        "talked": 0.0,
        "held": 0.0,
        "outcome": Outcome.ABANDONED,
        "hangup_cause": 16,
    }
    return Call.model_validate({**facts, **more})


@asynccontextmanager
async def branch(*calls: Call, login: str = "agent") -> AsyncIterator[Box]:
    async with box(login=login) as here:
        database = open_site_db(here.paths.site_db)
        with database.atomic():
            history.put_calls(database, [(each, (), ()) for each in calls])
        database.close()
        yield here


async def listed(here: Box, *, done: bool = False) -> list[AbandonedCaller]:
    return list((await here.client.call(page.LIST, AbandonedWanted(done=done))).callers)


ANSWERED: dict[str, Any] = {"agent": "8002", "talked": 60.0, "outcome": Outcome.ANSWERED}


async def test_a_caller_stands_there_once_with_the_last_call() -> None:
    async with branch(call(1, 900), call(2, 300, caller=f"0{MOBILE}"), call(3, 600, caller="057788120003")) as here:
        assert [(one.linkedid, one.times, one.waited) for one in await listed(here)] == [
            ("WZN-1.2", 2, 39.0),
            ("WZN-1.3", 1, 39.0),
        ]


async def test_callers_without_a_number_cannot_be_called_back() -> None:
    async with branch(call(1, 900, caller=""), call(2, 900, caller="anonymous")) as here:
        assert await listed(here) == []


@pytest.mark.parametrize(
    "later",
    [
        call(2, 300, **ANSWERED),
        call(2, 300, caller=f"+86{MOBILE}", **ANSWERED),
        call(2, 300, **{**ANSWERED, "outcome": None, "ended": None}),
    ],
)
async def test_who_calls_again_and_is_answered_is_done(later: Call) -> None:
    async with branch(call(1, 900), later) as here:
        assert await listed(here) == []
        [one] = await listed(here, done=True)
        assert (one.linkedid, one.done, one.done_by) == ("WZN-1.1", "WZN-1.2", "8002")


async def test_who_was_reached_by_somebody_is_done() -> None:
    out = {**ANSWERED, "agent": None, "direction": Direction.OUT, "called": f"0{MOBILE}"}
    async with branch(call(1, 900), call(2, 300, caller="8004", **out)) as here:
        [one] = await listed(here, done=True)
        assert (one.done, one.done_by) == ("WZN-1.2", "8004")


async def test_an_answer_before_or_a_call_that_nobody_took_changes_nothing() -> None:
    other: dict[str, Any] = {"direction": Direction.OUT, "called": MOBILE, "outcome": Outcome.NO_ANSWER}
    async with branch(call(1, 900), call(2, 1200, **ANSWERED), call(3, 300, caller="8004", **other)) as here:
        assert [one.linkedid for one in await listed(here)] == ["WZN-1.1"]


async def test_one_agent_takes_a_caller_and_the_others_see_it() -> None:
    async with branch(call(1, 900)) as here:
        taken = await here.client.call(page.TAKE, AbandonedKey(linkedid="WZN-1.1"))
        assert taken.taken_by == "8001"
        await here.client.call(page.TAKE, AbandonedKey(linkedid="WZN-1.1"))  # the same person again
        here.who.login = "supervisor"
        assert [one.taken_by for one in await listed(here)] == ["8001"]
        with pytest.raises(BranchboxError, match="8001 calls this caller back already"):
            await here.client.call(page.TAKE, AbandonedKey(linkedid="WZN-1.1"))


async def test_free_agents_are_told_how_many_of_their_queues_nobody_calls_back(tmp_path: Path) -> None:
    database = open_site_db(tmp_path / "site.db")
    calls = (call(1, 900), call(2, 800, "13905770001"), call(3, 700, "13905770002", queue="billing"))
    came_back = (call(4, 600, "13905770003"), call(5, 500, "13905770003", **ANSWERED))
    with database.atomic():
        history.put_calls(database, [(each, (), ()) for each in (*calls, *came_back)])
    abandoned.take(database, "WZN-1.2", "8002", NOW)
    in_force = InForce(Client(tmp_path / "nobody"), lambda: None)
    in_force.document = example()
    people, link = People(in_force, lambda _uid: "agent"), AmiLink(tmp_path / "ami")
    store, rules = Store(database), DeskRules(in_force, people)
    desk = Abandoned(
        store=store,
        rules=rules,
        in_force=in_force,
        people=people,
        link=link,
        dialling=Dialling(in_force, rules, link),
    )
    assert await desk.free(["repair"]) == 1
    assert await desk.free(["repair", "billing"]) == 2
    assert await desk.free(["sales"]) == await desk.free([]) == 0
    store.close()
    database.close()


async def test_nobody_takes_who_is_done_or_never_was() -> None:
    async with branch(call(1, 900), call(2, 300, **ANSWERED)) as here:
        for linkedid in ("WZN-1.1", "WZN-1.2", "WZN-1.9"):
            with pytest.raises(BranchboxError, match="is not among the abandoned calls"):
                await here.client.call(page.TAKE, AbandonedKey(linkedid=linkedid))


async def test_who_abandons_again_may_be_taken_again() -> None:
    async with branch(call(1, 900)) as here:
        await here.client.call(page.TAKE, AbandonedKey(linkedid="WZN-1.1"))
        database = open_site_db(here.paths.site_db)
        with database.atomic():
            history.put_calls(database, [(call(2, 60), (), ())])
        database.close()
        [one] = await listed(here)
        assert (one.linkedid, one.times, one.taken_by) == ("WZN-1.2", 2, None)


async def test_a_call_needs_a_phone_to_be_made_from() -> None:
    async with branch(call(1, 900), login="supervisor") as here:
        with pytest.raises(BranchboxError, match="You are not signed in"):
            await here.client.call(page.CALL, AbandonedKey(linkedid="WZN-1.1"))
        assert [one.taken_by for one in await listed(here)] == [None]


def test_a_caller_taken_and_forgotten_is_free_after_a_while(tmp_path: Path) -> None:
    database = open_site_db(tmp_path / "site.db")
    assert abandoned.take(database, "WZN-1.1", "8001", NOW) == "8001"
    assert abandoned.take(database, "WZN-1.1", "8002", NOW + abandoned.LAPSES / 2) == "8001"
    assert abandoned.taken(database, NOW + abandoned.LAPSES - 1) == {"WZN-1.1": "8001"}
    assert abandoned.taken(database, NOW + abandoned.LAPSES + 1) == {}
    assert abandoned.take(database, "WZN-1.1", "8002", NOW + abandoned.LAPSES + 1) == "8002"
    database.close()


# --- what core does for those who wait -----------------------------------------------------------


@given(st.integers(0, 20))
def test_a_graded_customer_is_known_however_the_line_gives_the_number(priority: int) -> None:
    found = priorities({f"+86{MOBILE}": priority}, Numbering("CN", "0577", "9"))
    assert {MOBILE, f"0{MOBILE}", f"+86{MOBILE}", f"86{MOBILE}", f"0086{MOBILE}"} <= found.keys()
    assert set(found.values()) == {str(priority)}


def test_a_call_back_that_nothing_waits_for_is_lost() -> None:
    rows = {MOBILE: "repair*1*0*0*0*WZN-1.1", "88120003": "repair*1*0*0*0*WZN-1.2"}
    waits = channel(f"Local/{MOBILE}@callback-waits-00000001;2", "3.2", Context="callback-waits")
    assert lost(rows, after(event("Newchannel", waits))) == {"88120003"}
    assert lost(rows, LiveState()) == rows.keys()
