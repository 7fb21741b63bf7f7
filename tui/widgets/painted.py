"""A part of the screen that is drawn anew from what is known now."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text
from textual.geometry import Region, Size
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
        self._shown: list[Text] = []
        self.stale = False

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """All that there is."""
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the function draws for this width."""
        self._height = len(self._paint(width))
        return self._height

    def repaint(self) -> None:
        """Draw what changed: single lines where that is enough, since the link may be slow."""
        width = self.size.width
        lines = self._lines(width) if self.is_attached and width else []
        if len(lines) != self._height:
            self.refresh(layout=True)
            return
        if len(lines) != len(self._shown):
            self.refresh()
            return
        changed = [Region(0, y, width, 1) for y, now in enumerate(lines) if now != self._shown[y]]
        if changed:
            self.refresh(*changed)

    def render(self) -> Text:
        """The lines, greyed when they are old."""
        self._shown = self._lines(self.size.width)
        return Text("\n", no_wrap=True, end="").join(self._shown)

    def _lines(self, width: int) -> list[Text]:
        lines = self._paint(width)
        for line in lines:
            line.truncate(width)
        return [Text.assemble((line.plain, look.QUIET)) for line in lines] if self.stale else lines
