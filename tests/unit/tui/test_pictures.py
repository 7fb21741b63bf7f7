"""Every screen in both languages and both sizes, and in the states that nobody likes to see.

After a wanted change: `pytest tests/unit/tui/test_pictures.py --snapshot-update`, then look at each one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.unit.tui import world as worlds
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import SIZES, Person, app, keys
from tui.app import BranchboxApp

Start = Callable[[worlds.World], FakeCore]
RING_20 = ["f8", "down", "down", "tab", "enter", *["down"] * 5, "backspace", "backspace", "2", "0", "ctrl+s"]
SCREENS: dict[str, list[str]] = {
    "home": [],
    "calls": ["f3"],
    "call": ["f3", "enter"],
    "lines": ["f4"],
    "trunk": ["f4", "enter"],
    "quality": ["f4", "v"],
    "quality-of-one": ["f4", "v", "down", "enter", "p"],
    "people": ["f5"],
    "password-own": ["f5", "tab", "p", "a", "down", "s", "h"],
    "password-first": ["f5", "tab", "down", "p"],
    "box": ["f6"],
    "journal": ["f6", "j"],
    "oplog": ["f6", "o"],
    "revisions": ["f6", "v"],
    "revision": ["f6", "v", "enter"],
    "records": ["f7"],
    "records-filter": ["f7", "slash"],
    "story": ["f7", "enter"],
    "setup": ["f8"],
    "edit-queue": ["f8", "down", "down", "tab", "enter"],
    "edit-menu": ["f8", "down", "tab", "enter"],
    "edit-wrong": ["f8", "down", "down", "tab", "enter", *["down"] * 5, "backspace", "backspace", "3", "ctrl+s"],
    "choose": ["f8", "tab", "enter", "down", "down", "down", "enter"],
    "delete": ["f8", "down", "down", "tab", "d"],
    "tree": ["f8", "t"],
    "plan": [*RING_20, "p"],
    "difflines": [*RING_20, "p", "v"],
    "applied": [*RING_20, "p", "w", "x", "enter", "y"],
    "help": ["f7", "f1"],
    "keys": ["question_mark"],
    "palette": ["ctrl+p"],
}
ROOMS = ("home", "calls", "lines", "people", "box", "records", "setup")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(core: Start, snap_compare: Any, name: str, language: str, size: str) -> None:
    fake = core(worlds.world(language))
    assert snap_compare(app(fake), terminal_size=SIZES[size], run_before=keys(*SCREENS[name]))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", [*ROOMS, "quality", "journal", "oplog"])
def test_empty(core: Start, snap_compare: Any, name: str, language: str) -> None:
    fake = core(worlds.empty(language))
    assert snap_compare(app(fake), run_before=keys(*SCREENS[name]))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ROOMS)
def test_full(core: Start, snap_compare: Any, name: str, size: str) -> None:
    fake = core(worlds.full("zh"))
    assert snap_compare(app(fake), terminal_size=SIZES[size], run_before=keys(*SCREENS[name]))


@pytest.mark.parametrize("name", ROOMS)
def test_before_anything_has_come(core: Start, snap_compare: Any, name: str) -> None:
    fake = core(worlds.world())
    fake.stop()

    async def look(pilot: Pilot[None]) -> None:
        one = Person(pilot)
        for key in SCREENS[name]:
            await pilot.press(key)
        await one.sees("No answer since 06:32:05, trying again.")

    assert snap_compare(app(fake, "en"), run_before=look)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_refused(core: Start, snap_compare: Any, language: str) -> None:
    world = worlds.world(language)
    world.refuse = {"calls/list"}

    async def look(pilot: Pilot[None]) -> None:
        one = Person(pilot)
        await one.settled()
        await pilot.press("f7")
        await one.sees("calls/list")

    assert snap_compare(app(core(world)), run_before=look)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ROOMS)
def test_lost(core: Start, snap_compare: Any, name: str, language: str) -> None:
    fake = core(worlds.world(language))
    now = [worlds.NOW]

    async def look(pilot: Pilot[None]) -> None:
        await keys(*SCREENS[name])(pilot)
        fake.stop()
        one = Person(pilot)
        await one.until(lambda: one.app.picture.lost_since is not None, "the link is lost")
        now[0] += 14
        one.app._tick()
        await pilot.pause()

    lost = BranchboxApp(fake.socket, clock=lambda: now[0])
    assert snap_compare(lost, run_before=look)
