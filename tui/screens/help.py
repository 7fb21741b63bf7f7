"""F1: what a screen answers, and exactly the keys that work there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from rich.text import Text
from textual import actions
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.widget import Widget

from tui import look
from tui.i18n import N_, _
from tui.screens.page import Page
from tui.widgets.cells import fit, line, wrap
from tui.widgets.entry import Entry
from tui.widgets.frame import key_name
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll


def keys_of(page: Page) -> list[tuple[str, str]]:
    """Every key of ours that works on a page, with its words: the page's own, its parts', then everybody's.

    The keys that edit a line of text are those of every keyboard and not named.
    """
    found: dict[str, str] = {}
    only_text = bool(page.focus_chain) and all(isinstance(widget, Entry) for widget in page.focus_chain)
    parts = dict.fromkeys(node for widget in page.focus_chain for node in widget.ancestors_with_self)
    for node in dict.fromkeys((page, *parts, page.app)):
        for binding in _own(node):
            if only_text and len(key_name(binding.key)) == 1:
                continue  # a letter is written into the field
            _where, action, given = actions.parse(binding.action)
            if binding.description and node.check_action(action, given):
                found.setdefault(key_name(binding.key), binding.description)
    return list(found.items())


def _own(node: DOMNode) -> Iterator[Binding]:
    for kind in type(node).__mro__:
        if kind.__module__.startswith("tui.") and "BINDINGS" in vars(kind):
            yield from Binding.make_bindings(vars(kind)["BINDINGS"])


class Help(Page):
    """What the screen before answers, and its keys."""

    CRUMBS = N_("HELP")
    ANSWERS = N_("This is the help. Esc leads back.")
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page

    def crumbs(self) -> str:
        """HELP > the screen's place."""
        place = self._page.crumbs() or _("HOME")
        return f"{_('HELP')} > {place}"

    def body(self) -> Iterable[Widget]:
        """The answer and the keys."""
        with Scroll():
            yield Painted(self._draw)

    def _draw(self, width: int) -> list[Text]:
        said = [line(" " + part) for part in wrap(_(self._page.ANSWERS), width - 2)]
        keys = [line(" ", (fit(key, 11), look.HEAD), _(words)) for key, words in keys_of(self._page)]
        if width >= 64:
            half = (len(keys) + 1) // 2
            rows = []
            for at in range(half):
                row = keys[at].copy()
                row.append(" " * max(1, width // 2 - row.cell_len))
                if at + half < len(keys):
                    row.append_text(keys[at + half])
                rows.append(row)
            keys = rows
        return [*said, line(), line(" ", (_("KEYS HERE"), look.HEAD)), *keys]
