"""The application of first boot: one question at a time, resumed where the last answer was given."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from appliance.site.problems import BranchboxError
from tui import i18n
from tui.app import SOCKET, BranchboxApp
from tui.feed import Picture
from tui.i18n import N_

if TYPE_CHECKING:
    from appliance.api.setup import SetupState
    from appliance.api.wire import Client
    from appliance.site.problems import Problem
    from tui.screens.page import Page

APPLY_PATIENCE = 400.0
"""Seconds: the first apply starts the exchange."""
POLL = 1.0
"""Seconds between two looks at how far first boot has come."""


def _waiting() -> Screen[Any]:
    from tui.setup.waiting import Waiting

    return Waiting()


class SetupApp(BranchboxApp, inherit_bindings=False):
    """First boot. It has no rooms: questions, a summary, the test call."""

    MODES: ClassVar[dict[str, Callable[[], Screen[Any]]]] = {"first-boot": _waiting}
    DEFAULT_MODE = "first-boot"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", N_("Help")),
        Binding("ctrl+l", "language", N_("Language"), show=False, priority=True),
    ]

    def __init__(self, socket: Path = SOCKET, language: str | None = None, **named: Any) -> None:
        super().__init__(socket, language, **named)
        self.state: SetupState | None = None
        self._picture = Picture()
        self._step = -1
        self.left: tuple[Problem, ...] = ()
        """What a restored backup could not bring; said on the last screen."""
        i18n.use(language or i18n.from_environment(os.environ))

    # --- core -----------------------------------------------------------------------------

    @property
    def picture(self) -> Picture:
        """Nothing of the exchange yet: whether core answers."""
        return self._picture

    def client(self) -> Client:
        """The way to core, patient enough for the first apply."""
        if self._client is None:
            from appliance.api.wire import Client

            self._client = Client(self._socket, timeout=APPLY_PATIENCE)
        return self._client

    async def _start(self) -> None:
        await self.client().__aenter__()
        self.run_worker(self._poll(), group="poll", exclusive=True)

    async def _poll(self) -> None:
        from appliance.api.setup import OVER, SETUP_STATE
        from appliance.api.wire import Empty, Refused, Unreachable

        while True:
            try:
                self.heard(await self.client().call(SETUP_STATE, Empty()))
            except Refused as refused:
                if refused.problems[0].text == OVER:
                    self._over()
                    return
                self._picture = Picture(refused=refused.problems[0])
            except Unreachable:
                if self._picture.lost_since is None:
                    self._picture = Picture(lost_since=self.clock())
            except BranchboxError as trouble:
                self._picture = Picture(refused=trouble.problems[0])
            self._tick()
            await asyncio.sleep(POLL)

    def heard(self, state: SetupState) -> None:
        """Core said how far it is."""
        first = self.state is None
        before, self.state = self.state, state
        self._picture = Picture()
        if first:
            self._resume(state)
        elif state.revision is not None and before is not None and before.revision is None:
            self.finish()
        elif before is not None and state.unattended != before.unattended and state.unattended is not None:
            self._resume(state)

    # --- from question to question -----------------------------------------------------------

    def _resume(self, state: SetupState) -> None:
        from tui.setup.steps import first_open

        if state.language is not None and state.language != i18n.language():
            self.speak(state.language)
        if state.revision is not None:
            self.finish()
            return
        self.go(first_open(state))

    def go(self, step: int) -> None:
        """Show a question by its number; the one behind the last is the summary."""
        from tui.setup.steps import screen_of

        self._step = step
        self._show(screen_of(step))

    def next(self) -> None:
        """The next question that is open: what a stick's file or an earlier sitting answered is not asked again."""
        from tui.setup.steps import first_open

        after = self._step + 1
        self.go(first_open(self.state, after) if self.state else after)

    def before(self) -> None:
        """The question before this one."""
        if self._step > 0:
            self.go(self._step - 1)

    def finish(self) -> None:
        """Revision 1 is in force: the first call."""
        from tui.setup.finish import Finish

        if not isinstance(self.screen, Finish):
            self._step = -1
            self._show(Finish())

    def _over(self) -> None:
        """The box is set up, and this account has nothing more to do: a restored backup, a core that started anew."""
        from tui.setup.over import Over

        self._step = -1
        self._picture = Picture()
        self._show(Over())

    def _show(self, page: Page) -> None:
        """This page and nothing else above the first one, which stays below everything."""
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if len(self.screen_stack) == 1:
            self.push_screen(page)
        else:
            self.switch_screen(page)

    @property
    def place(self) -> tuple[int, int]:
        """Which question of how many; the first is 1."""
        from tui.setup.steps import COUNT

        return self._step + 1, COUNT
