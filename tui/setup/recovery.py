"""The recovery password: made by the box, shown once, written back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from appliance.site.draft import Step
from tui import look
from tui.forms import Field
from tui.forms.fields import text
from tui.i18n import N_, _
from tui.setup.question import Question
from tui.widgets.cells import line, wrap

if TYPE_CHECKING:
    from appliance.api.setup import RecoveryShown


class RecoveryQuestion(Question):
    """What opens the box when nobody can log in any more."""

    STEP = Step.RECOVERY
    TITLE = N_("Recovery password")
    WORDS = N_(
        "It opens the rescue menu of this box at its own screen when nobody can log in any more. Write it on paper and "
        "lock it away: it is shown this once and kept as a hash only."
    )
    ANSWERS = N_(
        "The box made a password for emergencies. Write it on paper, then type it from the paper: that proves that it "
        "can be read. Dashes, spaces and capitals do not matter. F5 makes another one."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "another", N_("Make another"))]

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""

    @property
    def _there(self) -> bool:
        return bool(self.state and self.state.recovery) and not self._shown

    def fields(self) -> Iterable[tuple[Field, str]]:
        """Where it is typed back."""
        yield text("password", label=N_("Type it from the paper"), help=N_("Dashes and spaces do not matter.")), ""

    def load(self) -> None:
        """Have one made, unless there is one."""
        if self._there:
            self.loaded = True
            self.repaint()
        else:
            self.action_another()

    def action_another(self) -> None:
        """A fresh one."""
        from appliance.api.setup import RECOVERY_NEW
        from appliance.api.wire import Empty

        self.ask(RECOVERY_NEW, Empty(), self._came)

    def _came(self, shown: RecoveryShown) -> None:
        self._shown = shown.password
        self.loaded = True
        self.repaint()

    def picture_changed(self) -> None:
        """Nothing to type when there is one already."""
        self.row("password").display = not self._there

    def more(self, width: int) -> list[Text]:
        """The password, large enough to be read."""
        if self._there:
            words = _("This box has a recovery password already. Ctrl+S goes on; F5 makes another one in its place.")
            return [line(), *(line((" " + part, look.HEAD)) for part in wrap(words, width - 2))]
        return [line(), line("     ", (self._shown or self.nothing_yet(), look.HEAD)), line()]

    def action_next(self) -> None:
        """Keep it when it was written back."""
        from appliance.api.setup import RECOVERY_KEEP, RecoveryTyped

        if self._there:
            self.on()
            return
        typed = self.value("password")
        self.ask(RECOVERY_KEEP, RecoveryTyped(password=typed), lambda _nothing: self.on())

    def on(self) -> None:
        """The next question."""
        self.setup.next()
