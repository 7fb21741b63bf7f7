"""RECORDS > Recordings: find one by anything on its call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from tui import look
from tui.format import DASH, duration, moment, share, size
from tui.i18n import N_, _, say
from tui.screens.listing import Listing
from tui.screens.records import OUTCOMES, words_for
from tui.widgets.filterline import FilterField
from tui.widgets.table import Column, Row, Table
from tui.words import word, yes_no

if TYPE_CHECKING:
    from appliance.api.recordings import Found, RecordingFilter, RecordingPage, RecordingsState

PAGE = 100


class Recordings(Listing):
    """Every recording, newest first; the line above says how the recorder and its disk fare."""

    CRUMBS = N_("RECORDS > Recordings")
    ANSWERS = N_(
        "Which calls were recorded, newest first. / filters by number, queue, agent, way, outcome, day, comment and "
        "tag. Enter opens one: hear it on your phone, comment it, keep it. u shows the key: who may hear, and who "
        "waits."
    )
    OPENS = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("u", "key", N_("Key"))]
    COLUMNS: ClassVar[Sequence[Column]] = (
        Column(N_("Began"), 12),
        Column(N_("Way"), 6),
        Column(N_("Caller"), 11, share=1),
        Column(N_("Called"), 11, share=1),
        Column(N_("Queue"), 7, share=1),
        Column(N_("Agent"), 5),
        Column(N_("Length"), 6, "right"),
        Column(N_("State"), 10),
        Column(N_("Notes"), 5, "right", wide=True),
        Column(N_("Tags"), 16, wide=True),
        Column(N_("Size"), 8, "right", wide=True),
    )

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[Found, ...] | None = None
        self._cursor: str | None = None
        self._state: RecordingsState | None = None

    def filter_rows(self) -> Iterable[Sequence[FilterField]]:
        """Number, queue, agent; way, outcome, day; comment, tag, hold."""
        held = [("", lambda: yes_no(False)), ("yes", lambda: yes_no(True))]
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
        yield (
            FilterField("text", N_("Comment"), 16),
            FilterField("tag", N_("Tag"), 16),
            FilterField("held", N_("On hold"), 14, lambda: held),
        )

    def empty(self) -> str:
        """A branch that records nothing."""
        return _(
            "Nothing has been recorded yet. Setup says which numbers, queues and phones are; a recording stands here a "
            "moment after its call."
        )

    def headline(self) -> str:
        """What needs a person, or how much there is."""
        state = self._state
        if state is None:
            return ""
        if state.problems:
            return say(state.problems[0])
        return _("{count} recordings, {size}; disk {free} free").format(
            count=state.recordings, size=size(state.bytes), free=share(state.free)
        )

    def load(self) -> None:
        """Ask for the first page, and how the recorder fares."""
        from appliance.api.recordings import RECORDINGS_STATE
        from appliance.api.wire import Empty

        self._page(None)
        self.ask(RECORDINGS_STATE, Empty(), self._told)

    def more(self) -> None:
        """Ask for the next page."""
        if self._cursor is not None:
            self._page(self._cursor)

    def _told(self, state: RecordingsState) -> None:
        self._state = state
        self.repaint()

    def _page(self, before: str | None) -> None:
        from appliance.api.recordings import RECORDINGS_LIST

        wanted = self._wanted(before)
        if wanted is not None:
            self.ask(RECORDINGS_LIST, wanted, lambda page: self._came(page, more=before is not None))

    def _wanted(self, before: str | None) -> RecordingFilter | None:
        from appliance.api.recordings import RecordingFilter

        values: dict[str, object] = dict(self.filter.applied)
        if not self.day_to_span(values):
            return None
        for name, longest in (("number", 20), ("text", 60), ("tag", 30)):
            if name in values:
                values[name] = str(values[name])[:longest]
        values["held"] = "held" in values
        return RecordingFilter.model_validate({**values, "limit": PAGE, "before": before})

    def _came(self, page: RecordingPage, *, more: bool) -> None:
        self._found = (*(self._found or ()), *page.recordings) if more else page.recordings
        self._cursor = page.cursor
        self.loaded = True
        self.repaint()

    def rows(self) -> Sequence[Row] | None:
        """One row per recording."""
        return None if self._found is None else [self._row(one) for one in self._found]

    def _row(self, one: Found) -> Row:
        state = condition(one)
        return Row(
            one.name,
            (
                moment(one.started, self.picture.zone, self.now),
                word(one.direction) if one.direction else DASH,
                one.caller or DASH,
                one.called or DASH,
                one.queue or DASH,
                one.agent or DASH,
                duration(one.duration),
                (word(state), look.QUIET if one.removed else look.WARN) if state else DASH,
                str(one.notes) if one.notes else DASH,
                ", ".join(one.tags) or DASH,
                size(one.size),
            ),
        )

    def on_table_opened(self, event: Table.Opened) -> None:
        """Open the recording."""
        from tui.screens.recording import RecordingScreen

        self.app.push_screen(RecordingScreen(event.key))

    def action_key(self) -> None:
        """Who may hear."""
        from tui.screens.recording_key import RecordingKeyScreen

        self.app.push_screen(RecordingKeyScreen())


def condition(one: Found) -> str:
    """What is out of the ordinary about a recording, in one word; empty when nothing is."""
    if one.removed is not None:
        return "removed"
    if one.held_by is not None:
        return "held"
    if one.cut_short:
        return "cut short"
    return "with pause" if one.paused else ""
