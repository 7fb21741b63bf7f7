"""One administrator: login, name, key, password."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType

from appliance.site import passwords
from appliance.site.draft import Step
from appliance.site.problems import BranchboxError
from tui.forms import Field
from tui.forms.fields import none, text
from tui.i18n import N_, _
from tui.setup.question import Question
from tui.widgets.entry import Choice, Entry, Option
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.setup import StickKey, StickKeys
    from appliance.api.wire import Empty
    from tui.setup.people import PeopleQuestion


class PersonForm(Question):
    """Somebody who looks after this box; Ctrl+S keeps them and goes back to the list."""

    STEP = Step.PEOPLE
    TITLE = N_("Administrator")
    WORDS = N_("A password has 12 characters or more: several words in a row are easy to remember and hard to guess.")
    ANSWERS = N_(
        "One administrator. The password is judged while you type: 12 characters or more, nothing of the login or "
        "name, no word that lists have. Plug a stick with branchbox/NAME.pub in to choose an SSH key. Ctrl+S keeps, "
        "Esc leaves without keeping."
    )
    AUTO_FOCUS = "Entry"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "next", N_("Keep"), priority=True),
        Binding("escape", "before", N_("Back")),
    ]

    def __init__(self, question: PeopleQuestion, login: str | None) -> None:
        super().__init__()
        self._question = question
        self._login = login
        self._keys: tuple[StickKey, ...] = ()
        self._person: Mapping[str, Any] = next(
            (person for person in question.entries("people") if person.get("login") == login), {}
        )

    def fields(self) -> Iterable[tuple[Field, str]]:
        """Who, then how they log in."""
        person = self._person
        keys = person.get("ssh_keys") or ("",)
        yield (
            text("login", label=N_("Login"), help=N_("2 to 31 small letters, digits and -.")),
            str(person.get("login", "")),
        )
        yield text("name", label=N_("Name"), help=N_("As colleagues know this person.")), str(person.get("name", ""))
        yield (
            Field(
                ("role",),
                N_("A technician may do everything; a manager reads reports and records."),
                options=lambda _document: [
                    ("technician", lambda: word("technician")),
                    ("manager", lambda: word("manager")),
                ],
                label=N_("Role"),
            ),
            str(person.get("role", "technician")),
        )
        yield (
            Field(
                ("stick",),
                N_("Enter shows the keys of the sticks that are plugged in."),
                options=lambda _document: self._options(),
                label=N_("Key from a stick"),
                needed=False,
            ),
            "",
        )
        yield (
            text(
                "ssh_keys", label=N_("SSH key"), needed=False, help=N_("The one line of a .pub file; empty for none.")
            ),
            str(keys[0]),
        )
        yield text("new", label=N_("Password"), needed=False, help=N_("Empty: as it was, or none.")), ""
        yield text("again", label=N_("Password again"), needed=False, help=N_("The same once more.")), ""

    def on_mount(self) -> None:
        """Passwords are not shown."""
        super().on_mount()
        for name in ("new", "again"):
            control = self.row(name).control
            if isinstance(control, Entry):
                control.password = True

    def load(self) -> None:
        """Ask for the keys on sticks."""
        from appliance.api.setup import SETUP_KEYS
        from appliance.api.wire import Empty

        self.ask(SETUP_KEYS, Empty(), self._keys_came, lambda _error: self._keys_came(None))

    def _keys_came(self, keys: StickKeys | None) -> None:
        self._keys = keys.keys if keys else ()
        choice = self.row("stick").control
        if isinstance(choice, Choice):
            choice.options = tuple(self._options())
        self.loaded = True
        self.repaint()

    def _options(self) -> Sequence[Option]:
        return [none(), *((key.key, lambda key=key: f"{key.file}  ({key.stick})") for key in self._keys)]

    def on_choice_changed(self) -> None:
        """A key that is chosen stands in its field."""
        chosen, field = self.row("stick").control.text, self.row("ssh_keys").control
        if chosen and isinstance(field, Entry):
            field.value = chosen

    def on_input_changed(self) -> None:
        """Judge the password while it is typed."""
        if not self._rows:
            return
        new, again = self.row("new"), self.row("again")
        typed = new.control.text
        found = passwords.problems(typed, login=self.value("login"), name=self.value("name")) if typed else ()
        if (new.problem, again.problem) != (found[0] if found else None, None):
            new.problem, again.problem = found[0] if found else None, None
            self.repaint()
            self.refresh(layout=True)

    def answer(self) -> Mapping[str, Any]:
        """The list of people with this one in it."""
        person: dict[str, Any] = {
            **self._person,
            "login": self.value("login"),
            "name": self.value("name") or self.value("login"),
            "role": self.value("role"),
        }
        person.pop("ssh_keys", None)
        if self.value("ssh_keys"):
            person["ssh_keys"] = [self.value("ssh_keys")]
        others = list(self._question.entries("people"))
        at = next((n for n, held in enumerate(others) if held.get("login") == self._login), len(others))
        others[at : at + 1] = [person]
        return {"people": others}

    def action_next(self) -> None:
        """Keep the person, then the password."""
        new, again = self.value("new"), self.value("again")
        if new and self.row("new").problem is not None:
            self.row("new").control.focus()
            return
        if new != again:
            self.row("again").control.focus()
            self.notice(_("The two passwords differ: write them once more."), bad=True)
            return
        super().action_next()

    def kept(self) -> None:
        """The person is kept: now the password, which has a place of its own."""
        from appliance.api.passwords import PASSWORDS_SET, SetPassword

        new, self._login = self.value("new"), self.value("login")
        if not new:
            self._leave()
            return
        self.ask(PASSWORDS_SET, SetPassword(login=self._login, new=new), self._done, self._refused)

    def _done(self, _nothing: Empty) -> None:
        self.ask_state()

    def ask_state(self) -> None:
        """The list shows who has a password: ask before it is seen."""
        from appliance.api.setup import SETUP_STATE, SetupState
        from appliance.api.wire import Empty

        def came(state: SetupState) -> None:
            self.setup.heard(state)
            self._leave()

        self.ask(SETUP_STATE, Empty(), came)

    def _refused(self, error: BranchboxError) -> None:
        row = self.row("new")
        row.problem = error.problems[0]
        row.control.focus()
        self.repaint()
        self.refresh(layout=True)

    def action_before(self) -> None:
        """Back to the list; nothing is kept."""
        self._leave()

    def _leave(self) -> None:
        self.app.pop_screen()
        self._question.repaint()
