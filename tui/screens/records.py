"""F7 Records: every call there was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from tui import look
from tui.format import DASH, duration, moment
from tui.i18n import N_, _, n_
from tui.screens.listing import Listing
from tui.widgets.entry import Option
from tui.widgets.filterline import FilterField
from tui.widgets.table import Column, Row, Table
from tui.words import cause, word

if TYPE_CHECKING:
    from appliance.api.contract import Call, CallFilter, CallPage

OUTCOMES = (
    "answered",
    "abandoned",
    "in-menu",
    "no-answer",
    "busy",
    "overflowed",
    "voicemail",
    "closed",
    "unknown-number",
    "failed",
)
PAGE = 100


def words_for(values: Iterable[str]) -> Sequence[Option]:
    """Options of a filter's choice: any, then each word."""
    return [("", lambda: _("any")), *((value, lambda value=value: word(value)) for value in values)]


class Records(Listing):
    """The call history, newest first, page by page."""

    CRUMBS = N_("RECORDS")
    ANSWERS = N_(
        "Which calls there were, newest first, and how each ended. / filters by number, queue, agent, way, outcome and "
        "day (21, 11-21 or 2026-11-21); End or the last row loads the next page. Enter tells a call's story; v shows "
        "the recordings."
    )
    OPENS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "recordings", N_("Recordings")),
        Binding("u", "customers", N_("Customers")),
    ]
    COLUMNS: ClassVar[Sequence[Column]] = (
        Column(N_("Began"), 12),
        Column(N_("Way"), 6),
        Column(N_("Caller"), 11, share=1),
        Column(N_("Called"), 11, share=1),
        Column(N_("Queue"), 7, share=1),
        Column(N_("Agent"), 5),
        Column(N_("Waited"), 6, "right", wide=True),
        Column(N_("Talked"), 6, "right"),
        Column(N_("Outcome"), 12),
        Column(N_("Menu path"), 12, wide=True),
        Column(N_("Rec"), 3, "right", wide=True),
        Column(N_("Hangup cause"), 18, wide=True),
    )

    def __init__(self) -> None:
        super().__init__()
        self._calls: tuple[Call, ...] | None = None
        self._cursor: str | None = None

    def filter_rows(self) -> Iterable[Sequence[FilterField]]:
        """Number, queue, agent; way, outcome, day."""
        yield (
            FilterField("number", N_("Number"), 16),
            FilterField("queue", N_("Queue"), 16),
            FilterField("agent", N_("Agent"), 14),
        )
        yield (
            FilterField("direction", N_("Way"), 16, lambda: words_for(("in", "out", "internal"))),
            FilterField("outcome", N_("Outcome"), 16, lambda: words_for(OUTCOMES)),
            FilterField("day", N_("Day"), 14),
        )

    def empty(self) -> str:
        """A branch without a past."""
        return _("No call has been recorded yet. A call stands here as soon as it ends.")

    def headline(self) -> str:
        """How many are loaded."""
        if self._calls is None:
            return ""
        count = len(self._calls)
        return (
            _("{count} calls, more below").format(count=count) if self._cursor else n_("{n} call", "{n} calls", count)
        )

    def load(self) -> None:
        """Ask for the first page."""
        self._page(None)

    def more(self) -> None:
        """Ask for the next page."""
        if self._cursor is not None:
            self._page(self._cursor)

    def _page(self, before: str | None) -> None:
        from appliance.api.contract import CALLS_LIST

        wanted = self._wanted(before)
        if wanted is not None:
            self.ask(CALLS_LIST, wanted, lambda page: self._came(page, more=before is not None))

    def _wanted(self, before: str | None) -> CallFilter | None:
        from appliance.api.contract import CallFilter

        values: dict[str, object] = dict(self.filter.applied)
        if not self.day_to_span(values):
            return None
        if isinstance(values.get("number"), str):
            values["number"] = str(values["number"])[:20]
        return CallFilter.model_validate({**values, "limit": PAGE, "before": before})

    def _came(self, page: CallPage, *, more: bool) -> None:
        self._calls = (*(self._calls or ()), *page.calls) if more else page.calls
        self._cursor = page.cursor
        self.loaded = True
        self.repaint()

    def rows(self) -> Sequence[Row] | None:
        """One row per call."""
        if self._calls is None:
            return None
        return [self._row(call) for call in self._calls]

    def _row(self, call: Call) -> Row:
        outcome = str(call.outcome) if call.outcome is not None else ""
        return Row(
            call.linkedid,
            (
                moment(call.started, self.picture.zone, self.now),
                word(call.direction),
                call.caller or DASH,
                call.called or DASH,
                call.queue or DASH,
                call.agent or DASH,
                duration(call.waited),
                duration(call.talked),
                (word(outcome) if outcome else _("goes on"), look.of_state(outcome)),
                call.menu_path or DASH,
                str(call.recordings) if call.recordings else DASH,
                cause(call.hangup_cause),
            ),
        )

    def action_customers(self) -> None:
        """Who calls here."""
        from tui.screens.customers import CustomerList

        self.app.push_screen(CustomerList())

    def on_table_opened(self, event: Table.Opened) -> None:
        """Open the call's story."""
        from tui.screens.call import CallStory

        self.app.push_screen(CallStory(event.key, N_("RECORDS")))

    def action_recordings(self) -> None:
        """What was recorded."""
        from tui.screens.recordings import Recordings

        self.app.push_screen(Recordings())
