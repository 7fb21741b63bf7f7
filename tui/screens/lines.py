"""F4 Lines: can calls come and go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.format import DASH, duration, of
from tui.i18n import N_, _
from tui.screens.page import Page
from tui.widgets.cells import line
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table
from tui.words import word


class Lines(Page):
    """Trunks with their state, and how many phones are registered."""

    CRUMBS = N_("LINES")
    ANSWERS = N_(
        "Can calls come and go: every trunk with its state, Asterisk's own word for it, since when, and its calls now. "
        "Enter opens a trunk with its calls; v shows which phones and trunks sound bad, d the test calls that "
        "the box places by itself. Below: phones registered of phones set up."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "voice", N_("Voice quality")),
        Binding("d", "drills", N_("Drills")),
    ]

    def body(self) -> Iterable[Widget]:
        """The trunks, the phones."""
        yield Table(
            (
                Column(N_("Trunk"), 16, share=1),
                Column(N_("State"), 8),
                Column(N_("Since"), 11, "right"),
                Column(N_("Calls"), 6, "right"),
                Column(N_("Asterisk says"), 20, share=1),
                Column(N_("Name"), 14, wide=True),
            ),
            empty=lambda: _("No trunk is set up, so no call can come in. F8 Setup, trunks, n makes one."),
            id="trunks",
        )
        yield Painted(self._phones, id="phones")

    def load(self) -> None:
        """Everything here comes by the feed."""

    def picture_changed(self) -> None:
        """The rows of now."""
        table = self.query_one(Table)
        table.stale = self.picture.lost_since is not None
        live = self.picture.live
        self.loaded = live is not None
        if live is None:
            return
        table.show(
            [
                Row(
                    trunk.name,
                    (
                        trunk.label,
                        (word(trunk.state), look.of_state(trunk.state)),
                        duration(self.now - trunk.since),
                        str(trunk.calls),
                        trunk.detail or DASH,
                        trunk.name,
                    ),
                )
                for trunk in live.trunks
            ]
        )

    def action_voice(self) -> None:
        """Which phones and trunks sound bad."""
        from tui.screens.quality import QualityPage

        self.app.push_screen(QualityPage())

    def on_table_opened(self, event: Table.Opened) -> None:
        """Open the trunk."""
        from tui.screens.trunk import TrunkScreen

        self.app.push_screen(TrunkScreen(event.key))

    def action_drills(self) -> None:
        """What the box tries out by itself."""
        from tui.screens.drills import DrillsPage

        self.app.push_screen(DrillsPage())

    def _phones(self, _width: int) -> list[Text]:
        live = self.picture.live
        registered = of(live.phones_registered, live.phones_total) if live else DASH
        return [line(), line(" ", (_("Phones"), look.HEAD), "  " + _("{count} registered").format(count=registered))]
