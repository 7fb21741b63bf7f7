"""Passwords: one's own with the old one, somebody else's first one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.api.wire import Empty
from appliance.site import passwords
from appliance.site.models import Site, SiteDocument
from appliance.site.problems import BranchboxError
from tui.forms import Field
from tui.forms.fields import text
from tui.forms.site import SITE
from tui.i18n import N_, _
from tui.screens.edit import Line
from tui.screens.page import Page
from tui.widgets.cells import line, wrap
from tui.widgets.entry import Entry
from tui.widgets.painted import Painted

NO_DOCUMENT = SiteDocument(site=Site(name="-", code="XX"))
"""These fields offer nothing of the document."""
OLD = text("old", label=N_("Old password"))
NEW = text("new", label=N_("New password"))
AGAIN = text("again", label=N_("New password again"))


class PasswordPage(Page):
    """Fields that nobody reads over a shoulder; the new password is judged while it is typed."""

    AUTO_FOCUS = "Entry"
    WORDS: ClassVar[str] = ""
    FIELDS: ClassVar[tuple[Field, ...]] = (NEW, AGAIN)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", N_("Set"), priority=True),
        Binding("up", "app.focus_previous", N_("Field before"), show=False),
        Binding("down", "app.focus_next", N_("Next field"), show=False),
    ]

    def __init__(self, login: str = "", name: str = "") -> None:
        super().__init__()
        self.login = login
        self._whom = name
        self._rows = [Line(SITE, field, NO_DOCUMENT, "") for field in self.FIELDS]
        for row in self._rows:
            if isinstance(row.control, Entry):
                row.control.password = True

    def summary(self) -> str:
        """Whose."""
        return self.login

    def body(self) -> Iterable[Widget]:
        """Words and fields."""
        yield Painted(self._draw)
        yield from self._rows

    def _draw(self, width: int) -> list[Text]:
        rule = _("A password has 12 characters or more: several words in a row are easy to remember and hard to guess.")
        said = [*wrap(_(self.WORDS), width - 2), *wrap(rule, width - 2)]
        return [*(line(" " + part) for part in said), line()]

    def _row(self, field: Field) -> Line:
        return next(row for row in self._rows if row.field is field)

    def value(self, field: Field) -> str:
        """What was typed; spaces at its ends are a part of no password."""
        return self._row(field).control.text

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """The label of the field with the cursor is bright."""
        self.repaint()

    def on_input_changed(self) -> None:
        """Judge while typing."""
        typed, row = self.value(NEW), self._row(NEW)
        found = passwords.problems(typed, login=self.login, name=self._whom) if typed else ()
        first = found[0] if found else None
        if row.problem != first:
            row.problem = first
            self.repaint()
            self.refresh(layout=True)

    def on_input_submitted(self) -> None:
        """Enter goes to the next field, and from the last one on."""
        if self._rows[-1].control.has_focus:
            self.action_keep()
        else:
            self.app.action_focus_next()

    def action_keep(self) -> None:
        """Keep it."""
        if not self.value(NEW) or self._row(NEW).problem is not None:
            self._row(NEW).control.focus()
        elif self.value(NEW) != self.value(AGAIN):
            self._row(AGAIN).control.focus()
            self.notice(_("The two passwords differ: write them once more."), bad=True)
        else:
            self.send()

    def send(self) -> None:
        """Ask core for it."""
        raise NotImplementedError

    def refused(self, error: BranchboxError) -> None:
        """Say why; what was typed stays."""
        self.trouble(error.problems)

    def leave(self, words: str) -> None:
        """Back, and say what was done."""
        self.app.pop_screen()
        if isinstance(self.app.screen, Page):
            self.app.screen.notice(words)


class ChangeMyPassword(PasswordPage):
    """One's own."""

    CRUMBS = N_("Change my password")
    WORDS = N_("Your own password, for the box's screen and, where the branch allows it, for SSH.")
    ANSWERS = N_(
        "Your own password changes here: the old one, then the new one twice. It is judged while you type. Who forgot "
        "the old one asks a technician. Ctrl+S sets it."
    )
    FIELDS = (OLD, NEW, AGAIN)

    def send(self) -> None:
        """Old and new."""
        from appliance.api.passwords import PASSWORDS_CHANGE, ChangePassword

        def done(_nothing: Empty) -> None:
            self.leave(_("Your password is changed."))

        wish = ChangePassword(old=self.value(OLD), new=self.value(NEW))
        self.ask(PASSWORDS_CHANGE, wish, done, self.refused)


class SetFirstPassword(PasswordPage):
    """Somebody else's."""

    CRUMBS = N_("PEOPLE > Password")
    WORDS = N_("Tell it to this person: it must be changed at the next login.")
    ANSWERS = N_(
        "A first password for somebody, or a new one for who forgot it. It works once: at the next login the box wants "
        "another. Ctrl+S sets it."
    )

    def send(self) -> None:
        """Whose, and the new one."""
        from appliance.api.passwords import PASSWORDS_SET, SetPassword

        def done(_nothing: Empty) -> None:
            self.leave(_("{login} has a new password, to be changed at the next login.").format(login=self.login))

        self.ask(PASSWORDS_SET, SetPassword(login=self.login, new=self.value(NEW)), done, self.refused)
