"""What the box lives on, and its drills: pictures in every state, and each key's question to core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from appliance.api.drills import DrillNow
from appliance.api.supply import Phase
from appliance.api.ups import UpsName
from appliance.api.wire import Empty
from tests.unit.tui import upkeep_world
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import SIZES, Person, app, keys
from tests.unit.tui.world import World

Start = Callable[[World], FakeCore]
SCREENS: dict[str, tuple[str, ...]] = {
    "ups": ("f6", "s"),
    "ups-which": ("f6", "s", "t"),
    "ups-test": ("f6", "s", "t", "enter"),
    "ups-plugged-in": ("f6", "s", "c"),
    "drills": ("f4", "d"),
    "drills-failed": ("f4", "d", "down"),
    "drills-hold": ("f4", "d", "h"),
    "drills-running": ("f4", "d", "down", "down", "h", "y"),
}
LISTS = ("ups", "drills")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(core: Start, snap_compare: Any, name: str, language: str, size: str) -> None:
    fake = core(upkeep_world.world(language))
    assert snap_compare(app(fake), terminal_size=SIZES[size], run_before=keys(*SCREENS[name]))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("phase", [Phase.BATTERY, Phase.DRAINING, Phase.OFF])
def test_without_mains(core: Start, snap_compare: Any, phase: Phase, language: str) -> None:
    fake = core(upkeep_world.world(language, phase=phase))
    assert snap_compare(app(fake), run_before=keys("f6", "s"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", LISTS)
def test_empty(core: Start, snap_compare: Any, name: str, language: str) -> None:
    assert snap_compare(app(core(upkeep_world.world(language, empty=True))), run_before=keys(*SCREENS[name]))


@pytest.mark.parametrize("name", LISTS)
def test_refused(core: Start, snap_compare: Any, name: str) -> None:
    world = upkeep_world.world("zh")
    world.refuse = {"ups/state", "drills/list"}

    async def look(pilot: Pilot[None]) -> None:
        one = Person(pilot)
        await one.press(SCREENS[name][0])
        await pilot.press(SCREENS[name][1])
        await one.sees("Your role may not do")

    assert snap_compare(app(core(world)), run_before=look)


@pytest.mark.parametrize(
    ("pressed", "method", "takes"),
    [
        (("f6", "s", "t", "down", "enter", "y"), "ups/test", UpsName(name="rack")),
        (("f6", "s", "c"), "ups/scan", Empty()),
        (("f4", "d", "down", "h", "y"), "drills/hold", DrillNow(name="carrier")),
    ],
)
async def test_each_key_asks_core(core: Start, pressed: tuple[str, ...], method: str, takes: Any) -> None:
    world = upkeep_world.world()
    async with app(core(world)).run_test() as pilot:
        await keys(*pressed)(pilot)
        assert [given for name, given in world.asked if name == method] == [takes]


async def test_a_drill_is_not_held_without_a_yes(core: Start) -> None:
    world = upkeep_world.world()
    async with app(core(world)).run_test() as pilot:
        await keys("f4", "d", "h", "n")(pilot)
        assert "drills/hold" not in [name for name, _given in world.asked]
