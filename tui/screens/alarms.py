"""HOME > Alarms: what stands and what stood, the chosen one in full below, and what people do about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.alarmfacts import state, told
from tui.format import DASH, moment
from tui.i18n import N_, _, say
from tui.screens.alarm import AlarmDeeds, AlarmScreen
from tui.widgets.cells import line, wrap
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from appliance.api.alarms import AlarmDetail, AlarmPage
    from appliance.api.contract import Alarm


class AlarmList(AlarmDeeds):
    """One line for each alarm, newest first; below, the chosen one's words."""

    DEFAULT_CSS = """
    AlarmList #alarms { height: 2fr; min-height: 5; }
    AlarmList #words { height: 1fr; min-height: 7; }
    """
    CRUMBS = N_("HOME > Alarms")
    ANSWERS = N_(
        "What needs somebody now, newest first; p shows what is over. Enter tells why an alarm matters, what to do and "
        "what was written to it. a takes it as known: it keeps quiet until it gets worse. o says that you see to it, "
        "or no longer do, w writes a note. The bell rings when something critical happens, whatever screen is open; "
        "s silences it until you leave. What another alarm explains is not in the list, but under that one."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "past", N_("Over")),
        Binding("s", "sound", N_("Sound")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._past = False
        self._alarms: tuple[Alarm, ...] | None = None
        self._cursor: int | None = None
        self._stood: tuple[tuple[int, str, float | None], ...] = ()

    def body(self) -> Iterable[Widget]:
        """The list, then the chosen one's words."""
        columns = (
            Column(N_("Began"), 12),
            Column(N_("State"), 12),
            Column(N_("What"), 14, share=2),
            Column(N_("Where"), 12, share=2),
            Column(N_("Who"), 9, share=1),
            Column(N_("Over"), 12, wide=True),
        )
        yield Table(columns, empty=self._empty, id="alarms")
        with Scroll():
            yield Painted(self._words, id="words")

    def _empty(self) -> str:
        return _("No alarm of the last year is over.") if self._past else _("None. Nothing needs you now.")

    def summary(self) -> str | None:
        """Which of them."""
        return _("what is over, newest first") if self._past else None

    def load(self) -> None:
        """Ask for the first page."""
        self._ask_page(None)

    def _ask_page(self, before: int | None) -> None:
        from appliance.api.alarms import LIST, AlarmFilter

        self.ask(
            LIST,
            AlarmFilter(standing=not self._past, before=before),
            lambda page: self._came(page, () if before is None else self._alarms or ()),
        )

    def _came(self, page: AlarmPage, known: tuple[Alarm, ...]) -> None:
        self._alarms, self._cursor = (*known, *page.alarms), page.cursor
        self.loaded = True
        self.repaint()
        self.refresh_bindings()

    def on_table_at_end(self) -> None:
        """The last row asks for the next page."""
        if self._cursor is not None:
            cursor, self._cursor = self._cursor, None
            self._ask_page(cursor)

    def on_table_moved(self) -> None:
        """Other words below."""
        self.repaint()
        self.refresh_bindings()

    def picture_changed(self) -> None:
        """The rows; asked for anew when the feed tells of others."""
        dashboard = self.picture.dashboard
        if dashboard is not None and dashboard.box is not None:
            stand = tuple((alarm.id, str(alarm.severity), alarm.acknowledged) for alarm in dashboard.box.alarms)
            if stand != self._stood:
                self._stood = stand
                if self.loaded:
                    self.load()
        table = self.query_one(Table)
        table.stale = self.picture.lost_since is not None
        table.show(None if self._alarms is None else [self._row(alarm) for alarm in self._alarms])

    def _row(self, alarm: Alarm) -> Row:
        calm = alarm.cleared is not None or alarm.acknowledged is not None
        zone = self.picture.zone
        return Row(
            str(alarm.id),
            (
                moment(alarm.since, zone, self.now),
                (state(alarm), "" if calm else look.of_state(alarm.severity)),
                _(alarm.title) if alarm.title else alarm.check,
                alarm.label or DASH,
                alarm.owner or DASH,
                moment(alarm.cleared, zone, self.now),
            ),
        )

    def _words(self, width: int) -> list[Text]:
        alarm = self.chosen()
        if alarm is None:
            return []
        lines = [line(), *(line((" " + part, look.HEAD)) for part in wrap(say(alarm.problem), width - 2))]
        if alarm.problem.original:
            lines += [line((" " + part, look.QUIET)) for part in wrap(alarm.problem.original, width - 2)]
        lines += [line(" " + words) for words in told(alarm, self.picture.zone, self.now)]
        if alarm.consequences:
            lines.append(line(" " + _("explains {count} others: Enter names them").format(count=alarm.consequences)))
        return lines

    def chosen(self) -> Alarm | None:
        """The one under the cursor."""
        current = self.query_one(Table).current if self.is_mounted else None
        return next((alarm for alarm in self._alarms or () if str(alarm.id) == current), None)

    def done(self, _detail: AlarmDetail) -> None:
        """Somebody did something."""
        self.load()

    def on_screen_resume(self) -> None:
        """Something may have been done on the screen before."""
        super().on_screen_resume()
        if self.loaded:
            self.load()

    def on_table_opened(self, event: Table.Opened) -> None:
        """All of one."""
        self.app.push_screen(AlarmScreen(int(event.key)))

    def action_past(self) -> None:
        """Those that are over, or those that stand."""
        self._past = not self._past
        self._alarms, self._cursor, self.loaded = None, None, False
        self.repaint()
        self.load()

    def action_sound(self) -> None:
        """With the bell or without, until this person leaves."""
        self.ours.silent = not self.ours.silent
        self.notice(
            _("The bell is silent until you leave.")
            if self.ours.silent
            else _("The bell rings when something critical happens.")
        )
        if not self.ours.silent:
            self.app.bell()
