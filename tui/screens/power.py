"""BOX > Power: restart, switch off, start over; what waits and how to stop it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import BindingType
from textual.widget import Widget

from tui import look
from tui.i18n import N_, _, say
from tui.restarts import CHOICES, When, said
from tui.screens.ask import AskWhy, Choose
from tui.screens.page import Page
from tui.widgets.cells import line, wrap
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from appliance.api.power import PowerState

_ACTIONS = {
    "reboot": (N_("Restart the box"), N_("Calls cannot come in for about two minutes.")),
    "off": (N_("Switch the box off"), N_("Calls cannot come in until somebody switches it on.")),
    "keep": (N_("Start over, keep recordings"), N_("Configuration and people go; recordings and history stay.")),
    "all": (
        N_("Start over, keep nothing"),
        N_("Everything of this branch goes, recordings too."),
    ),
}


def ask_when(page: Page, question: Callable[[], str], then: Callable[[When, str], None]) -> None:
    """Ask when, then why; `then` gets both."""

    def chosen(name: str | None) -> None:
        choice = next((each for each in CHOICES if each.name == name), None)
        if choice is None:
            return

        def answered(why: str | None) -> None:
            if why:
                then(choice.of(page.now, page.picture.zone), why)

        page.app.push_screen(AskWhy(question), answered)

    options = [(each.name, partial(_, each.words)) for each in CHOICES]
    page.app.push_screen(Choose(lambda: _("When?"), options, CHOICES[0].name), chosen)


def cancel_restart(page: Page) -> None:
    """Let the box go on."""
    from appliance.api.contract import Why
    from appliance.api.power import POWER_CANCEL

    def done(_state: PowerState) -> None:
        page.ours.feed_now()
        page.notice(_("Cancelled: the box goes on."))
        page.load()

    page.ask(POWER_CANCEL, Why(), done)


class Power(Page):
    """What is about to stop the box, and the ways to stop it."""

    CRUMBS = N_("BOX > Power")
    ANSWERS = N_(
        "Restart the box, switch it off, or start over as from the factory. Each asks when, and why: the reason is in "
        "the operation log, and everybody sees it coming on every screen. k cancels it until the moment comes."
    )
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self) -> None:
        super().__init__()
        self._state: PowerState | None = None

    def body(self) -> Iterable[Widget]:
        """What waits, then what can be done."""
        yield Painted(self._draw, id="waiting")
        yield Table((Column("", 30), Column(N_("Effect"), 30, share=1)), empty=lambda: "", id="actions")

    def load(self) -> None:
        """Ask what waits."""
        from appliance.api.power import POWER_STATE
        from appliance.api.wire import Empty

        self.ask(POWER_STATE, Empty(), self._came)

    def _came(self, state: PowerState) -> None:
        self._state = state
        self.loaded = True
        self.repaint()

    def picture_changed(self) -> None:
        """The same four ways, in the language of now."""
        table = self.query_one(Table)
        table.show([Row(key, (_(what), (_(effect), look.QUIET))) for key, (what, effect) in _ACTIONS.items()])

    def _draw(self, width: int) -> list[Text]:
        if self._state is None:
            return [line((" " + self.nothing_yet(), look.QUIET)), line()]
        restart = self.picture.dashboard.restart if self.picture.dashboard else None
        lines = []
        if restart is None:
            lines.append(line(" " + _("Nothing waits: the box goes on.")))
        else:
            words = said(restart, self._state.calls, self.now, self.picture.zone)
            lines += [line((" " + part, look.WARN)) for part in wrap(words, width - 2)]
            lines.append(line((" " + _("k cancels it."), look.HEAD)))
        if self._state.given_up is not None:
            lines += [line((" " + part, look.WARN)) for part in wrap(say(self._state.given_up), width - 2)]
        return [*lines, line()]

    # --- doing ----------------------------------------------------------------------------

    def on_table_opened(self, event: Table.Opened) -> None:
        """Ask when and why; starting over asks for the branch's code too."""
        what, effect = _ACTIONS[event.key]

        def question() -> str:
            return f"{_(what)}? {_(effect)}"

        if event.key in {"reboot", "off"}:
            ask_when(self, question, partial(self._stop, event.key))
        else:
            self.app.push_screen(
                AskWhy(question, N_("Write the branch's code to go on:")), partial(self._typed, event.key, question)
            )

    def _stop(self, key: str, when: When, why: str) -> None:
        from appliance.api.power import POWER_OFF, POWER_REBOOT, PowerRequest

        method = POWER_OFF if key == "off" else POWER_REBOOT
        request = PowerRequest(why=why, wait=when.wait, begin=when.begin, anyway=when.anyway)
        self.ask(method, request, self._asked)

    def _typed(self, key: str, question: Callable[[], str], code: str | None) -> None:
        if code:
            ask_when(self, question, partial(self._reset, key, code))

    def _reset(self, key: str, code: str, when: When, why: str) -> None:
        from appliance.api.power import POWER_RESET, FactoryReset

        wanted = FactoryReset(
            why=why,
            code=code[:20],
            keep_recordings=key == "keep",
            wait=when.wait,
            begin=when.begin,
            anyway=when.anyway,
        )
        self.ask(POWER_RESET, wanted, self._asked)

    def _asked(self, state: PowerState) -> None:
        self.ours.feed_now()
        self._came(state)
        self.notice(_("Asked for. Every screen says so now."))
