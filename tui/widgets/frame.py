"""The frame that every screen stands in: head, rules, banners, notice and the line of keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.text import Text
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from tui import look
from tui.i18n import _
from tui.widgets.cells import line, wrap
from tui.widgets.painted import Painted

KEY_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "question_mark": "?",
    "slash": "/",
    "space": "Space",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "backspace": "Backspace",
    "delete": "Del",
}


def key_name(key: str) -> str:
    """A key as it stands on the keyboard: F1, Ctrl+P, Esc."""
    if key in KEY_NAMES:
        return KEY_NAMES[key]
    if key.startswith("ctrl+"):
        return "Ctrl+" + key[5:].upper()
    return key.upper() if key[0] == "f" and key[1:].isdigit() else key


class Rule(Widget):
    """A line across the screen."""

    DEFAULT_CSS = "Rule { height: 1; }"

    def render(self) -> Text:
        """As wide as the screen."""
        return line(("─" * self.size.width, look.QUIET))


class Notice(Widget):
    """The answer to the last action; it stays until the next key."""

    DEFAULT_CSS = "Notice { height: auto; max-height: 6; display: none; } Notice.said { display: block; }"

    words = reactive("", layout=True)

    def __init__(self) -> None:
        super().__init__()
        self._style = look.HEAD

    def say(self, words: str, *, bad: bool = False) -> None:
        """Show this; nothing when empty."""
        self._style = look.BAD if bad else look.HEAD
        self.words = words
        self.set_class(bool(words), "said")
        self.refresh(layout=True)

    def render(self) -> Text:
        """Wrapped by cells, one cell in."""
        lines = [" " + part for part in wrap(self.words, max(10, self.size.width - 2))]
        return line(("\n".join(lines), self._style))

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """As many lines as the words need."""
        return len(wrap(self.words, max(10, width - 2)))


class KeyLine(Painted):
    """The keys that work here, now; rooms are named one by one when all fit."""

    def __init__(self, screen: Callable[[], Screen[Any]]) -> None:
        super().__init__(self._draw)
        self._of = screen

    def on_mount(self) -> None:
        """Follow what is bound."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def _draw(self, width: int) -> list[Text]:
        rooms: list[tuple[str, str]] = []
        own: list[tuple[str, str]] = []
        ends: list[tuple[str, str]] = []
        seen: set[str] = set()
        for active in self._of().active_bindings.values():
            binding = active.binding
            if not binding.show or not active.enabled or binding.action in seen:
                continue
            seen.add(binding.action)
            entry = (key_name(binding.key), _(binding.description))
            if binding.action.startswith(("app.room", "room")):
                rooms.append(entry)
            elif binding.action == "help":
                ends.append(entry)
            else:
                own.append(entry)
        rooms.sort(key=lambda entry: entry[0])
        short = [("F2-F8", _("Rooms"))] if rooms else []
        for entries in ([*rooms, *own, *ends], [*own, *short, *ends], [*own, *ends]):
            for gap in (2, 1):  # two where there is room: not every console shows the key's bold
                text = _keys(entries, gap)
                if text.cell_len <= width:
                    return [text]
        while own:
            own.pop()
            text = _keys([*own, ("?", _("All keys")), *ends], 1)
            if text.cell_len <= width:
                break
        text.truncate(width)
        return [text]


def _keys(entries: list[tuple[str, str]], gap: int) -> Text:
    text = line()
    for key, words in entries:
        text.append(" " * (gap if text else 1))
        text.append(key, look.HEAD)
        text.append(" " + words)
    return text
