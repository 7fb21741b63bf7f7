"""A recovery password made by a technician: at first boot nobody wrote one down, or the paper is lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.i18n import N_, _
from tui.screens.page import Page
from tui.widgets.cells import line, wrap
from tui.widgets.entry import Entry
from tui.widgets.painted import Painted

if TYPE_CHECKING:
    from appliance.api.setup import RecoveryShown
    from appliance.api.wire import Empty


class NewRecovery(Page):
    """Shown once, written back, then in force in place of the old one."""

    CRUMBS = N_("BOX > Recovery password")
    ANSWERS = N_(
        "A recovery password opens the rescue menu when nobody can log in any more. Write the new one on paper, then "
        "type it from the paper; from then on the old one opens nothing. Esc leaves the old one as it was."
    )
    AUTO_FOCUS = "Entry"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "keep", N_("Keep"), priority=True)]

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""

    def body(self) -> Iterable[Widget]:
        """The password, and where it is typed back."""
        yield Painted(self._draw)
        yield Entry(id="typed")

    def summary(self) -> str:
        """Nothing is changed yet."""
        return ""

    def load(self) -> None:
        """Have one made."""
        from appliance.api.setup import RECOVERY_NEW
        from appliance.api.wire import Empty

        if not self._shown:
            self.ask(RECOVERY_NEW, Empty(), self._came)

    def _came(self, shown: RecoveryShown) -> None:
        self._shown = shown.password
        self.loaded = True
        self.repaint()

    def _draw(self, width: int) -> list[Text]:
        words = _(
            "It opens the rescue menu of this box at its own screen when nobody can log in any more. Write it on paper "
            "and lock it away: it is shown this once and kept as a hash only."
        )
        said = [line(" " + part) for part in wrap(words, width - 2)]
        shown = line("     ", (self._shown or self.nothing_yet(), look.HEAD))
        return [*said, line(), shown, line(), line(" " + _("Type it from the paper"))]

    def on_input_submitted(self) -> None:
        """Enter keeps it."""
        self.action_keep()

    def action_keep(self) -> None:
        """Keep it."""
        from appliance.api.setup import RECOVERY_KEEP, RecoveryTyped

        def done(_nothing: Empty) -> None:
            self.app.pop_screen()
            if isinstance(self.app.screen, Page):
                self.app.screen.notice(_("The new recovery password is in force."))

        self.ask(RECOVERY_KEEP, RecoveryTyped(password=self.query_one(Entry).text), done)
