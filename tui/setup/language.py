"""The first question, in both languages at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.site.draft import Step
from tui import i18n, look
from tui.i18n import LANGUAGES, N_
from tui.setup.question import Question
from tui.widgets.cells import line
from tui.widgets.painted import Painted
from tui.widgets.table import Choices, Column, Row, Table


class LanguageQuestion(Question):
    """Which language this branch speaks."""

    DEFAULT_CSS = "LanguageQuestion Table { height: 1fr; }"
    STEP = Step.LANGUAGE
    TITLE = N_("Language")
    WORDS = N_("Screens and announcements of this branch. People can choose another for themselves later.")
    ANSWERS = N_(
        "Which language screens and announcements have. Up and down choose, Enter takes it. Ctrl+L changes "
        "the screen's language at any time. If this box takes another one's place, b reads that one's backup from "
        "a stick instead of asking anything."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "restore", N_("Restore a backup")),
    ]

    def body(self) -> Iterable[Widget]:
        """The languages by their own names."""
        yield Painted(self._draw, id="words")
        yield Choices((Column("", 20, share=1),), empty=lambda: "", id="languages")

    def _draw(self, _width: int) -> list[Text]:
        return [
            line(),
            line("  Language of this branch: up and down, then Enter."),
            line("  本网点使用的语言：用上下键选择，按回车键。"),
            line(),
            line(("  In place of an earlier box: b restores its backup from a stick.", look.QUIET)),
            line(("  接替原来的设备：按 b 从 U 盘恢复它的备份。", look.QUIET)),
            line(),
        ]

    def picture_changed(self) -> None:
        """Both languages, the one spoken now under the cursor."""
        table = self.query_one(Table)
        fresh = table.current is None
        table.show([Row(code, (name,)) for code, name in LANGUAGES.items()])
        if fresh:
            table.select(str(self.part("site").get("language", i18n.language())))

    def on_table_moved(self) -> None:
        """The screen speaks the language under the cursor."""
        code = self.query_one(Table).current
        if code is not None and code != i18n.language() and self.loaded:
            self.setup.speak(code)

    def on_table_opened(self) -> None:
        """Enter takes it."""
        self.action_next()

    def action_next(self) -> None:
        """Speak it from now on, and keep it."""
        code = self.query_one(Table).current or "en"
        self.setup.speak(code)
        self.keep(self.STEP, {"site": {"language": code}})

    def action_restore(self) -> None:
        """All answers from a backup instead."""
        from tui.setup.restore import RestorePage

        self.app.push_screen(RestorePage())
