"""A part of the screen that is longer than the screen."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.scrollbar import ScrollBarRender

from tui.i18n import N_


class PlainBar(ScrollBarRender):
    """A bar of whole cells: the eighths of a block are of unsure width in Chinese terminals."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8


class Scroll(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Scrolls by keys; the bar at its right says that there is more."""

    DEFAULT_CSS = """
    Scroll { height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable; background: ansi_default;
             scrollbar-background: ansi_default; scrollbar-color: ansi_bright_black; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", N_("Row up"), show=False),
        Binding("down", "scroll_down", N_("Row down"), show=False),
        Binding("pageup", "page_up", N_("Page up"), show=False),
        Binding("pagedown", "page_down", N_("Page down"), show=False),
        Binding("home", "scroll_home", N_("First row"), show=False),
        Binding("end", "scroll_end", N_("Last row"), show=False),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In a form the fields have the cursor, and up and down lead from one to the next, however long it is."""
        return self.can_focus and super().check_action(action, parameters)
