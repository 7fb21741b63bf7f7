"""Applications of one way, from screen to screen: the installer, first boot. They have no rooms and no feed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from appliance.site.problems import BranchboxError
from tui.app import SOCKET, BranchboxApp
from tui.feed import Picture
from tui.i18n import N_

STARTING = 60.0
"""Seconds that a box may take until core answers for the first time; its screen is there before."""


class GuidedApp(BranchboxApp, inherit_bindings=False):
    """Looks again and again how far it is; what it looks at is the subclass's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", N_("Help")),
        Binding("ctrl+l", "language", N_("Language"), show=False, priority=True),
    ]
    POLL: ClassVar[float] = 1.0
    """Seconds between two looks."""

    def __init__(self, socket: Path = SOCKET, language: str | None = None, **named: Any) -> None:
        super().__init__(socket, language, **named)
        self._picture = Picture()
        self._lost_from = self.clock() + STARTING
        """From when on silence is said; an answer makes that at once."""

    @property
    def picture(self) -> Picture:
        """Nothing of the exchange: whether core answers."""
        return self._picture

    def _at_hand(self) -> bool:
        """Keys are the same whoever it is."""
        return True

    async def look(self) -> bool:
        """Ask core how far it is, and show it; whether to look again. Raises as `Client.call` does."""
        raise NotImplementedError

    async def _start(self) -> None:
        self.run_worker(self._look_on(), group="look", exclusive=True)

    async def _look_on(self) -> None:
        from appliance.api.wire import Unreachable

        again = True
        while again:
            try:
                again = await self.look()
                self._lost_from = 0.0
            except Unreachable:
                now = self.clock()
                if self._picture.lost_since is None and now >= self._lost_from:
                    self._picture = Picture(lost_since=now)
            except BranchboxError as trouble:
                self._picture = Picture(refused=trouble.problems[0])
            self._tick()
            await asyncio.sleep(self.POLL)

    def _show(self, screen: Screen[Any]) -> None:
        """This screen and nothing else above the first one: Textual cannot put another in that one's place."""
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if len(self.screen_stack) == 1:
            self.push_screen(screen)
        else:
            self.switch_screen(screen)
