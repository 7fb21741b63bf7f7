"""HOME > Closures: what is closed for a while, since when and by whom; close and open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.format import DASH, moment
from tui.i18n import N_, _
from tui.screens.ask import Ask, Choose
from tui.screens.page import Page
from tui.widgets.entry import Option
from tui.widgets.table import Column, Row, Table
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.closures import Closures, ClosureState


class ClosuresPage(Page):
    """One line for each closure."""

    CRUMBS = N_("HOME > Closures")
    ANSWERS = N_(
        "What is closed for a while, since when and by whom. Enter closes or opens at once, as phones do with *05; "
        "callers then hear the closure's announcement, or another one that you choose. Calls that are up go on."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "switch", N_("Close or open"))]

    def __init__(self) -> None:
        super().__init__()
        self._closures: Closures | None = None

    def body(self) -> Iterable[Widget]:
        """The list."""
        columns = (
            Column(N_("Name"), 12),
            Column(N_("Label"), 14, share=1),
            Column(N_("State"), 7),
            Column(N_("Closed since"), 12),
            Column(N_("By whom"), 10),
            Column(N_("Callers hear"), 12, share=1),
        )
        empty = N_("No closure is set up. Setup, Closures, n makes one; numbers, menus and queues then name it.")
        yield Table(columns, empty=lambda: _(empty), id="closures")

    def load(self) -> None:
        """Ask how they stand."""
        from appliance.api.closures import LIST
        from appliance.api.wire import Empty

        self.ask(LIST, Empty(), self._came)

    def _came(self, closures: Closures) -> None:
        self._closures = closures
        self.loaded = True
        self.repaint()
        self.refresh_bindings()

    def picture_changed(self) -> None:
        """The rows."""
        table = self.query_one(Table)
        table.stale = self.picture.lost_since is not None
        table.show(None if self._closures is None else [self._row(one) for one in self._closures.closures])

    def _row(self, one: ClosureState) -> Row:
        shut = one.since is not None
        return Row(
            one.name,
            (
                one.name,
                one.label,
                (word("shut" if shut else "open"), look.WARN if shut else ""),
                moment(one.since, self.picture.zone, self.now),
                one.by or DASH,
                (self._heard(one) if shut else DASH),
            ),
        )

    def _heard(self, one: ClosureState) -> str:
        if not one.announcement:
            return _("its own announcement")
        return _("recorded when closed") if one.announcement == "phone" else one.announcement

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where there is one."""
        if action == "switch":
            return self._closures is not None and bool(self._closures.closures)
        return super().check_action(action, parameters)

    def on_table_opened(self, _event: Table.Opened) -> None:
        """Enter."""
        self.action_switch()

    def action_switch(self) -> None:
        """Open after asking; close after choosing what callers hear."""
        current = self.query_one(Table).current
        one = next((each for each in self._closures.closures if each.name == current), None) if self._closures else None
        if one is None or self._closures is None:
            return
        if one.since is not None:
            question = _("Open {name} ({label})? Callers get through at once.").format(name=one.name, label=one.label)
            self.app.push_screen(Ask(lambda: question), lambda yes: self._switch(one, closed=False) if yes else None)
            return
        options: list[Option] = [
            ("", lambda: _("its own announcement")),
            *((name, lambda name=name: name) for name in self._closures.choices),
        ]
        title = _("Close {name}: what do callers hear?").format(name=one.name)
        self.app.push_screen(
            Choose(lambda: title, options),
            lambda chosen: None if chosen is None else self._switch(one, closed=True, announcement=chosen or None),
        )

    def _switch(self, one: ClosureState, *, closed: bool, announcement: str | None = None) -> None:
        from appliance.api.closures import SWITCH, Switch

        def done(closures: Closures) -> None:
            self._came(closures)
            said = _("{name} is closed from now on.") if closed else _("{name} is open again.")
            self.notice(said.format(name=one.name))

        self.ask(SWITCH, Switch(name=one.name, closed=closed, announcement=announcement), done)
