"""The questions of BOX > Backup: a new backup's password, a backup's password, and whether this box shall become it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from appliance.api.backups import PASSWORD_LEAST
from tui import look
from tui.i18n import N_, _
from tui.screens.ask import BOX
from tui.widgets.cells import line, wrap
from tui.widgets.entry import Choice, Entry
from tui.widgets.painted import Painted
from tui.words import yes_no

T = TypeVar("T")
YES, NO = "yes", "no"


@dataclass(frozen=True)
class NewBackup:
    """What a new backup needs."""

    password: str
    keys: bool


@dataclass(frozen=True)
class RestoreAnswer:
    """What a restore needs."""

    code: str
    why: str
    keys: bool


class _Form(ModalScreen[T | None], Generic[T]):
    """A few fields in a box; Enter goes on, from the last field it counts."""

    DEFAULT_CSS = """
    _Form { align: center middle; background: transparent; }
    _Form > Vertical { width: 72; max-width: 100%; height: auto; max-height: 100%; border: ascii ansi_default;
                       padding: 0 1; background: ansi_default; }
    _Form Horizontal { height: 1; }
    _Form .label { width: 28; }
    _Form Entry, _Form Choice { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("Cancel")),
        Binding("ctrl+s", "take", N_("Go on"), priority=True),
        Binding("up", "app.focus_previous", N_("Field before"), show=False),
        Binding("down", "app.focus_next", N_("Next field"), show=False),
        Binding("enter", "on", N_("Next field"), show=False, priority=True),
    ]

    def __init__(self, words: Callable[[], str]) -> None:
        super().__init__()
        self._words = words
        self._wrong = ""

    def rows(self) -> Iterable[tuple[str, Widget]]:
        """Each field with its label."""
        return ()

    def answer(self) -> T | str:
        """The answer, or what is wrong with it in words."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Words, fields, what is wrong, keys."""
        with Vertical():
            yield Painted(self._draw)
            for label, field in self.rows():
                with Horizontal():
                    yield Painted(lambda _width, label=label: [line(_(label))]).add_class("label")  # type: ignore[misc]  # mypy does not type defaults of lambdas
                    yield field
            yield Painted(self._trouble, id="wrong")
            yield Painted(lambda _width: [line(_("Enter next field   Ctrl+S Go on   Esc Cancel"))])

    def _draw(self, width: int) -> list[Text]:
        return [*(line((part, look.HEAD)) for part in wrap(self._words(), width)), line()]

    def _trouble(self, width: int) -> list[Text]:
        return [line((part, look.BAD)) for part in wrap(self._wrong, width)]

    def action_on(self) -> None:
        """The next field; the last one ends the form."""
        fields = list(self.query("Entry, Choice"))
        if fields and fields[-1].has_focus:
            self.action_take()
        else:
            self.app.action_focus_next()

    def action_take(self) -> None:
        """Give the answer, or say what is wrong with it."""
        given = self.answer()
        if isinstance(given, str):
            self._wrong = given
            self.query_one("#wrong", Painted).refresh(layout=True)
        else:
            self.dismiss(given)

    def action_leave(self) -> None:
        """Nothing happens."""
        self.dismiss(None)


def _switch(value: bool, id: str) -> Choice:
    options = ((YES, lambda: yes_no(True)), (NO, lambda: yes_no(False)))
    return Choice(options, YES if value else NO, id=id)


class AskNewBackup(_Form[NewBackup]):
    """A new backup's password, twice, and whether keys go in."""

    DEFAULT_CSS = BOX.format(name="AskNewBackup", width=72)

    def rows(self) -> Iterable[tuple[str, Widget]]:
        """Password, again, keys."""
        yield N_("Password of the backup"), Entry(id="password", password=True)
        yield N_("The same again"), Entry(id="again", password=True)
        yield N_("Keys and people's passwords"), _switch(True, "keys")

    def answer(self) -> NewBackup | str:
        """Long enough, and twice the same."""
        password = self.query_one("#password", Entry).value
        if len(password) < PASSWORD_LEAST:
            return _("At least {count} characters, for example four words.").format(count=PASSWORD_LEAST)
        if password != self.query_one("#again", Entry).value:
            return _("The two are not the same.")
        return NewBackup(password, self.query_one("#keys", Choice).text == YES)


class AskPassword(_Form[str]):
    """The password of a backup that is there."""

    DEFAULT_CSS = BOX.format(name="AskPassword", width=72)

    def rows(self) -> Iterable[tuple[str, Widget]]:
        """One field."""
        yield N_("Password of the backup"), Entry(id="password", password=True)

    def answer(self) -> str:
        """Whatever was written."""
        return self.query_one("#password", Entry).value

    def action_take(self) -> None:
        """A password is the answer, not what is wrong with it."""
        self.dismiss(self.answer() or None)


class AskRestore(_Form[RestoreAnswer]):
    """The site's code typed, a reason, and whether keys come along."""

    DEFAULT_CSS = BOX.format(name="AskRestore", width=72)

    def __init__(self, words: Callable[[], str], code: str, keys: bool) -> None:
        super().__init__(words)
        self._code = code
        self._keys = keys

    def rows(self) -> Iterable[tuple[str, Widget]]:
        """Code, reason, keys when there are any."""
        yield N_("Type the site's code"), Entry(id="code")
        yield N_("Why (goes into the log)"), Entry(id="why")
        if self._keys:
            yield N_("Keys and people's passwords"), _switch(True, "keys")

    def answer(self) -> RestoreAnswer | str:
        """The right code and a reason."""
        code, why = self.query_one("#code", Entry).text.upper(), self.query_one("#why", Entry).text
        if code != self._code:
            return _("Type {code} to say that this box shall become that one.").format(code=self._code)
        if not why:
            return _("Say why: it goes into the operation log.")
        return RestoreAnswer(code, why[:200], self._keys and self.query_one("#keys", Choice).text == YES)
