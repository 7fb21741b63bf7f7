"""Drills at core: held at their hour and once, a test call judged by what was heard, every result kept."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.api import drills, verbs
from appliance.api.backups import BackupPhase, BackupState
from appliance.api.drills import DrillNow, DrillResult, Drills, ResultsWanted
from appliance.api.wire import Empty, Refused
from appliance.core.drill_call import is_ours
from appliance.core.drills import due, next_time
from appliance.site.line_test import DRILL_HEARD, DRILL_WAY_CONTEXT, DRILL_WITHOUT, drill_answer
from appliance.site.models import Drill, DrillKind
from appliance.site.problems import BranchboxError, Problem
from tests.unit.core.box import Box, box, example
from tests.unit.telephony.fake_ami import FakeAmi, fake_ami, message

OURS = "057788120009"
NIGHTLY = Drill(name="night", label="x", kind=DrillKind.LINE, trunk="carrier", number=OURS, at="03:30")


def at(text: str) -> float:
    return dt.datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("since", "now", "held"),
    [
        ("2026-11-24 03:29:50", "2026-11-24 03:30:10", True),
        ("2026-11-24 03:30:10", "2026-11-24 03:30:30", False),
        ("2026-11-24 02:00:00", "2026-11-24 04:20:00", True),
        ("2026-11-23 22:00:00", "2026-11-24 09:00:00", False),
    ],
    ids=["its time", "held already", "half an hour late", "the busy hour"],
)
def test_a_drill_is_held_at_its_time_or_not_at_all(since: str, now: str, held: bool) -> None:
    assert due(NIGHTLY, at(since), at(now)) is held


def test_a_drill_has_its_days() -> None:
    sundays = NIGHTLY.model_copy(update={"days": ("sun",)})
    assert next_time(sundays, at("2026-11-24 12:00:00")) == at("2026-11-29 03:30:00")
    assert next_time(sundays, at("2026-11-29 03:30:00")) == at("2026-12-06 03:30:00")


@given(
    st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31)),
    st.times().map(lambda time: time.strftime("%H:%M")),
    st.sets(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])),
)
def test_the_next_time_is_the_first_moment_at_which_it_is_due(now: dt.datetime, time: str, days: set[str]) -> None:
    drill = Drill.model_validate({**NIGHTLY.model_dump(), "at": time, "days": tuple(days)})
    coming = next_time(drill, now.timestamp())
    assert now.timestamp() < coming
    assert due(drill, now.timestamp(), coming)
    assert not due(drill, now.timestamp(), coming - 1)


@pytest.mark.parametrize(
    ("number", "ours"), [(OURS, True), ("88120009", True), ("10000", False), ("96296", False), ("88120003", False)]
)
def test_only_a_number_that_leads_to_the_test_number_answers_by_digits(number: str, ours: bool) -> None:
    assert is_ours(example(), number) is ours


# --- at core ---------------------------------------------------------------------------------


Placed = Callable[[FakeAmi, dict[str, str]], None]


@asynccontextmanager
async def branch(placed: Placed | None = None, number: str = OURS) -> AsyncIterator[tuple[Box, FakeAmi]]:
    """A branch with one nightly test call; `placed` is what Asterisk says once the call was ordered."""
    restore = Drill(name="restore", label="x", kind=DrillKind.RESTORE, at="04:00")
    line = NIGHTLY.model_copy(update={"number": number})
    without = line.model_copy(update={"name": "without", "kind": DrillKind.FALL_BACK})
    drilled = {"drills": (line, without, restore)}
    async with fake_ami() as ami, box(ami_port=ami.port, site=example().model_copy(update=drilled)) as here:

        def ordered(action: dict[str, str]) -> dict[str, str]:
            if placed is not None:
                asyncio.get_running_loop().call_soon(placed, ami, action)
            return {"Message": "Originate successfully queued"}

        ami.accepts["Originate"] = ordered
        yield here, ami


def answered(ami: FakeAmi, action: dict[str, str]) -> None:
    ami.say(
        message(
            Event="OriginateResponse",
            Response="Success",
            Channel="PJSIP/trunk-carrier-00000001",
            Uniqueid=action["ChannelId"],
            Reason="4",
        )
    )


def not_answered(reason: str, cause: str) -> Placed:
    def said(ami: FakeAmi, action: dict[str, str]) -> None:
        ami.say(
            message(Event="Hangup", Channel="PJSIP/trunk-carrier-00000001", Uniqueid=action["ChannelId"], Cause=cause)
        )
        ami.say(message(Event="OriginateResponse", Response="Failure", Channel=action["Channel"], Reason=reason))

    return said


def heard(**headers: str) -> Placed:
    def said(ami: FakeAmi, action: dict[str, str]) -> None:
        answered(ami, action)
        digits = action["Variable"].partition("=")[2].partition(",")[0]
        told = {name: text.format(back=drill_answer(digits), same=digits) for name, text in headers.items()}
        ami.say(message(Event="UserEvent", UserEvent=DRILL_HEARD, Uniqueid=action["ChannelId"], **told))

    return said


def hung_up(ami: FakeAmi, action: dict[str, str]) -> None:
    answered(ami, action)
    ami.say(message(Event="Hangup", Channel="PJSIP/trunk-carrier-00000001", Uniqueid=action["ChannelId"], Cause="16"))


async def held(here: Box, name: str = "night") -> DrillResult:
    states = await here.client.call(drills.HOLD, DrillNow(name=name))
    async with asyncio.timeout(20):
        while any(each.running for each in states.drills):
            await asyncio.sleep(0.01)
            states = await here.client.call(drills.LIST, Empty())
    last = state(states, name).last
    assert last is not None
    return last


def state(states: Drills, name: str) -> drills.DrillState:
    return next(each for each in states.drills if each.name == name)


@pytest.mark.parametrize(
    ("placed", "number", "words"),
    [
        (heard(Digits="{back}"), OURS, None),
        (heard(Digits="{same}"), OURS, "did not come back as it should"),
        (heard(Digits=""), OURS, "nothing was heard"),
        (heard(Sound="NOISE"), "10000", None),
        (heard(Sound="TIMEOUT"), "10000", "nothing was heard"),
        (hung_up, OURS, "nothing was heard"),
        (not_answered("3", "19"), OURS, "Nobody answered the test call by carrier within 45 s"),
        (not_answered("8", "34"), OURS, "to 057788120009 did not get through"),
    ],
    ids=["passes", "only an echo", "silence", "other passes", "other silent", "hung up", "no answer", "refused"],
)
async def test_a_test_call_is_judged_by_what_was_heard(placed: Placed, number: str, words: str | None) -> None:
    async with branch(placed, number) as (here, _ami):
        result = await held(here)
    if words is None:
        assert result.problem is None
    else:
        assert words in str(result.problem)
    assert ("answered" in result.figures) is (
        "answered the test call" not in str(words) and "through" not in str(words)
    )


async def test_a_refusal_names_its_cause() -> None:
    async with branch(not_answered("8", "34")) as (here, _ami):
        result = await held(here)
    assert result.problem is not None
    assert result.problem.original == "Q.850 cause 34"


async def test_a_fall_back_calls_by_the_routes_without_the_trunk_and_says_so_when_nothing_is_left() -> None:
    async with branch(not_answered("8", "34")) as (here, ami):
        result = await held(here, "without")
    [placed] = [action for action in ami.actions if action["Action"] == "Originate"]
    assert placed["Channel"] == f"Local/{OURS}@{DRILL_WAY_CONTEXT}/n"
    assert placed["Variable"].split(",")[1] == f"{DRILL_WITHOUT}=carrier"
    assert result.problem is not None
    assert "Without carrier, no other line takes a call to 057788120009" in str(result.problem)


async def test_other_calls_of_the_same_moment_do_not_answer_for_the_drill() -> None:
    def others(ami: FakeAmi, action: dict[str, str]) -> None:
        ami.say(message(Event="OriginateResponse", Response="Success", Channel="PJSIP/8001-1", Uniqueid="77.1"))
        ami.say(message(Event="UserEvent", UserEvent=DRILL_HEARD, Uniqueid="77.1", Digits="1"))
        heard(Digits="{back}")(ami, action)

    async with branch(others) as (here, _ami):
        assert (await held(here)).problem is None


async def test_results_are_kept_newest_first_and_the_log_says_who_held_it() -> None:
    async with branch(heard(Digits="{back}")) as (here, _ami):
        await held(here)
        await held(here)
        page = await here.client.call(drills.RESULTS, ResultsWanted(name="night"))
        assert [result.by for result in page.results] == ["technician", "technician"]
        assert page.results[0].id > page.results[1].id
        older = await here.client.call(drills.RESULTS, ResultsWanted(name="night", before=page.results[0].id))
        assert older.results == page.results[1:]
        row = (await here.operations())[-1]
        assert (row.method, row.result) == ("drills/hold", "done")
        assert "night" in row.detail


async def test_one_drill_at_a_time() -> None:
    async with branch() as (here, _ami):
        states = await here.client.call(drills.HOLD, DrillNow(name="night"))
        assert state(states, "night").running
        with pytest.raises(BranchboxError, match="is being held"):
            await here.client.call(drills.HOLD, DrillNow(name="restore"))


async def test_what_is_no_drill_is_refused_and_so_is_who_may_not() -> None:
    async with branch() as (here, _ami):
        with pytest.raises(BranchboxError, match="There is no drill nothing"):
            await here.client.call(drills.HOLD, DrillNow(name="nothing"))
        here.who.login = "supervisor"
        assert state(await here.client.call(drills.LIST, Empty()), "night").last is None
        with pytest.raises(Refused):
            await here.client.call(drills.HOLD, DrillNow(name="night"))


@pytest.mark.parametrize("problem", [None, Problem(text="There is no room.")])
async def test_a_restore_is_rehearsed_by_host(problem: Problem | None) -> None:
    async with branch() as (here, _ami):
        done = BackupPhase.FAILED if problem else BackupPhase.DONE
        here.host.rehearsal = [
            BackupState(phase=BackupPhase.IDLE),
            BackupState(phase=BackupPhase.RUNNING),
            BackupState(phase=done, size=None if problem else 4711, problem=problem),
        ]
        result = await held(here, "restore")
        assert (result.problem, result.figures) == (problem, {} if problem else {"bytes": 4711.0})
        assert any(isinstance(asked, verbs.DatabaseCopy) for asked in here.host.asked)


async def test_without_an_exchange_the_drill_says_so() -> None:
    async with box(site=example().model_copy(update={"drills": (NIGHTLY,)})) as here:
        assert "could not place the test call" in str((await held(here)).problem)
