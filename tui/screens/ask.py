"""Questions that stand before what cannot be undone with one key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui import look
from tui.i18n import N_, _
from tui.widgets.cells import line, wrap
from tui.widgets.entry import Entry, Option
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table

BOX = """
    {name} {{ align: center middle; background: transparent; }}
    {name} > Vertical {{ width: {width}; max-width: 100%; height: auto; max-height: 100%; border: ascii ansi_default;
                        padding: 0 1; background: ansi_default; }}
"""
"""A box in the middle; what is behind it stays readable."""


class Ask(ModalScreen[bool]):
    """Yes or no; the question names the thing and the effect."""

    DEFAULT_CSS = BOX.format(name="Ask", width=66)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", N_("Yes")),
        Binding("n,escape", "answer(False)", N_("No")),
    ]

    def __init__(self, question: Callable[[], str]) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question and the two keys."""
        with Vertical():
            yield Painted(self._draw)

    def _draw(self, width: int) -> list[Text]:
        said = [line((part, look.HEAD)) for part in wrap(self._question(), width)]
        return [*said, line(), line(_("y Yes   n No"))]

    def action_answer(self, yes: bool) -> None:
        """Give the answer."""
        self.dismiss(yes)


class AskWhy(ModalScreen[str | None]):
    """A question whose answer is written, a sentence for the log if `label` says no other; None when the person
    thinks better of it."""

    DEFAULT_CSS = BOX.format(name="AskWhy", width=66)
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", N_("Cancel"))]

    def __init__(
        self,
        question: Callable[[], str],
        label: str = N_("Why (goes into the log):"),
        *,
        secret: bool = False,
        may_be_empty: bool = False,
    ) -> None:
        super().__init__()
        self._question = question
        self._label = label
        self._secret = secret
        self._may_be_empty = may_be_empty

    def compose(self) -> ComposeResult:
        """The question and one line to write in."""
        with Vertical():
            yield Painted(self._draw)
            entry = Entry(id="why")
            entry.password = self._secret
            yield entry
            yield Painted(lambda _width: [line(), line(_("Enter does it   Esc Cancel"))])

    def _draw(self, width: int) -> list[Text]:
        said = [line((part, look.HEAD)) for part in wrap(self._question(), width)]
        return [*said, line(), line(_(self._label))]

    def on_input_submitted(self) -> None:
        """Enter counts when something is written, or nothing is an answer too."""
        text = self.query_one(Entry).text
        if text or self._may_be_empty:
            self.dismiss(text[:200])

    def action_leave(self) -> None:
        """Nothing happens."""
        self.dismiss(None)


class Choose(ModalScreen[str | None]):
    """One of many: writing narrows the list, what begins with it first; Enter takes the row; None when left.

    With `free`, what was written counts too, when nothing in the list has it.
    """

    DEFAULT_CSS = BOX.format(name="Choose", width=60) + "Choose > Vertical { height: 18; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("Cancel")),
        Binding("up", "move(-1)", N_("Row up"), show=False),
        Binding("down", "move(1)", N_("Row down"), show=False),
        Binding("pageup", "move(-10)", N_("Page up"), show=False),
        Binding("pagedown", "move(10)", N_("Page down"), show=False),
    ]

    def __init__(
        self, title: Callable[[], str], options: Sequence[Option], now: str = "", *, free: bool = False
    ) -> None:
        super().__init__()
        self._title = title
        self._options = tuple(options)
        self._now = now
        self._free = free

    def compose(self) -> ComposeResult:
        """Title, what is written, the list, the keys."""
        with Vertical():
            yield Painted(lambda _width: [line((self._title(), look.HEAD))])
            yield Entry(id="narrow")
            table = Table((Column("", 20, share=1),), empty=lambda: _("Nothing has these letters."), id="options")
            table.can_focus = False
            yield table
            yield Painted(lambda _width: [line(_("Write to narrow the list   Enter Take   Esc Cancel"))])

    def on_mount(self) -> None:
        """The list, with the present value under the cursor."""
        self._narrow("")
        self.query_one(Table).select(self._now)

    def on_input_changed(self) -> None:
        """Narrow while writing."""
        self._narrow(self.query_one(Entry).text)

    def _narrow(self, letters: str) -> None:
        wanted = letters.casefold().split()
        rows: list[Row] = []
        best: list[Row] = []
        for value, words in self._options:
            said = words()
            if all(part in f"{said} {value}".casefold() for part in wanted):
                row = Row(value, (said or _("(none)"),))
                (best if wanted and said.casefold().startswith(wanted[0]) else rows).append(row)
        if self._free and letters and letters not in {value for value, _words in self._options}:
            rows.append(Row(letters, (_('write "{text}"').format(text=letters),)))
        table = self.query_one(Table)
        table.show([*best, *rows])
        if best:
            table.select(best[0].key)

    def action_move(self, rows: int) -> None:
        """Move the cursor while the letters go on."""
        self.query_one(Table).action_move(rows)

    def on_input_submitted(self) -> None:
        """Take the row under the cursor."""
        if (key := self.query_one(Table).current) is not None:
            self.dismiss(key)

    def action_leave(self) -> None:
        """Take nothing."""
        self.dismiss(None)
