"""A person at the keyboard: waits for conditions, presses keys, reads the screen."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import cast

from textual.pilot import Pilot

from tests.unit.tui import world as worlds
from tests.unit.tui.fake_core import FakeCore
from tui.app import BranchboxApp
from tui.screens.page import Page

PATIENCE = 20.0
SIZES = {"80x24": (80, 24), "132x43": (132, 43)}


class Person:
    """Drives the application as a person would, by keys and eyes."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot = pilot
        self.app = cast(BranchboxApp, pilot.app)

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until something is so."""
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"never: {what}\n{self.screen()}")
            await self.pilot.pause(0.02)

    async def settled(self) -> None:
        """Wait until the page has all that it asked for."""

        def ready() -> bool:
            page = self.app.screen
            here = self.app.picture
            first = here.desk if here.me is not None and here.me.role == "agent" else here.dashboard
            return first is not None and (not isinstance(page, Page) or page.loaded)

        await self.until(ready, "the page is loaded")
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, and wait for the page."""
        for key in keys:
            await self.pilot.press(key)
            await self.settled()

    async def quiet(self) -> None:
        """Wait until the screen has stayed the same for a while: nothing more is on its way."""
        same, before = 0, ""
        end = time.monotonic() + PATIENCE
        while same < 10:
            assert time.monotonic() < end, f"never still\n{self.screen()}"
            await self.pilot.pause(0.02)
            now = self.screen()
            same = same + 1 if now == before else 0
            before = now

    async def write(self, text: str) -> None:
        """Write a text."""
        for letter in text:
            await self.pilot.press({" ": "space", "-": "minus", ":": "colon", "/": "slash"}.get(letter, letter))

    async def sees(self, *words: str) -> None:
        """Wait until all words are on the screen."""
        await self.until(lambda: all(word in self.screen() for word in words), f"{words} on the screen")

    def screen(self) -> str:
        """What is on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def app(fake: FakeCore, language: str | None = None) -> BranchboxApp:
    """The terminal interface at the moment of `world`."""
    return BranchboxApp(fake.socket, language, clock=lambda: worlds.NOW)


def keys(*pressed: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Press them as a person does, then wait until nothing more comes."""

    async def press(pilot: Pilot[None]) -> None:
        one = Person(pilot)
        await one.settled()
        await one.press(*pressed)
        await one.quiet()

    return press
