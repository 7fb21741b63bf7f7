"""SETUP > Plan > Lines: what changes in the exchange's files, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text
from textual.widget import Widget

from tui import look
from tui.i18n import N_, _
from tui.screens.page import Page
from tui.widgets.cells import line
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll

if TYPE_CHECKING:
    from appliance.api.contract import FileChange


class DiffLines(Page):
    """Unified diffs, file by file; + and - say what the colours repeat."""

    CRUMBS = N_("SETUP > Plan > Lines")
    ANSWERS = N_("Which lines of which files of the exchange change: - goes, + comes, the others stand around them.")

    def __init__(self, files: tuple[FileChange, ...]) -> None:
        super().__init__()
        self._files = files

    def body(self) -> Iterable[Widget]:
        """The diffs."""
        with Scroll():
            yield Painted(self._draw)

    def _draw(self, _width: int) -> list[Text]:
        lines: list[Text] = []
        for file in self._files:
            lines.append(line((f" {file.path}  +{file.added} -{file.removed}", look.HEAD)))
            for row in file.diff.splitlines():
                if not row.startswith(("---", "+++")):
                    style = "green" if row.startswith("+") else "red" if row.startswith("-") else look.QUIET
                    lines.append(line((" " + row, style)))
            lines.append(line())
        return lines or [line((" " + _("No file changes."), look.QUIET))]
