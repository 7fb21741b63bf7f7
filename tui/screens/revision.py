"""BOX > Revisions > N: one revision's document, as text."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text
from textual.widget import Widget

from tui import look
from tui.i18n import N_
from tui.screens.page import Page
from tui.widgets.cells import line
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll


class RevisionText(Page):
    """The document, read only; passwords stand as ********."""

    CRUMBS = N_("BOX > Revisions")
    ANSWERS = N_("The whole document of one revision, as it would be exported; passwords stand as ********.")

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._toml: str | None = None

    def crumbs(self) -> str:
        """The list, then the number."""
        return f"{super().crumbs()} > {self._number}"

    def body(self) -> Iterable[Widget]:
        """The text."""
        with Scroll():
            yield Painted(self._draw)

    def load(self) -> None:
        """Ask for the document."""
        from appliance.api.contract import CONFIG_SHOW, Document, RevisionKey

        def came(document: Document) -> None:
            self._toml = document.toml
            self.loaded = True
            self.repaint()

        self.ask(CONFIG_SHOW, RevisionKey(revision=self._number), came)

    def _draw(self, _width: int) -> list[Text]:
        if self._toml is None:
            return [line((" " + self.nothing_yet(), look.QUIET))]
        rows = []
        for row in self._toml.splitlines():
            style = look.HEAD if row.startswith("[") else look.QUIET if row.startswith("#") else ""
            rows.append(line((" " + row, style)))
        return rows
