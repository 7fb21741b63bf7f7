"""The administrators: at least one technician who can log in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.site.draft import Step
from tui import look
from tui.i18n import N_, _
from tui.screens.ask import Ask
from tui.setup.question import Question
from tui.widgets.cells import line, wrap
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.setup import SetupState


class PeopleQuestion(Question):
    """Who looks after this box."""

    DEFAULT_CSS = "PeopleQuestion Table { height: 1fr; }"
    STEP = Step.PEOPLE
    TITLE = N_("Administrators")
    WORDS = N_(
        "Who looks after this box. At least one technician needs a password (for this screen) or an SSH key (for the "
        "network). The box has no other way in: there is no default password."
    )
    ANSWERS = N_(
        "Who looks after this box. n adds somebody, e changes, d removes. A password is typed here and kept as a hash "
        "only; an SSH key comes from a file branchbox/NAME.pub of a stick, or is typed. Agents and others are added "
        "later under Setup."
    )
    AUTO_FOCUS = "Table"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", N_("New")),
        Binding("e", "edit", N_("Edit")),
        Binding("d", "delete", N_("Delete")),
    ]

    def body(self) -> Iterable[Widget]:
        """Words and a list."""
        yield Painted(self._words, id="words")
        yield Table(
            (
                Column(N_("Login"), 14),
                Column(N_("Name"), 16, share=1),
                Column(N_("Role"), 12),
                Column(N_("Password"), 9),
                Column(N_("SSH keys"), 8, "right"),
            ),
            empty=lambda: _("Nobody yet. n adds the first technician."),
            id="people",
        )

    def picture_changed(self) -> None:
        """The list as the draft has it."""
        kept = self.state.with_password if self.state else ()
        self.query_one(Table).show(
            [
                Row(
                    str(person.get("login")),
                    (
                        str(person.get("login", "")),
                        str(person.get("name", "")),
                        word(str(person.get("role", ""))),
                        _("yes") if person.get("login") in kept else _("no"),
                        str(len(person.get("ssh_keys", ()))),
                    ),
                )
                for person in self.entries("people")
            ]
        )

    def more(self, width: int) -> list[Text]:
        """Who still cannot log in."""
        if not self.entries("people") or self._somebody_can():
            return []
        words = _("No technician can log in yet: e gives one a password or a key.")
        return [line((" " + part, look.WARN)) for part in wrap(words, width - 2)]

    def _somebody_can(self) -> bool:
        kept = self.state.with_password if self.state else ()
        return any(
            person.get("role") == "technician" and (person.get("ssh_keys") or person.get("login") in kept)
            for person in self.entries("people")
        )

    def action_new(self) -> None:
        """Somebody more."""
        from tui.setup.person import PersonForm

        self.app.push_screen(PersonForm(self, None))

    def action_edit(self) -> None:
        """Somebody who is there."""
        from tui.setup.person import PersonForm

        login = self.query_one(Table).current
        if login is not None:
            self.app.push_screen(PersonForm(self, login))

    def on_table_opened(self) -> None:
        """Enter edits."""
        self.action_edit()

    def action_delete(self) -> None:
        """Take somebody out, after asking."""
        login = self.query_one(Table).current
        if login is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.put({"people": [p for p in self.entries("people") if p.get("login") != login]})

        question = _("Remove {login}? They could not log in to this box.").format(login=login)
        self.app.push_screen(Ask(lambda: question), answered)

    def put(self, tables: Mapping[str, Any]) -> None:
        """Keep the list without going on."""
        from appliance.api.setup import SETUP_ANSWER, SetupAnswer
        from appliance.site import draft

        def kept(state: SetupState) -> None:
            self.setup.heard(state)
            self.repaint()

        self.ask(SETUP_ANSWER, SetupAnswer(step=self.STEP, toml=draft.write(tables)), kept)

    def action_next(self) -> None:
        """On, once somebody can log in."""
        if not self._somebody_can():
            self.notice(_("No technician can log in yet: e gives one a password or a key."), bad=True)
            return
        self.setup.next()
