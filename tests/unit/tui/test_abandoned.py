"""The list of abandoned calls: what it shows, and that its keys ask core for what they say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from appliance.api.abandoned import AbandonedCaller, AbandonedCallers, AbandonedKey, AbandonedWanted
from appliance.site.models import Role
from appliance.site.problems import BranchboxError, Problem
from tests.unit.tui import desk_world
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import SIZES, Person, app, keys
from tests.unit.tui.world import NOW, World

Start = Callable[[World], FakeCore]


def caller(number: int, **more: Any) -> AbandonedCaller:
    """One of many."""
    facts: dict[str, Any] = {
        "linkedid": f"WZN-1.{number}",
        "caller": f"1390577{1188 + number:04}",
        "caller_name": "",
        "at": NOW - 400 - number * 731.0,
        "waited": 39.0 + number,
        "queue": ("repair", "billing")[number % 2],
        "times": 1 + number % 3,
        "taken_by": None,
        "done": None,
        "done_by": None,
        "done_at": None,
    }
    return AbandonedCaller.model_validate({**facts, **more})


FEW = (caller(0), caller(1, taken_by="8003"), caller(2), caller(3, queue=None, waited=None))
DONE = caller(4, done="WZN-1.99", done_by="8002", done_at=NOW - 60)
STATES: dict[str, tuple[AbandonedCaller, ...]] = {
    "few": FEW,
    "empty": (),
    "full": tuple(caller(number, taken_by="8003" if number % 4 == 1 else None) for number in range(60)),
}


def world(language: str = "en", state: str = "few") -> World:
    made = desk_world.world(language, "ready")

    def listed(wanted: AbandonedWanted) -> AbandonedCallers:
        return AbandonedCallers(callers=(*STATES[state], *((DONE,) if wanted.done else ())))

    def taken(key: AbandonedKey) -> AbandonedCaller:
        one = next(each for each in STATES[state] if each.linkedid == key.linkedid)
        if one.taken_by:
            problem = Problem(text="{agent} calls this caller back already.", args={"agent": one.taken_by})
            raise BranchboxError(problem)
        return one

    made.answers = {**made.answers, "abandoned/list": listed, "abandoned/take": taken, "abandoned/call": taken}
    return made


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("state", STATES)
def test_abandoned_calls(core: Start, snap_compare: Any, state: str, language: str, size: str) -> None:
    assert snap_compare(app(core(world(language, state))), terminal_size=SIZES[size], run_before=keys("a"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("name", "struck"), [("done-too", ["o"]), ("taken-by-another", ["down", "t"])])
def test_abandoned_calls_and_a_key(core: Start, snap_compare: Any, name: str, struck: list[str], language: str) -> None:
    assert snap_compare(app(core(world(language))), run_before=keys("a", *struck))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_abandoned_calls_that_core_does_not_tell(core: Start, snap_compare: Any, language: str) -> None:
    made = world(language)
    made.refuse.add("abandoned/list")

    async def look(pilot: Pilot[None]) -> None:
        one = Person(pilot)
        await one.settled()
        await pilot.press("a")
        await one.sees("abandoned/list")
        await one.quiet()

    assert snap_compare(app(core(made)), run_before=look)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_link_is_lost(core: Start, snap_compare: Any, language: str) -> None:
    fake = core(world(language))

    async def look(pilot: Pilot[None]) -> None:
        await keys("a")(pilot)
        fake.stop()
        one = Person(pilot)
        await one.until(lambda: one.app.picture.lost_since is not None, "the link is lost")
        await one.quiet()

    assert snap_compare(app(fake), run_before=look)


@pytest.mark.parametrize(
    ("struck", "asked"),
    [
        (["c"], ("abandoned/call", AbandonedKey(linkedid="WZN-1.0"))),
        (["down", "down", "t"], ("abandoned/take", AbandonedKey(linkedid="WZN-1.2"))),
        (["o"], ("abandoned/list", AbandonedWanted(done=True))),
    ],
)
async def test_a_key_asks_for_what_it_says(core: Start, struck: list[str], asked: tuple[str, object]) -> None:
    made = world()
    async with app(core(made)).run_test() as pilot:
        person = Person(pilot)
        await person.settled()
        await person.press("a")
        await person.sees("13905771188")
        await person.press(*struck)
        await person.settled()
        assert asked in made.asked


@pytest.mark.parametrize(("role", "there"), [(Role.SUPERVISOR, True), (Role.TECHNICIAN, False)])
async def test_supervisors_find_it_among_the_calls(core: Start, role: Role, there: bool) -> None:
    made = world()
    made.role = role
    made.desk = None
    async with app(core(made)).run_test() as pilot:
        person = Person(pilot)
        await person.settled()
        await person.press("f3", "a")
        await person.settled()
        assert ("abandoned/list" in {name for name, _takes in made.asked}) is there
