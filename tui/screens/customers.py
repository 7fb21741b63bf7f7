"""Customers, found as one types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from tui import look
from tui.format import DASH
from tui.i18n import N_, _, n_
from tui.screens.page import Page
from tui.widgets.cells import line
from tui.widgets.entry import Entry
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from appliance.api.customers import Customer, Customers, DeskSetting

LABEL = 10
PAIR = 2
"""Customers that a merge takes."""


class CustomerList(Page):
    """What is typed goes to core with every letter; the list is what came back for it."""

    DEFAULT_CSS = f"""
    CustomerList #typing {{ height: 1; }}
    CustomerList #label {{ width: {LABEL}; }}
    CustomerList #text {{ width: 1fr; }}
    CustomerList #count {{ width: 24; }}
    """
    CRUMBS = N_("CUSTOMERS")
    ANSWERS = N_(
        "Who is this? Type a name or a piece of it, pinyin or its first letters, digits of a number (the last four "
        "will do), a piece of the address, a tag; words with spaces between must all be there. Enter opens the one "
        "under the cursor, or makes a new customer of what you typed when nobody fits. Tab goes to the list: there n "
        "makes a new customer, Space marks two and m merges them, i takes in a file."
    )
    AUTO_FOCUS = "Entry"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", N_("Row up"), show=False),
        Binding("down", "move(1)", N_("Row down"), show=False),
        Binding("pageup", "move(-10)", N_("Page up"), show=False),
        Binding("pagedown", "move(10)", N_("Page down"), show=False),
        Binding("slash", "type", N_("Search"), key_display="/"),
        Binding("n", "new", N_("New")),
        Binding("space", "mark", N_("Mark")),
        Binding("m", "merge", N_("Merge")),
        Binding("i", "import", N_("Take in a file")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: Customers | None = None
        self._setting: DeskSetting | None = None
        self._text = ""
        """What the list was asked for."""
        self._marked: dict[int, Customer] = {}

    def body(self) -> Iterable[Widget]:
        """What is typed, how many that are, who."""
        with Horizontal(id="typing"):
            yield Painted(lambda _width: [line((" " + _("Search"), look.HEAD))], id="label")
            yield Entry(id="text")
            yield Painted(self._count, id="count")
        yield Table(
            (
                Column(N_("Customer"), 13, share=1),
                Column(N_("Number"), 15),
                Column(N_("Grade"), 8),
                Column(N_("Address"), 20, share=4),
                Column(N_("Organisation"), 16, share=2, wide=True),
                Column(N_("Tags"), 14, share=1, wide=True),
            ),
            empty=self._empty,
            id="list",
        )

    # --- what core has --------------------------------------------------------------------

    def load(self) -> None:
        """Ask for grades once, and for what is typed."""
        from appliance.api.customers import SETTING
        from appliance.api.wire import Empty

        if self._setting is None:
            self.ask(SETTING, Empty(), self._set)
        self._search()

    def _set(self, setting: DeskSetting) -> None:
        self._setting = setting
        self.repaint()

    def _search(self) -> None:
        from appliance.api.customers import SEARCH, CustomerWanted

        text = self.query_one(Entry).text[:100]

        def came(found: Customers) -> None:
            self._found, self._text = found, text
            self.loaded = True
            self.repaint()
            self.refresh_bindings()

        self.ask(SEARCH, CustomerWanted(text=text), came)

    def on_input_changed(self) -> None:
        """Another letter: another question, in place of the one before."""
        self._search()

    def on_screen_resume(self) -> None:
        """What was done on a screen before this one is to be seen."""
        super().on_screen_resume()
        self.load()

    # --- drawing --------------------------------------------------------------------------

    @property
    def table(self) -> Table:
        """The list."""
        return self.query_one("#list", Table)

    def picture_changed(self) -> None:
        """The rows that came."""
        self.table.stale = self.picture.lost_since is not None
        found = self._found
        self.table.show(None if found is None else [self._row(customer) for customer in found.customers])

    def _row(self, customer: Customer) -> Row:
        facts = customer.facts
        mark = "* " if customer.id in self._marked else ""
        number = facts.numbers[0].number if facts.numbers else DASH
        return Row(
            str(customer.id),
            (
                (mark + facts.name, look.HEAD if mark else ""),
                number,
                grade_label(facts.grade, self._setting) or DASH,
                facts.address or DASH,
                facts.organisation or DASH,
                ", ".join(facts.tags) or DASH,
            ),
        )

    def _count(self, _width: int) -> list[Text]:
        found = self._found
        if found is None:
            return [line()]
        if found.more:
            words = _("the first {count}").format(count=len(found.customers))
        else:
            words = n_("{n} customer", "{n} customers", len(found.customers))
        return [line((f" {words}", look.QUIET))]

    def _empty(self) -> str:
        if self._text:
            return _("Nobody fits. Enter makes a new customer of it; fewer letters find more.")
        return _("No customer yet. n makes the first one, i takes in a file of them.")

    # --- keys -----------------------------------------------------------------------------

    def on_input_submitted(self) -> None:
        """Enter opens the one under the cursor, or begins a new one with what was typed."""
        if self._text != self.query_one(Entry).text[:100]:
            return  # the answer is on its way
        if self.table.current is not None:
            self._open(int(self.table.current))
        elif self._text:
            self.action_new()

    def on_table_opened(self, event: Table.Opened) -> None:
        """Open the customer."""
        self._open(int(event.key))

    def _open(self, key: int) -> None:
        from tui.screens.customer import CustomerPage

        self.app.push_screen(CustomerPage(key))

    def action_move(self, rows: int) -> None:
        """Move the cursor while the letters go on."""
        self.table.action_move(rows)

    def action_type(self) -> None:
        """Back to what is typed."""
        self.query_one(Entry).focus()

    def action_new(self) -> None:
        """A form with what was typed in it: as a number when it is one, else as the name."""
        from tui.screens.customer_edit import CustomerEdit

        text = self._text
        number = text if text.strip("+ -()0123456789") == "" else ""
        self.app.push_screen(CustomerEdit(name="" if number else text, number=number))

    def action_mark(self) -> None:
        """Mark the one under the cursor for a merge, or no longer."""
        current = next((each for each in self._customers() if str(each.id) == self.table.current), None)
        if current is None:
            return
        if current.id in self._marked:
            del self._marked[current.id]
        else:
            self._marked[current.id] = current
        self.repaint()
        self.refresh_bindings()

    def _customers(self) -> tuple[Customer, ...]:
        return self._found.customers if self._found else ()

    def action_merge(self) -> None:
        """The two marked ones side by side."""
        from tui.screens.customer_merge import CustomerMerge

        one, other = self._marked.values()
        self._marked = {}
        self.app.push_screen(CustomerMerge(one, other, self._setting))

    def action_import(self) -> None:
        """A file of customers."""
        from tui.screens.customer_import import CustomerImport

        self.app.push_screen(CustomerImport())

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """The keys of the list work in the list only."""
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters are for typing while the cursor is there."""
        if action in ("type", "new", "mark", "merge", "import"):
            listed = self.is_mounted and self.table.has_focus
            return listed and (action != "merge" or len(self._marked) == PAIR)
        return super().check_action(action, parameters)


def grade_label(grade: str | None, setting: DeskSetting | None) -> str:
    """What people call a grade; its name when the document has it no longer."""
    grades = setting.grades if setting else ()
    return next((each.label for each in grades if each.name == grade), grade or "")
