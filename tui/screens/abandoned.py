"""Abandoned calls: who gave up waiting, and is to be called back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.format import DASH, duration, moment
from tui.i18n import N_, _
from tui.screens.page import Page
from tui.widgets.cells import line
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from appliance.api.abandoned import AbandonedCaller, AbandonedCallers, AbandonedKey
    from appliance.api.wire import Method

AGAIN = 10.0
"""Seconds until it is asked again: others take callers, and callers come back."""


class AbandonedCalls(Page):
    """Each caller once, the latest first."""

    CRUMBS = N_("ABANDONED CALLS")
    ANSWERS = N_(
        "Who hung up while waiting in the last three days and has not been talked with since. c takes a caller and "
        "calls: your phone rings first, then the customer's. t only takes one, so that nobody else calls. Who calls "
        "again and is answered, or is reached by anybody, leaves the list by itself; o shows these too, and by whom. "
        "Enter tells the story of the last call."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "call", N_("Call back")),
        Binding("t", "take", N_("Take")),
        Binding("o", "others", N_("Done ones too")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._callers: tuple[AbandonedCaller, ...] | None = None
        self._done = False

    def body(self) -> Iterable[Widget]:
        """How many, then the list."""
        yield Painted(self._over, id="over")
        yield Table(
            (
                Column(N_("Hung up"), 12),
                Column(N_("Caller"), 13, share=1),
                Column(N_("Queue"), 9, share=1),
                Column(N_("Waited"), 6, "right"),
                Column(N_("Times"), 5, "right"),
                Column(N_("Called back by"), 16, share=1),
            ),
            empty=self._empty,
            id="list",
        )

    def on_mount(self) -> None:
        """Ask now, and again while it is open."""
        super().on_mount()
        self.set_interval(AGAIN, self.load)

    def load(self) -> None:
        """The callers of now."""
        from appliance.api.abandoned import LIST, AbandonedWanted

        self.ask(LIST, AbandonedWanted(done=self._done), self._came)

    def _came(self, found: AbandonedCallers) -> None:
        self._callers = found.callers
        self.loaded = True
        self.repaint()

    def picture_changed(self) -> None:
        """The rows."""
        table = self.query_one("#list", Table)
        table.stale = self.picture.lost_since is not None
        table.show(None if self._callers is None else [self._row(caller) for caller in self._callers])

    def on_table_opened(self, event: Table.Opened) -> None:
        """The last call's story."""
        from tui.screens.call import CallStory

        self.app.push_screen(CallStory(event.key, self.CRUMBS))

    def action_call(self) -> None:
        """Take the caller, and have the own phone call."""
        from appliance.api.abandoned import CALL

        self._do(CALL, N_("Your phone rings; {caller} is called when you answer."))

    def action_take(self) -> None:
        """Only say that oneself calls back."""
        from appliance.api.abandoned import TAKE

        self._do(TAKE, N_("{caller} is yours to call back."))

    def action_others(self) -> None:
        """With or without those who are done."""
        self._done = not self._done
        self._callers = None
        self.repaint()
        self.load()

    def _do(self, method: Method[AbandonedKey, AbandonedCaller], words: str) -> None:
        from appliance.api.abandoned import AbandonedKey

        key = self.query_one("#list", Table).current
        if key is None:
            return

        def done(caller: AbandonedCaller) -> None:
            self.notice(_(words).format(caller=caller.caller))
            self.load()

        self.ask(method, AbandonedKey(linkedid=key), done)

    def _over(self, _width: int) -> list[Text]:
        if self._callers is None:
            return [line()]
        left = sum(caller.done is None for caller in self._callers)
        free = sum(caller.done is None and caller.taken_by is None for caller in self._callers)
        words = _("{left} to call back, {free} of them taken by nobody").format(left=left, free=free)
        return [line((" " + words, look.HEAD if left else look.QUIET))]

    def _empty(self) -> str:
        return _("Nobody is waiting to be called back. Who hangs up while waiting stands here.")

    def _row(self, caller: AbandonedCaller) -> Row:
        return Row(
            caller.linkedid,
            (
                moment(caller.at, self.picture.zone, self.now),
                caller.caller,
                caller.queue or DASH,
                duration(caller.waited),
                str(caller.times),
                self._by(caller),
            ),
        )

    def _by(self, caller: AbandonedCaller) -> tuple[str, str]:
        if caller.done is not None:
            when = moment(caller.done_at, self.picture.zone, self.now) if caller.done_at else ""
            return f"{caller.done_by or DASH} {when}".rstrip(), look.QUIET
        return (caller.taken_by, "") if caller.taken_by else (_("nobody yet"), look.WARN)
