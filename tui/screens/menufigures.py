"""SETUP > Tree > Figures: what callers did in each menu, on one day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.format import DASH, duration, moment, number
from tui.i18n import N_, _
from tui.screens.ask import AskWhy
from tui.screens.page import Page
from tui.widgets.cells import line
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from appliance.api.menus import Figures, MenuFigures

WEEK = 7 * 86_400.0


class MenuFiguresPage(Page):
    """One line for each menu."""

    CRUMBS = N_("SETUP > Tree > Figures")
    ANSWERS = N_(
        "What callers did in each menu in the last seven days: how many came in, which keys they pressed, how often "
        "they pressed nothing or a wrong key, how many hung up there, and how long they stayed. / shows one day only."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("slash", "day", N_("Day"), key_display="/")]

    def __init__(self) -> None:
        super().__init__()
        self._figures: Figures | None = None
        self._day = ""

    def body(self) -> Iterable[Widget]:
        """Which days, and the table."""
        yield Painted(self._period, id="period")
        columns = (
            Column(N_("Menu"), 12, share=1),
            Column(N_("Entered"), 7, "right"),
            Column(N_("Keys"), 20, share=1),
            Column(N_("Silent"), 6, "right"),
            Column(N_("Wrong"), 5, "right"),
            Column(N_("Sent away"), 9, "right"),
            Column(N_("Hung up"), 7, "right"),
            Column(N_("Stay"), 5, "right"),
        )
        yield Table(columns, empty=lambda: _("No caller entered a menu then."), id="menus", opens=False)

    def load(self) -> None:
        """Ask for the period's figures."""
        from appliance.api.menus import FIGURES, Period

        span = self.span_of(self._day) if self._day else (self.now - WEEK, self.now)
        if span is None:
            return
        self.ask(FIGURES, Period(since=span[0], until=span[1]), self._came)

    def _came(self, figures: Figures) -> None:
        self._figures = figures
        self.loaded = True
        self.repaint()

    def picture_changed(self) -> None:
        """The rows."""
        table = self.query_one(Table)
        table.stale = self.picture.lost_since is not None
        table.show(None if self._figures is None else [self._row(menu) for menu in self._figures.menus])

    def _period(self, _width: int) -> list[Text]:
        words = self._day or _("since {when}").format(when=moment(self.now - WEEK, self.picture.zone, self.now))
        return [line((" " + words, look.QUIET))]

    def _row(self, menu: MenuFigures) -> Row:
        return Row(
            menu.menu,
            (
                menu.menu,
                number(menu.entered),
                "  ".join(f"{key}:{count}" for key, count in menu.keys.items()) or DASH,
                number(menu.no_input),
                number(menu.wrong),
                number(menu.given_up),
                (number(menu.hung_up), look.WARN if menu.hung_up * 3 > menu.entered else ""),
                duration(menu.seconds),
            ),
        )

    def action_day(self) -> None:
        """One day, or the last seven again."""
        question = N_("Which day? Nothing written: the last seven days.")
        self.app.push_screen(
            AskWhy(lambda: _(question), N_("Day (21, 11-21 or 2026-11-21):"), may_be_empty=True), self._chosen
        )

    def _chosen(self, day: str | None) -> None:
        if day is not None:
            self._day = day.strip()
            self.load()
            self.repaint()
