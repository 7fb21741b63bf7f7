"""A screen of a running box as SVG, for the README and for `./dev shot`."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from tui.app import ROOMS, BranchboxApp
from tui.screens.page import Page
from tui.screens.palette import SCREENS

NAMES: tuple[str, ...] = (*(mode for _key, mode, _words in ROOMS), *(name for name, *_rest in SCREENS))
"""Every screen that can be shot by name."""


def svg(screen: str, size: tuple[int, int], language: str, socket: Path, *, patience: float = 15.0) -> str:
    """A screen (one of `NAMES`) in columns and rows, once its data has come.

    Raises LookupError for a name that is none, TimeoutError when core says nothing within `patience` seconds.
    """
    if screen not in NAMES:
        raise LookupError(f"there is no screen {screen}: {', '.join(NAMES)}")
    return asyncio.run(_shot(screen, size, language, socket, patience))


async def _shot(screen: str, size: tuple[int, int], language: str, socket: Path, patience: float) -> str:
    app = BranchboxApp(socket, language)
    async with app.run_test(size=size) as pilot:
        behind = next((entry for entry in SCREENS if entry[0] == screen), None)
        await app.switch_mode(behind[2] if behind else screen)
        if behind:
            await app.push_screen(behind[3]())
        until = time.monotonic() + patience
        while not (isinstance(app.screen, Page) and app.screen.loaded and app.picture.dashboard is not None):
            if time.monotonic() > until:
                raise TimeoutError(f"{socket} does not answer")
            await pilot.pause(0.05)
        await pilot.pause(0.1)
        return app.export_screenshot()
