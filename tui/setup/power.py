"""The UPS, if there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from appliance.site.draft import Step
from tui import look
from tui.i18n import N_, _
from tui.setup.question import Question
from tui.widgets.cells import line, wrap

if TYPE_CHECKING:
    from appliance.api.setup import Ups, UpsFound

LOOK_AGAIN = 2.0
"""Seconds between two looks at what is plugged in."""


class PowerQuestion(Question):
    """Whether the box outlives a power cut."""

    STEP = Step.POWER
    TITLE = N_("Power")
    WORDS = N_(
        "A UPS with a USB cable to this box tells it about power cuts, so that it can switch itself off in time."
    )
    ANSWERS = N_("Which UPS the box sees. Plug its USB cable in now, or go on without one; it can come later.")
    AUTO_FOCUS = "Scroll"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "next", N_("Next"), show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[Ups, ...] | None = None

    def on_mount(self) -> None:
        """Look again and again."""
        super().on_mount()
        self.set_interval(LOOK_AGAIN, self.load)

    def load(self) -> None:
        """Ask what is plugged in."""
        from appliance.api.setup import SETUP_UPS
        from appliance.api.wire import Empty

        self.ask(SETUP_UPS, Empty(), self._came)

    def _came(self, answer: UpsFound) -> None:
        self._found = answer.found
        self.loaded = True
        self.repaint()

    def more(self, width: int) -> list[Text]:
        """What was found."""
        if self._found is None:
            return [line(), line((" " + self.nothing_yet(), look.QUIET))]
        if not self._found:
            words = _("No UPS found. The box goes on without one; a power cut then ends all calls at once.")
            return [line(), *(line((" " + part, look.WARN)) for part in wrap(words, width - 2))]
        head = line((" " + _("Found:"), look.HEAD))
        return [line(), head, *(line("   ", f"{ups.vendor} {ups.model}".strip()) for ups in self._found)]

    def action_next(self) -> None:
        """On; nothing is kept of this."""
        self.setup.next()
