"""The application of first boot: one question at a time, resumed where the last answer was given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.screen import Screen

from tui import i18n
from tui.app import SOCKET
from tui.feed import Picture
from tui.guided import GuidedApp

if TYPE_CHECKING:
    from appliance.api.setup import SetupState
    from appliance.site.problems import Problem


def _waiting() -> Screen[Any]:
    from tui.setup.waiting import Waiting

    return Waiting()


class SetupApp(GuidedApp):
    """First boot: questions, a summary, the test call."""

    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {"first-boot": _waiting}
    DEFAULT_MODE = "first-boot"
    PATIENCE = 400.0
    """The first apply starts the exchange."""

    def __init__(self, socket: Path = SOCKET, language: str | None = None, **named: Any) -> None:
        super().__init__(socket, language, **named)
        self.state: SetupState | None = None
        self._step = -1
        self.left: tuple[Problem, ...] = ()
        """What a restored backup could not bring; said on the last screen."""

    async def look(self) -> bool:
        """How far first boot has come."""
        from appliance.api.setup import OVER, SETUP_STATE
        from appliance.api.wire import Empty, Refused

        try:
            self.heard(await self.client().call(SETUP_STATE, Empty()))
        except Refused as refused:
            if refused.problems[0].text != OVER:
                raise
            self._over()
            return False
        return True

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

    @property
    def place(self) -> tuple[int, int]:
        """Which question of how many; the first is 1."""
        from tui.setup.steps import COUNT

        return self._step + 1, COUNT
