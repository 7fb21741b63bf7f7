"""Where a person writes or chooses: `|text      |` and `< word >`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui import look
from tui.i18n import N_
from tui.widgets.cells import fit, line

Option = tuple[str, Callable[[], str]]
"""A value and its words in the language of now."""


class Entry(Input):
    """One line of text."""

    DEFAULT_CSS = """
    Entry, Entry:ansi, Entry.-textual-compact { height: 1; padding: 0; background: ansi_default; color: ansi_default;
        border: none !important;
        border-left: ascii ansi_bright_black !important; border-right: ascii ansi_bright_black !important; }
    Entry:focus, Entry.-textual-compact:focus { background-tint: 0%;
        border: none !important;
        border-left: ascii ansi_default !important; border-right: ascii ansi_default !important; }
    """

    def __init__(self, value: str = "", *, id: str | None = None, password: bool = False) -> None:
        super().__init__(value, id=id, password=password, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def _on_paste(self, event: events.Paste) -> None:
        """Several lines become one: a certificate is pasted whole."""
        event.prevent_default()
        event.stop()
        self.replace(" ".join(event.text.split("\n")).strip("\r\n "), *self.selection)

    @property
    def text(self) -> str:
        """What stands there, without spaces at the ends."""
        return self.value.strip()


class Choice(Widget, can_focus=True):
    """One of a few words; left and right change it, Enter shows them all.

    `free` lets the person write a value that is not in the list.
    """

    DEFAULT_CSS = "Choice { height: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", N_("Word before"), show=False),
        Binding("right", "step(1)", N_("Next word"), show=False),
        Binding("enter,space", "list", N_("Choose")),
    ]

    class Changed(Message):
        """Another word stands there."""

    class Wanted(Message):
        """The person wants to see all words."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, options: Sequence[Option], value: str, *, id: str | None = None, free: bool = False) -> None:
        super().__init__(id=id)
        self.options = tuple(options)
        self.free = free
        self._value = value

    @property
    def text(self) -> str:
        """The value that stands there."""
        return self._value

    def choose(self, value: str) -> None:
        """Put another value there."""
        if value != self._value:
            self._value = value
            self.refresh()
            self.post_message(self.Changed())

    def action_step(self, by: int) -> None:
        """The word before or after."""
        values = [value for value, _words in self.options]
        if values:
            at = values.index(self._value) if self._value in values else -1 if by > 0 else 0
            self.choose(values[(at + by) % len(values)])

    def action_list(self) -> None:
        """Show all words."""
        self.post_message(self.Wanted(self))

    def on_focus(self, _event: events.Focus) -> None:
        """Draw the arrows bright."""
        self.refresh()

    def on_blur(self, _event: events.Blur) -> None:
        """Draw the arrows calm."""
        self.refresh()

    def render(self) -> Text:
        """`< word >`, reversed where the keys go."""
        words = next((words() for value, words in self.options if value == self._value), self._value)
        shown = fit(words, max(1, self.size.width - 4))
        return line(("<", look.QUIET), (f" {shown} ", look.CURSOR if self.has_focus else ""), (">", look.QUIET))
