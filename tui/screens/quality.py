"""LINES > Voice quality: which phones and trunks sound bad, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.format import DASH, day, of, share
from tui.i18n import N_, _, n_
from tui.qualityfacts import milliseconds, mos, style
from tui.screens.page import Page
from tui.widgets.cells import fit, line
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from appliance.api.quality import DayQuality, PartyQuality, QualityReport

PERIODS = (7, 31, 1)
"""Days; `p` goes round."""
_DAYS_SHOWN = 7
"""The trend's columns at 80 cells; more where there is room."""


class QualityPage(Page):
    """Phones and trunks, the worst first, over the days."""

    CRUMBS = N_("LINES > Voice quality")
    ANSWERS = N_(
        "Who sounds bad and since when. MOS is what listeners would say, from 1 (bad) to 4.4 (as good as a telephone "
        "can be), estimated from loss, jitter and delay of each leg over SIP; below 3.6 many people are dissatisfied. "
        "Worst first, by the median of the period. In is what came from the phone or trunk, out what reached it. A "
        "dash is not known: the calls were too short, or it sends no reports. Enter shows the trend of one, p another "
        "period."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("p", "period", N_("Period"))]

    def __init__(self) -> None:
        super().__init__()
        self._report: QualityReport | None = None
        self._days = PERIODS[0]
        self._party: tuple[str, bool] | None = None

    def summary(self) -> str:
        """Over which days."""
        return n_("the last {n} day", "the last {n} days", self._days)

    def body(self) -> Iterable[Widget]:
        """The trend over the table."""
        yield Painted(self._trend, id="trend")
        columns = (
            Column(N_("Phone, trunk"), 12, share=1),
            Column(N_("MOS"), 4, "right"),
            Column(N_("Worst"), 5, "right"),
            Column(N_("Bad calls"), 10, "right"),
            Column(N_("Lost in"), 7, "right"),
            Column(N_("& out"), 6, "right"),
            Column(N_("Jitter in"), 9, "right"),
            Column(N_("& out"), 6, "right"),
            Column(N_("Round trip"), 10, "right"),
        )
        empty = _("No call over SIP was answered in these days. How it sounded stands here when it has ended.")
        yield Table(columns, empty=lambda: empty, id="parties")

    def load(self) -> None:
        """Ask for the period."""
        from appliance.api.quality import QUALITY, QualityPeriod

        party, trunk = self._party or (None, False)
        self.ask(QUALITY, QualityPeriod(days=self._days, party=party, trunk=trunk), self._came)

    def _came(self, report: QualityReport) -> None:
        self._report = report
        self.loaded = True
        self.repaint()

    def picture_changed(self) -> None:
        """The rows."""
        table = self.query_one(Table)
        table.stale = self.picture.lost_since is not None
        table.show(None if self._report is None else [_row(one) for one in self._report.parties])

    def action_period(self) -> None:
        """Other days."""
        self._days = PERIODS[(PERIODS.index(self._days) + 1) % len(PERIODS)]
        self.load()
        self.repaint()

    def on_table_opened(self, event: Table.Opened) -> None:
        """The trend of this one; of everybody, when it is this one's already."""
        kind, _sep, name = event.key.partition(" ")
        chosen = (name, kind == "trunk")
        self._party = None if chosen == self._party else chosen
        self.load()

    def _trend(self, width: int) -> list[Text]:
        if self._report is None:
            return [line(), line(), line(), line()]
        days = self._report.days[-max(_DAYS_SHOWN, (width - 14) // 9) :]
        who = _name(*self._party) if self._party is not None else _("all of them")
        rows = [line((" " + fit(_("TREND"), 12), look.HEAD), (" " + who, look.QUIET))]
        rows.append(
            line((" " * 13 + "".join(fit(day(one.begin, self.picture.zone), 9, "right") for one in days), look.QUIET))
        )
        medians = line(" " + fit(_("MOS"), 12))
        for one in days:
            medians.append(fit(mos(one.mos), 9, "right"), style(one.mos))
        rows += [
            medians,
            line(" " + fit(_("bad calls"), 12) + "".join(fit(_bad_that_day(one), 9, "right") for one in days)),
            line(),
        ]
        return rows


def _bad(one: PartyQuality) -> str:
    return of(one.bad, one.known) if one.known else DASH


def _bad_that_day(one: DayQuality) -> str:
    """As short as its column."""
    return f"{one.bad}/{one.known}" if one.known else DASH


def _name(party: str, trunk: bool) -> str:
    return (_("Trunk {name}") if trunk else _("Phone {name}")).format(name=party)


def _row(one: PartyQuality) -> Row:
    return Row(
        f"{'trunk' if one.trunk else 'phone'} {one.party}",
        (
            _name(one.party, one.trunk),
            (mos(one.mos), style(one.mos)),
            (mos(one.worst), style(one.worst)),
            _bad(one),
            share(one.from_loss, 1),
            share(one.to_loss, 1),
            milliseconds(one.from_jitter),
            milliseconds(one.to_jitter),
            milliseconds(one.round_trip),
        ),
    )
