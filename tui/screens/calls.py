"""F3 Calls: who is calling, who waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.feed import WITH_CUSTOMERS
from tui.format import DASH, duration
from tui.i18n import N_, _, n_
from tui.screens.page import Page
from tui.widgets.cells import fit, line
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.contract import Live, LiveCall

STATES = ("waiting", "ringing", "talking", "parked", "menu", "dialling", "voicemail")
QUEUES_SHOWN = 4


class Calls(Page):
    """Every call that is up, those who wait first, then the queues."""

    CRUMBS = N_("CALLS")
    ANSWERS = N_(
        "Who is calling, in which state and for how long; who waits longest stands first. Below: every queue with its "
        "waiting callers. Enter opens a call with its story so far; a shows who hung up while waiting."
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "abandoned", N_("Abandoned")),
    ]

    def body(self) -> Iterable[Widget]:
        """States counted, the calls, the queues."""
        yield Painted(self._counts, id="counts")
        yield Table(
            (
                Column(N_("State"), 10),
                Column(N_("Since"), 8, "right"),
                Column(N_("Way"), 8),
                Column(N_("Caller"), 13, share=1),
                Column(N_("Called"), 13, share=1),
                Column(N_("Where"), 16, share=2),
                Column(N_("Trunk"), 12, wide=True),
                Column(N_("Age"), 8, "right", wide=True),
            ),
            empty=lambda: _("No call is up. Calls appear here the moment they come in."),
            id="calls",
        )
        yield Painted(self._queues, id="queues")

    def load(self) -> None:
        """Everything here comes by the feed."""

    def picture_changed(self) -> None:
        """The rows of now."""
        table = self.query_one("#calls", Table)
        table.stale = self.picture.lost_since is not None
        live = self.picture.live
        self.loaded = live is not None
        table.show(None if live is None else [self._row(call) for call in _ordered(live)])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Callers are called back by those who work with customers."""
        if action == "abandoned":
            return self.picture.is_of(WITH_CUSTOMERS)
        return super().check_action(action, parameters)

    def action_abandoned(self) -> None:
        """Who hung up while waiting, to be called back."""
        from tui.screens.abandoned import AbandonedCalls

        self.app.push_screen(AbandonedCalls())

    def on_table_opened(self, event: Table.Opened) -> None:
        """Open the call."""
        from tui.screens.call import CallStory

        self.app.push_screen(CallStory(event.key, N_("CALLS")))

    def _row(self, call: LiveCall) -> Row:
        return Row(
            call.linkedid,
            (
                (word(call.state), look.of_state(call.state)),
                duration(self.now - call.state_since),
                word(call.direction),
                call.caller or DASH,
                call.called or DASH,
                _where(call),
                call.trunk or DASH,
                duration(self.now - call.since),
            ),
        )

    def _counts(self, width: int) -> list[Text]:
        live = self.picture.live
        if live is None:
            return [line()]
        states = Counter(str(call.state) for call in live.calls)
        text = line(" ", (n_("{n} call", "{n} calls", len(live.calls)), look.HEAD))
        for state in STATES:
            if states[state]:
                text.append(f"   {word(state)} {states[state]}", look.of_state(state))
        return [text]

    def _queues(self, width: int) -> list[Text]:
        live = self.picture.live
        if live is None or not live.queues:
            return [line()]
        rows = sorted(live.queues, key=lambda queue: (-queue.waiting, queue.name))
        shown = rows[: QUEUES_SHOWN if self.size.height < 40 else 12]
        lines = [line()]
        for queue in shown:
            longest = duration(self.now - queue.longest_since) if queue.longest_since is not None else DASH
            waiting = _("waiting {count}").format(count=queue.waiting)
            lines.append(
                line(
                    " " + fit(f"{word('queue')} {queue.label}", 26),
                    (fit(waiting, 12), look.WARN if queue.waiting else ""),
                    fit(_("longest {time}").format(time=longest), 15),
                    fit(_("talking {count}").format(count=queue.talking), 12),
                    _("ready {count}").format(count=queue.ready),
                )
            )
        if len(rows) > len(shown):
            lines.append(line((" " + _("and {count} more queues").format(count=len(rows) - len(shown)), look.QUIET)))
        return lines


def _where(call: LiveCall) -> str:
    parts = []
    if call.queue:
        parts.append(f"{word('queue')} {call.queue}")
    elif call.menu:
        parts.append(f"{word('menu')} {call.menu}")
    if call.agent:
        parts.append(call.agent)
    return ", ".join(parts) or DASH


def _ordered(live: Live) -> list[LiveCall]:
    rank = {state: place for place, state in enumerate(STATES)}
    return sorted(live.calls, key=lambda call: (rank[str(call.state)], call.state_since, call.linkedid))
