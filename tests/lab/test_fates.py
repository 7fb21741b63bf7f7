"""Thirty agents and two hundred callers of mixed fate: the history tells of each what the script says, to the call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from appliance.api import contract
from appliance.api.contract import Call, Outcome
from appliance.api.wire import Empty
from images.asking import ask
from images.box import Box
from images.rootfs import Root
from tests.lab import fates
from tests.lab.expectations import detail, wait_for_history
from tests.lab.fates import CALL_BACKS, CUSTOMERS, DESKS, FATES, PREFIX, WANTS_CALL_BACK, Fate

CALLS = sum(fate.calls for fate in FATES.values())
TELEPHONES = {"transferred twice": DESKS[0], "consult and return": DESKS[1], "three talk": DESKS[2]}


@pytest.fixture(scope="module")
def box(root: Root) -> Iterator[Box]:
    box = Box.start("fates", root, document=fates.branch())
    box.wait_tested()
    yield box
    box.stop()
    box.remove()


@pytest.fixture(scope="module")
def rows(box: Box) -> list[Call]:
    """All calls, after everybody has hung up."""
    fates.all_at_once(box)
    return wait_for_history(box, PREFIX, CALLS, recorded=0)


def of(name: str, rows: list[Call]) -> list[Call]:
    """The calls that ought to have this fate, by who called."""
    fate = FATES[name]
    if fate.mass:
        first, count = fate.mass.first_number, fate.mass.count
        return [row for row in rows if first <= int(row.caller) < first + count]
    caller = CUSTOMERS[TELEPHONES[name]] if name in TELEPHONES else WANTS_CALL_BACK
    return [row for row in rows if row.caller == caller]


def test_there_are_as_many_calls_as_callers(rows: list[Call]) -> None:
    assert CALLS == 200
    assert len(rows) == CALLS
    assert [row.caller for row in rows if row.ended is None] == []


@pytest.mark.parametrize("name", FATES)
def test_each_call_is_told_as_its_script_says(box: Box, rows: list[Call], name: str) -> None:
    fate: Fate = FATES[name]
    found = of(name, rows)
    assert len(found) == fate.calls
    told = [(row.outcome, row.menu_path, row.queue) for row in found]
    assert Counter(told) == {(fate.outcome, f"main/{fate.key}", fate.queue): fate.calls}
    stories = Counter(" ".join(event.what for event in detail(box, row).timeline) for row in found)
    assert stories == {fate.story: fate.calls}


def test_every_call_back_is_a_call_of_its_own_that_says_whom_it_answers(box: Box, rows: list[Call]) -> None:
    asked = {row.linkedid for row in of("called back", rows)}
    made = [row for row in ask(box, contract.CALLS_LIST, contract.CallFilter(limit=1000)).calls if row.calls_back]
    assert {row.calls_back for row in made} == asked
    assert [row.outcome for row in made] == [Outcome.ANSWERED] * CALL_BACKS


def test_the_day_adds_up(box: Box, rows: list[Call]) -> None:
    today = ask(box, contract.DASHBOARD, Empty()).today
    offered = [row for row in rows if row.queue]
    assert (today.offered, today.answered, today.abandoned) == (
        len(offered),
        sum(row.outcome is Outcome.ANSWERED for row in offered),
        sum(row.outcome is Outcome.ABANDONED for row in offered),
    )
