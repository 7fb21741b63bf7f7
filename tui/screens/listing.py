"""A list from core with a filter over it and pages behind it: records, journal, operation log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.i18n import N_, _
from tui.screens.ask import Choose
from tui.screens.page import Page
from tui.widgets.cells import line
from tui.widgets.entry import Choice
from tui.widgets.filterline import FilterField, FilterLine
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table


class Listing(Page):
    """Subclasses give columns and filter fields, ask for rows in `load` and `more`, say what empty means."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", N_("Filter"), key_display="/"),
    ]
    COLUMNS: ClassVar[Sequence[Column]] = ()
    OPENS: ClassVar[bool] = False

    def filter_rows(self) -> Iterable[Sequence[FilterField]]:
        """The fields of the filter, row by row."""
        return ()

    def empty(self) -> str:
        """What an unfiltered empty list means."""
        return ""

    def more(self) -> None:
        """Ask for the next page, if there is one."""

    def rows(self) -> Sequence[Row] | None:
        """The rows known now; None while the first page is on its way."""
        return None

    def headline(self) -> str:
        """What stands over the list when no filter does."""
        return ""

    # --- the same for all -----------------------------------------------------------------

    def day_to_span(self, values: dict[str, object]) -> bool:
        """Put `since` and `until` in the place of a filter's `day`; False, and it is said, when that is no day."""
        day = values.pop("day", None)
        if isinstance(day, str):
            span = self.span_of(day)
            if span is None:
                return False
            values["since"], values["until"] = span
        return True

    @property
    def filter(self) -> FilterLine:
        """The fields."""
        return self.query_one(FilterLine)

    @property
    def table(self) -> Table:
        """The list."""
        return self.query_one("#list", Table)

    def body(self) -> Iterable[Widget]:
        """Filter, what is filtered, the list."""
        yield FilterLine(self.filter_rows())
        yield Painted(self._over, id="over")
        yield Table(self.COLUMNS, empty=self._empty, id="list", opens=self.OPENS)

    def picture_changed(self) -> None:
        """Grey the list when it may be old."""
        self.table.stale = self.picture.lost_since is not None
        self.table.show(self.rows())

    def _over(self, _width: int) -> list[Text]:
        said = self.filter.said() if self.query(FilterLine) else ""
        if said:
            return [line((" " + _("Filter: {words}").format(words=said), look.HEAD))]
        return [line((" " + self.headline(), look.QUIET))]

    def _empty(self) -> str:
        if self.filter.applied:
            return _("Nothing fits this filter. Esc shows all, / changes it.")
        return self.empty()

    def on_filter_line_applied(self, _event: FilterLine.Applied) -> None:
        """Ask again with the new filter."""
        self.table.focus()
        self.load()
        self.repaint()
        self.refresh_bindings()

    def on_choice_wanted(self, event: Choice.Wanted) -> None:
        """Show all words of a choice."""

        def chosen(value: str | None) -> None:
            if value is not None:
                event.choice.choose(value)

        self.app.push_screen(Choose(lambda: _("Choose"), event.choice.options, event.choice.text), chosen)

    def on_table_at_end(self) -> None:
        """The last row asks for the next page."""
        self.more()

    def action_filter(self) -> None:
        """Open the fields."""
        self.filter.open()

    def action_back(self) -> None:
        """Show all; without a filter, leave."""
        if self.filter.applied:
            self.filter.clear()
        else:
            super().action_back()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc shows all while a filter is in force, in a room too."""
        if action == "back" and self.query(FilterLine) and self.filter.applied:
            return True
        return super().check_action(action, parameters)
