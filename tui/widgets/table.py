"""Rows under a heading, with a cursor; columns may be for wide terminals only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui import look
from tui.i18n import N_, _
from tui.widgets.cells import Align, fit, wrap

Cell = str | tuple[str, str]
"""A text, or a text with its style."""


@dataclass(frozen=True)
class Column:
    """A column: `width` in cells; `share` of what is left over; `wide` only from 100 cells on."""

    label: str
    width: int
    align: Align = "left"
    share: int = 0
    wide: bool = False


@dataclass(frozen=True)
class Row:
    """One row; `key` is what `Opened` tells."""

    key: str
    cells: tuple[Cell, ...]


class Table(ScrollView, can_focus=True, inherit_bindings=False):
    """A list to walk through. `show(None)` says that it is loading, `show(())` why it is empty."""

    DEFAULT_CSS = """
    Table { height: 1fr; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0; background: ansi_default;
            overflow-x: hidden; overflow-y: auto; scrollbar-gutter: stable;
            scrollbar-background: ansi_default; scrollbar-color: ansi_bright_black; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("Open")),
        Binding("up", "move(-1)", N_("Row up"), show=False),
        Binding("down", "move(1)", N_("Row down"), show=False),
        Binding("pageup", "page(-1)", N_("Page up"), show=False),
        Binding("pagedown", "page(1)", N_("Page down"), show=False),
        Binding("home", "move(-1000000)", N_("First row"), show=False),
        Binding("end", "move(1000000)", N_("Last row"), show=False),
    ]

    class Opened(Message):
        """Enter on a row."""

        def __init__(self, table: Table, key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> Table:
            """The table, for selectors."""
            return self.table

    class Moved(Opened):
        """The cursor is on another row."""

    class AtEnd(Message):
        """The cursor reached the last row: the place to load the next page."""

        def __init__(self, table: Table) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> Table:
            """The table, for selectors."""
            return self.table

    stale: reactive[bool] = reactive(False)
    """Whether the rows may no longer be so: then they are grey."""
    nothing_yet: reactive[str] = reactive(lambda: _("Loading ..."))
    """What stands here until there are rows to show."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: Callable[[], str],
        id: str | None = None,
        opens: bool = True,
    ) -> None:
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._empty = empty
        self._opens = opens
        self._rows: tuple[Row, ...] | None = None
        self._cursor = 0

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows or ()

    @property
    def current(self) -> str | None:
        """The key of the row under the cursor."""
        return self.rows[self._cursor].key if self.rows else None

    def show(self, rows: Sequence[Row] | None) -> None:
        """Show other rows; the cursor stays on its row wherever that went."""
        key = self.current
        before = self._rows
        self._rows = None if rows is None else tuple(rows)
        if before == self._rows:
            return
        keys = [row.key for row in self.rows]
        if key in keys:
            self._cursor = keys.index(key)
        self._cursor = max(0, min(self._cursor, len(keys) - 1))
        if bool(before) != bool(self._rows):
            self.refresh_bindings()
        if before and [row.key for row in before] == keys:
            self._refresh_cells(before)
            return
        self.virtual_size = Size(self.size.width, len(keys) + 1)
        self._scroll_to_cursor()
        self.refresh()

    def _refresh_rows(self, places: Sequence[int]) -> None:
        """Draw these rows again and no other, since the link may be slow."""
        regions = [Region(0, y, self.size.width, 1) for place in places if (y := self._line_of(place))]
        if regions:
            self.refresh(*regions)

    def _refresh_cells(self, before: Sequence[Row]) -> None:
        """Draw the cells again that are not as before, and no other: ages change every second."""
        regions = []
        for place, (old, new) in enumerate(zip(before, self.rows, strict=True)):
            y = self._line_of(place)
            if old == new or not y:
                continue
            x = 1
            for column, _column, room in self._layout(self.size.width):
                if old.cells[column] != new.cells[column]:
                    regions.append(Region(x, y, room, 1))
                x += room + 1
        if regions:
            self.refresh(*regions)

    def _line_of(self, place: int) -> int:
        """The line on which a row stands; 0 when it is out of sight."""
        y = place + 1 - self.scroll_offset.y
        return y if 0 < y < self.size.height else 0

    def head(self, columns: Sequence[Column]) -> None:
        """Show other columns; the rows that fit them come with the next `show`."""
        if self._columns != tuple(columns):
            self._columns = tuple(columns)
            self._rows = None
            self._cursor = 0
            self.refresh()

    def select(self, key: str) -> None:
        """Put the cursor on a row."""
        for place, row in enumerate(self.rows):
            if row.key == key:
                self._cursor = place
                self._scroll_to_cursor()
                self.refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter works where there is a row to open."""
        return action != "open" or (self._opens and bool(self.rows))

    def action_open(self) -> None:
        """Tell that the row under the cursor was chosen."""
        if (key := self.current) is not None:
            self.post_message(self.Opened(self, key))

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        if not self.rows:
            return
        before, last = self._cursor, len(self.rows) - 1
        self._cursor = max(0, min(before + rows, last))
        if self._cursor == last and rows > 0:
            self.post_message(self.AtEnd(self))
        if self._cursor != before:
            self._scroll_to_cursor()
            self._refresh_rows((before, self._cursor))
            self.post_message(self.Moved(self, self.rows[self._cursor].key))

    def action_page(self, direction: int) -> None:
        """Move the cursor by what is visible."""
        self.action_move(direction * max(1, self.size.height - 2))

    def on_focus(self) -> None:
        """The cursor shows only where keys go."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor shows only where keys go."""
        self.refresh()

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.virtual_size = Size(self.size.width, len(self.rows) + 1)
        self._scroll_to_cursor()

    def _scroll_to_cursor(self) -> None:
        visible = max(1, self.size.height - 1)
        top = self.scroll_offset.y
        if self._cursor < top:
            top = self._cursor
        elif self._cursor >= top + visible:
            top = self._cursor - visible + 1
        self.scroll_to(y=top, animate=False, force=True, immediate=True)

    def _layout(self, width: int) -> list[tuple[int, Column, int]]:
        """The columns shown: place, column, cells."""
        shown = [(place, column) for place, column in enumerate(self._columns) if not column.wide or width >= 90]
        free = width - 1 - sum(column.width + 1 for _place, column in shown)
        shares = sum(column.share for _place, column in shown) or 1
        laid = [(place, column, column.width + max(0, free) * column.share // shares) for place, column in shown]
        over = -free
        for index in range(len(laid) - 1, -1, -1):
            place, column, cells = laid[index]
            if over > 0 and column.share:
                cut = min(over, cells - 4)
                laid[index] = (place, column, cells - cut)
                over -= cut
        return laid

    def render_line(self, y: int) -> Strip:
        """The heading, a row, or the words for an empty list."""
        width = self.size.width
        base = Style.parse(look.QUIET) if self.stale else Style()
        if y == 0:
            return self._strip(
                [(fit(_(c.label), n, c.align), look.QUIET) for _place, c, n in self._layout(width)], base
            )
        if not self.rows:
            words = self.nothing_yet if self._rows is None else self._empty()
            lines = wrap(words, width - 2)
            return self._strip([(lines[y - 1] if y <= len(lines) else "", look.QUIET)], base)
        at = y - 1 + self.scroll_offset.y
        if at >= len(self.rows):
            return Strip.blank(width)
        cells: list[tuple[str, str]] = []
        for place, column, room in self._layout(width):
            cell = self.rows[at].cells[place]
            text, style = cell if isinstance(cell, tuple) else (cell, "")
            plain = self.stale or (at == self._cursor and self.has_focus)
            cells.append((fit(text, room, column.align), "" if plain else style))
        if at == self._cursor:
            base += Style.parse(look.CURSOR if self.has_focus else look.HEAD)
        return self._strip(cells, base)

    def _strip(self, cells: list[tuple[str, str]], base: Style) -> Strip:
        segments = [Segment(" ", base)]
        for text, style in cells:
            segments.append(Segment(text, Style.parse(style) + base if style else base))
            segments.append(Segment(" ", base))
        return Strip(segments).adjust_cell_length(self.size.width, base).simplify()


class Choices(Table):
    """A list of which one row is taken, to go on with it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "open", N_("Next"))]
