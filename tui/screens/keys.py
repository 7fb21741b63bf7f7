"""`?`: all keys of the house, one grammar everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text
from textual.widget import Widget

from tui import look
from tui.i18n import N_, _
from tui.screens.page import Page
from tui.widgets.cells import fit, line
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll

GRAMMAR: tuple[tuple[str, str], ...] = (
    ("F1", N_("help for the screen that is open")),
    ("F2", N_("Home: is anything wrong, what goes on now")),
    ("F3", N_("Calls: who is calling, who waits")),
    ("F4", N_("Lines: trunks and phones")),
    ("F5", N_("People: agents now, people and their roles")),
    ("F6", N_("Box: services, journal, operation log, revisions")),
    ("F7", N_("Records: every call there was, and its story")),
    ("F8", N_("Setup: numbers, menus, queues, agents, phones")),
    ("Esc", N_("back; out of a field or a filter")),
    ("Enter", N_("open what is under the cursor")),
    ("Tab", N_("next part of the screen or next field")),
    ("/", N_("filter the list")),
    ("n e d", N_("new, edit, delete (asks first)")),
    ("p", N_("in Setup: the plan of the change, before it happens")),
    ("r", N_("refresh now")),
    ("c z", N_("while a revision waits: confirm it, or go back now (asks first)")),
    ("Ctrl+S", N_("in a form: keep it in the candidate")),
    ("Ctrl+P", N_("command palette: everything by name")),
    ("Ctrl+L", N_("the other language")),
    ("Ctrl+Q", N_("leave")),
)
"""Key and what it does, wherever it works."""


class Keys(Page):
    """The grammar of keys on one screen."""

    CRUMBS = N_("ALL KEYS")
    ANSWERS = N_("Which key does what, everywhere. F1 on a screen names the keys of that screen.")

    def body(self) -> Iterable[Widget]:
        """The table."""
        with Scroll():
            yield Painted(self._draw)

    def _draw(self, _width: int) -> list[Text]:
        return [line(" ", (fit(key, 9), look.HEAD), _(words)) for key, words in GRAMMAR]
