"""A part of the screen that is drawn anew from what is known now."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from tui import look


class Painted(Widget):
    """Lines that a function draws for a width; as high as there are lines.

    The function is asked again at each `refresh`, so language and age are always those of now.
    """

    DEFAULT_CSS = """
    Painted { height: auto; width: 1fr; }
    """

    def __init__(self, paint: Callable[[int], list[Text]], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._paint = paint
        self._height = 0
        self.stale = False

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """All that there is."""
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the function draws for this width."""
        self._height = len(self._paint(width))
        return self._height

    def repaint(self) -> None:
        """Draw again; lay out again only when the number of lines changed."""
        if self.is_attached and self.size.width:
            self.refresh(layout=len(self._paint(self.size.width)) != self._height)
        else:
            self.refresh(layout=True)

    def render(self) -> Text:
        """The lines, greyed when they are old."""
        lines = self._paint(self.size.width)
        for line in lines:
            line.truncate(self.size.width)
        text = Text("\n", no_wrap=True, end="").join(lines)
        if self.stale:
            text = Text(text.plain, no_wrap=True, end="")
            text.stylize(look.QUIET)  # a base style would not reach the terminal
        return text
