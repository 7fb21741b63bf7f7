"""Nothing is left to do for the console's account: a backup, a stick or an earlier sitting has set the box up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.api.setup import OVER
from tui import look
from tui.i18n import N_, _, say
from tui.setup.question import SetupPage
from tui.widgets.cells import line, wrap
from tui.widgets.painted import Painted


class Over(SetupPage):
    """The way to the login."""

    ANSWERS = N_("The box is set up. Enter ends this screen; then log in with your own name.")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave", N_("Log in"))]

    def body(self) -> Iterable[Widget]:
        """One sentence, and what a restored backup could not bring."""
        yield Painted(self._draw)

    def _draw(self, width: int) -> list[Text]:
        words = [(_(OVER), look.HEAD)]
        for problem in self.setup.left:
            words += [(say(problem), look.WARN), (problem.original, look.QUIET)]
        return [
            part
            for text, style in words
            if text
            for part in (line(), *(line((" " + piece, style)) for piece in wrap(text, width - 2)))
        ]

    def action_leave(self) -> None:
        """Give the terminal back."""
        self.app.exit()
