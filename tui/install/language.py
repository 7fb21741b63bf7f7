"""INSTALL: the first screen, in both languages at once."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text
from textual.widget import Widget

from tui import i18n, look
from tui.i18n import LANGUAGES, N_
from tui.install.page import InstallPage
from tui.widgets.cells import line
from tui.widgets.painted import Painted
from tui.widgets.table import Choices, Column, Row, Table


class LanguageScreen(InstallPage):
    """Which language the installer speaks."""

    DEFAULT_CSS = "LanguageScreen Table { height: 1fr; }"
    ANSWERS = N_("Which language the installer speaks. Up and down choose, Enter takes it. Ctrl+L changes it later.")

    def body(self) -> Iterable[Widget]:
        """The languages by their own names."""
        yield Painted(self._draw, id="words")
        yield Choices((Column("", 20, share=1),), empty=lambda: "", id="languages")

    def _draw(self, _width: int) -> list[Text]:
        return [
            line(),
            line(("  This puts Branchbox onto a disk of this computer.", look.HEAD)),
            line(("  本程序把 Branchbox 安装到这台电脑的磁盘上。", look.HEAD)),
            line(),
            line("  Nothing is written before you have chosen a disk and said yes."),
            line("  在您选定磁盘并确认之前，不会写入任何内容。"),
            line(),
        ]

    def load(self) -> None:
        """Nothing is asked yet."""
        self.loaded = True

    def picture_changed(self) -> None:
        """Both languages, the one spoken now under the cursor."""
        table = self.query_one(Table)
        fresh = table.current is None
        table.show([Row(code, (name,)) for code, name in LANGUAGES.items()])
        if fresh:
            table.select(i18n.language())

    def on_table_moved(self) -> None:
        """The screen speaks the language under the cursor."""
        code = self.query_one(Table).current
        if code is not None and code != i18n.language():
            self.install.speak(code)

    def on_table_opened(self) -> None:
        """Speak it from now on."""
        self.install.speak(self.query_one(Table).current or "en")
        self.install.choose_disk()
