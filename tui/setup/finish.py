"""The box is set up: the first call, the phones' logins, and the way to the real screens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.site.problems import BranchboxError
from tui import look
from tui.format import seconds
from tui.i18n import N_, _, say
from tui.screens.ask import Ask
from tui.setup.question import SetupPage
from tui.widgets.cells import line, wrap
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from appliance.api.setup import PhoneLogins, Rung, TestPhones

LOOK_AGAIN = 1.0
"""Seconds between two looks at who has registered."""


class Finish(SetupPage):
    """A call that rings a phone, then the end of the setup."""

    DEFAULT_CSS = "Finish Table { height: 1fr; }"
    ANSWERS = N_(
        "The box is set up. p shows each phone's number and password: write them into the phones. A phone that has "
        "registered shows its address; t rings the phone under the cursor and plays a sentence. f ends the setup; then "
        "log in with your own name."
    )
    AUTO_FOCUS = "Table"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "ring", N_("Test call")),
        Binding("p", "passwords", N_("Phones' passwords")),
        Binding("w", "recovery", N_("Recovery password")),
        Binding("f", "finish", N_("End the setup")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._phones: TestPhones | None = None
        self._logins: PhoneLogins | None = None
        self._ringing: str | None = None
        self._since = 0.0
        self._result: tuple[str, str] = ("", "")
        self._over = False

    def crumbs(self) -> str:
        """FIRST BOOT > Test call."""
        return f"{_('FIRST BOOT')} > {_('Test call')}"

    def body(self) -> Iterable[Widget]:
        """What is so, the phones, what came of the call."""
        yield Painted(self._state, id="state")
        yield Table(
            (
                Column(N_("Phone"), 7),
                Column(N_("Name"), 14, share=1),
                Column(N_("Registered from"), 22),
                Column(N_("Password"), 22),
            ),
            empty=lambda: _("No phone is set up. Phones are made under Setup."),
            id="phones",
            opens=False,
        )
        yield Painted(self._outcome, id="outcome")

    def on_mount(self) -> None:
        """Look again and again who has registered."""
        super().on_mount()
        self.set_interval(LOOK_AGAIN, self.load)

    def load(self) -> None:
        """Ask which phones are there."""
        from appliance.api.setup import TEST_PHONES
        from appliance.api.wire import Empty

        if not self._over:
            self.ask(TEST_PHONES, Empty(), self._came, lambda _error: None)

    def _came(self, phones: TestPhones) -> None:
        self._phones = phones
        self.loaded = True
        self.repaint()

    # --- drawing --------------------------------------------------------------------------

    def picture_changed(self) -> None:
        """The phones now."""
        passwords = {each.number: each.password for each in self._logins.phones} if self._logins else {}
        phones = self._phones.phones if self._phones else ()
        self.query_one(Table).show(
            [
                Row(
                    phone.number,
                    (
                        phone.number,
                        phone.name,
                        phone.address or (_("not yet"), look.QUIET),
                        passwords.get(phone.number, "********"),
                    ),
                )
                for phone in phones
            ]
        )

    def _state(self, width: int) -> list[Text]:
        if self._over:
            words = _("The setup is over. Log in with your own name: the dashboard comes first.")
            return [line((" " + part, look.HEAD)) for part in wrap(words, width - 2)]
        found = self.state.unattended if self.state else None
        lines = []
        if found is not None and found.revision is not None:
            words = _("Set up from {stick}: revision {number} is in force.").format(
                stick=found.stick, number=found.revision
            )
        else:
            words = _("The box is set up: revision {number} is in force.").format(
                number=self.state.revision if self.state and self.state.revision else 1
            )
        lines += [line((" " + part, look.HEAD)) for part in wrap(words, width - 2)]
        registered = sum(phone.address is not None for phone in self._phones.phones) if self._phones else 0
        if self.state is not None and not self.state.recovery:
            lines.append(line((" " + _("There is no recovery password yet: w makes one."), look.WARN)))
        if self._phones is not None and not self._phones.linked:
            lines.append(line((" " + _("The exchange is starting ..."), look.WARN)))
        if self.state is not None and self.state.addresses:
            text = _("The box's address for phones: {addresses}").format(addresses=", ".join(self.state.addresses))
            lines += [line(" " + part) for part in wrap(text, width - 2)]
        if self._phones is not None and self._phones.linked and registered:
            lines.append(line(" " + _("t rings the phone under the cursor and plays a sentence.")))
        elif self._phones is not None and self._phones.linked:
            text = _("Waiting for a phone to register: write number, password and this box's address into one.")
            lines += [line(" " + part) for part in wrap(text, width - 2)]
        return [*lines, line()]

    def _outcome(self, width: int) -> list[Text]:
        if self._ringing is not None:
            words = _("Phone {number} rings ... {time}").format(
                number=self._ringing, time=seconds(self.now - self._since)
            )
            return [line((" " + words, look.WARN))]
        text, style = self._result
        return [line((" " + part, style)) for part in wrap(text, width - 2)] if text else []

    # --- keys -----------------------------------------------------------------------------

    def action_ring(self) -> None:
        """Ring the phone under the cursor."""
        from appliance.api.setup import TEST_RING, Ring

        number = self.query_one(Table).current
        if number is None or self._ringing is not None or self._over:
            return
        self._ringing, self._since, self._result = number, self.now, ("", "")
        self.repaint()
        self.ask(TEST_RING, Ring(number=number), self._rung, self._not_rung)

    def _rung(self, rung: Rung) -> None:
        number, self._ringing = self._ringing or "", None
        if rung.answered:
            words = _("Phone {number} was answered after {time}: exchange, network and phone work.").format(
                number=number, time=seconds(rung.seconds)
            )
            self._result = (words, look.HEAD)
        else:
            self._result = (say(rung.problem) if rung.problem else "", look.BAD)
        self.repaint()

    def _not_rung(self, error: BranchboxError) -> None:
        self._ringing = None
        self._result = (say(error.problems[0]), look.BAD)
        self.repaint()

    def action_passwords(self) -> None:
        """Show what is written into the phones; the log says who looked."""
        from appliance.api.setup import SETUP_LOGINS
        from appliance.api.wire import Empty

        def came(logins: PhoneLogins) -> None:
            self._logins = logins
            self.repaint()

        if self._logins is not None:
            self._logins = None
            self.repaint()
        else:
            self.ask(SETUP_LOGINS, Empty(), came)

    def action_recovery(self) -> None:
        """Make the recovery password, when a stick brought none."""
        from tui.setup.late_recovery import LateRecovery

        self.app.push_screen(LateRecovery())

    def action_finish(self) -> None:
        """End the setup, after asking when no phone was called."""

        def answered(yes: bool | None) -> None:
            if yes:
                self._end()

        if self.state is not None and not self.state.recovery:
            question = _("End the setup without a recovery password? A technician can make one later.")
        else:
            question = _("End the setup? From now on people log in with their own names.")
        self.app.push_screen(Ask(lambda: question), answered)

    def _end(self) -> None:
        from appliance.api.setup import SETUP_FINISH
        from appliance.api.wire import Empty

        def done(_nothing: Empty) -> None:
            self._over = True
            self.app.exit()

        self.ask(SETUP_FINISH, Empty(), done)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The recovery password only while there is none."""
        if action == "recovery":
            return self.state is not None and not self.state.recovery
        return super().check_action(action, parameters)
