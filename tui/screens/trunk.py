"""LINES > a trunk: its state and its calls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text
from textual.widget import Widget

from tui import look
from tui.format import DASH, duration
from tui.i18n import N_, _, n_
from tui.screens.page import Page
from tui.widgets.cells import line
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.contract import LiveTrunk


class TrunkScreen(Page):
    """One trunk now."""

    CRUMBS = N_("LINES > TRUNK")
    ANSWERS = N_("How one trunk is: its state, since when, and the calls that use it now. Enter opens a call.")

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def crumbs(self) -> str:
        """LINES > the trunk's label."""
        trunk = self._trunk()
        return f"{_('LINES')} > {trunk.label if trunk else self._name}"

    def summary(self) -> str:
        """Its state and since when."""
        trunk = self._trunk()
        return f"{word(trunk.state)} {duration(self.now - trunk.since)}" if trunk else DASH

    def body(self) -> Iterable[Widget]:
        """State, then calls."""
        yield Painted(self._state, id="state")
        yield Table(
            (
                Column(N_("Way"), 8),
                Column(N_("Caller"), 14, share=1),
                Column(N_("Called"), 14, share=1),
                Column(N_("State"), 10),
                Column(N_("Since"), 7, "right"),
                Column(N_("Age"), 7, "right"),
            ),
            empty=lambda: _("No call uses this trunk now."),
            id="calls",
        )

    def load(self) -> None:
        """Everything here comes by the feed."""

    def picture_changed(self) -> None:
        """The calls of now."""
        table = self.query_one(Table)
        table.stale = self.picture.lost_since is not None
        live = self.picture.live
        self.loaded = live is not None
        if live is None:
            return
        table.show(
            [
                Row(
                    call.linkedid,
                    (
                        word(call.direction),
                        call.caller or DASH,
                        call.called or DASH,
                        (word(call.state), look.of_state(call.state)),
                        duration(self.now - call.state_since),
                        duration(self.now - call.since),
                    ),
                )
                for call in live.calls
                if call.trunk == self._name
            ]
        )

    def on_table_opened(self, event: Table.Opened) -> None:
        """Open the call."""
        from tui.screens.call import CallStory

        self.app.push_screen(CallStory(event.key, N_("LINES")))

    def _trunk(self) -> LiveTrunk | None:
        live = self.picture.live
        return next((trunk for trunk in live.trunks if trunk.name == self._name), None) if live else None

    def _state(self, _width: int) -> list[Text]:
        trunk = self._trunk()
        if trunk is None:
            return [line((" " + _("This trunk is no longer set up."), look.WARN)), line()]
        return [
            line(
                " ",
                (word(trunk.state), look.of_state(trunk.state) or look.HEAD),
                "   " + _("Asterisk says: {words}").format(words=trunk.detail or DASH),
                "   " + n_("{n} call", "{n} calls", trunk.calls),
            ),
            line(),
        ]
