"""Until core has answered once."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text
from textual.widget import Widget

from tui import look
from tui.i18n import N_, _
from tui.setup.question import SetupPage
from tui.widgets.cells import line
from tui.widgets.painted import Painted


class Waiting(SetupPage):
    """The box is starting."""

    ANSWERS = N_("The box is starting. The first question comes by itself.")

    def body(self) -> Iterable[Widget]:
        """One line."""
        yield Painted(self._draw)

    def _draw(self, _width: int) -> list[Text]:
        return [line(), line((" " + _("The box is starting ..."), look.QUIET))]
