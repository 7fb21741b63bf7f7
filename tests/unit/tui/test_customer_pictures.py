"""The customers' screens in both languages and both sizes, empty, full, lost and refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from appliance.api.imports import ImportPhase
from appliance.site.problems import Problem
from tests.unit.tui import customer_world
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import SIZES, Person, app, keys
from tests.unit.tui.world import World

Start = Callable[[World], FakeCore]
LIST = ["f7", "u"]
SCREENS: dict[str, list[str]] = {
    "list": LIST,
    "typed": [*LIST, *"2048"],
    "nobody": [*LIST, *"13900000000"],
    "marked": [*LIST, "tab", "space", "down", "space"],
    "customer": [*LIST, "enter"],
    "customer-end": [*LIST, "enter", "end"],
    "edit": [*LIST, "enter", "e"],
    "edit-wrong": [*LIST, "enter", "e", "down", *["backspace"] * 30, *"none", "down", "down", "ctrl+s"],
    "edit-since": [*LIST, "tab", "n", *"x", *["down"] * 8, *"soon", "ctrl+s"],
    "new": [*LIST, *"13900000000", "enter"],
    "merge": [*LIST, "tab", "space", "down", "space", "m"],
    "separate": [*LIST, "enter", "u"],
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(core: Start, snap_compare: Any, name: str, language: str, size: str) -> None:
    fake = core(customer_world.desk(language))
    assert snap_compare(app(fake), terminal_size=SIZES[size], run_before=keys(*SCREENS[name]))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("phase", ["ready", "idle", "storing", "failed"])
def test_import(core: Start, snap_compare: Any, phase: str, language: str, size: str) -> None:
    world = customer_world.desk(language)
    ready = customer_world.import_ready(language)
    problem = Problem(text="The file is empty: its first row must name the columns.") if phase == "failed" else None
    state = ready.model_copy(update={"phase": ImportPhase(phase), "done": 0.4, "problem": problem})
    world.answers["imports/state"] = lambda _: state
    assert snap_compare(app(core(world)), terminal_size=SIZES[size], run_before=keys(*LIST, "tab", "i"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_customer_yet(core: Start, snap_compare: Any, language: str) -> None:
    fake = core(customer_world.desk(language, 0))
    assert snap_compare(app(fake), run_before=keys(*LIST))


@pytest.mark.parametrize("size", SIZES)
def test_more_than_are_shown(core: Start, snap_compare: Any, size: str) -> None:
    fake = core(customer_world.desk("zh", 80))
    assert snap_compare(app(fake), terminal_size=SIZES[size], run_before=keys(*LIST))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["list", "customer"])
def test_the_link_is_lost(core: Start, snap_compare: Any, name: str, language: str) -> None:
    fake = core(customer_world.desk(language))

    async def look(pilot: Pilot[None]) -> None:
        await keys(*SCREENS[name])(pilot)
        fake.stop()
        one = Person(pilot)
        await one.until(lambda: one.app.picture.lost_since is not None, "the link is lost")
        await one.quiet()

    assert snap_compare(app(fake), run_before=look)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_role_that_may_not(core: Start, snap_compare: Any, language: str) -> None:
    world = customer_world.desk(language)
    world.refuse = {"customers/search", "customers/setting"}
    fake = core(world)

    async def look(pilot: Pilot[None]) -> None:
        one = Person(pilot)
        await one.settled()
        await one.press("f7")
        await pilot.press("u")
        await one.sees("customers/se")
        await one.quiet()

    assert snap_compare(app(fake), run_before=look)
