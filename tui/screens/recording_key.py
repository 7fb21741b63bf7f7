"""RECORDS > Recordings > Key: who may hear, who waits to be let in, and whether everything is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.format import DASH, moment, share, size, time
from tui.i18n import N_, _, say
from tui.screens.ask import Ask, AskWhy
from tui.screens.page import Page
from tui.screens.password import PasswordPage
from tui.widgets.cells import line, wrap
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from appliance.api.recordings import AuditState, KeyMade, KeyState, RecordingsState

RECOVERY = "*recovery*"
LOOK_AGAIN = 1.0
"""Seconds between two looks at an audit that runs."""


class RecordingKeyScreen(Page):
    """The key, its slots, the recorder's state and the last audit."""

    CRUMBS = N_("RECORDS > Recordings > Key")
    ANSWERS = N_(
        "Who may hear recordings. A manager makes the key once (n) and keeps the recovery code on paper. Everybody "
        "else asks with a passphrase of their own (n); who has the recordings open lets them in (a). o opens them for "
        "you, l locks; after half an hour without use they lock by themselves. t checks that every recording is there."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", N_("Open")),
        Binding("l", "lock", N_("Lock")),
        Binding("n", "new", N_("New passphrase")),
        Binding("a", "admit", N_("Let in")),
        Binding("d", "drop", N_("Take away")),
        Binding("t", "audit", N_("Check all")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._key: KeyState | None = None
        self._state: RecordingsState | None = None
        self._audit: AuditState | None = None

    def body(self) -> Iterable[Widget]:
        """How things are, the slots, the audit."""
        yield Painted(self._over, id="over")
        yield Table(
            (
                Column(N_("Who"), 16, share=1),
                Column(N_("Asked"), 14),
                Column(N_("Let in"), 14),
                Column(N_("By"), 12),
            ),
            empty=lambda: _("Nobody has a slot yet."),
            id="slots",
            opens=False,
        )
        yield Painted(self._under, id="under")

    def load(self) -> None:
        """Ask for all three."""
        from appliance.api.recordings import KEY_STATE, RECORDINGS_AUDIT_STATE, RECORDINGS_STATE
        from appliance.api.wire import Empty

        self.ask(KEY_STATE, Empty(), self._key_came)
        self.ask(RECORDINGS_STATE, Empty(), self._state_came)
        self.ask(RECORDINGS_AUDIT_STATE, Empty(), self._audit_came)

    def picture_changed(self) -> None:
        """The slots."""
        table = self.query_one("#slots", Table)
        table.stale = self.picture.lost_since is not None
        key = self._key
        table.show(
            None
            if key is None
            else [
                Row(
                    slot.login,
                    (
                        _("recovery code, on paper") if slot.login == RECOVERY else slot.login,
                        moment(slot.asked, self.picture.zone, self.now),
                        (moment(slot.admitted, self.picture.zone, self.now), "")
                        if slot.admitted is not None
                        else (_("waits"), look.WARN),
                        (_("recovery code") if slot.by == RECOVERY else slot.by) or DASH,
                    ),
                )
                for slot in key.slots
            ]
        )

    def _over(self, width: int) -> list[Text]:
        key, state = self._key, self._state
        if key is None or state is None:
            return [line((" " + self.nothing_yet(), look.QUIET))]
        if key.made is None:
            said, weight = _("Nobody has made the key yet: recordings lie unsealed on the disk."), look.WARN
        elif key.open_until is not None:
            until = time(key.open_until, self.picture.zone)
            said, weight = _("Open for you until {time}, longer while you use it.").format(time=until), look.HEAD
        else:
            said, weight = _("Locked for you."), ""
        lines = [line((f" {said}", weight))]
        room = _("{days} days").format(days=int(state.full_in_days)) if state.full_in_days is not None else DASH
        lines.append(
            line(
                " "
                + _("{count} recordings, {size}; {held} under legal hold; disk {free} free, room for {room}").format(
                    count=state.recordings, size=size(state.bytes), held=state.held, free=share(state.free), room=room
                )
            )
        )
        for problem in state.problems:
            if key.made is not None or "unsealed" not in problem.text:
                lines += [line((f" {part}", look.WARN)) for part in wrap(say(problem), width - 2)]
        return [*lines, line()]

    def _under(self, width: int) -> list[Text]:
        audit = self._audit
        if audit is None or audit.begun is None:
            return [line(), line((" " + _("Not checked since core started. t checks all."), look.QUIET))]
        if audit.running:
            done = share(audit.done) if audit.done is not None else "..."
            return [
                line(),
                line(" " + _("Checking: {done}, {count} found so far").format(done=done, count=_found(audit))),
            ]
        when = moment(audit.begun, self.picture.zone, self.now)
        if not audit.findings:
            return [
                line(),
                line(" " + _("Checked {when}: every recording is there, as it was filed.").format(when=when)),
            ]
        lines = [
            line(),
            line((" " + _("Checked {when}: {count} found").format(when=when, count=_found(audit)), look.BAD)),
        ]
        for finding in audit.findings[:4]:
            lines += [line(f" {part}") for part in wrap(say(finding), width - 2)]
        if _found(audit) > 4:
            lines.append(line((" " + _("All of them: branchbox recordings audit"), look.QUIET)))
        return lines

    def _key_came(self, key: KeyState) -> None:
        self._key = key
        self.loaded = True
        self.repaint()

    def _state_came(self, state: RecordingsState) -> None:
        self._state = state
        self.repaint()

    def _audit_came(self, audit: AuditState) -> None:
        self._audit = audit
        self.repaint()
        if audit.running:
            self.set_timer(LOOK_AGAIN, self._look_again)

    def _look_again(self) -> None:
        from appliance.api.recordings import RECORDINGS_AUDIT_STATE
        from appliance.api.wire import Empty

        self.ask(RECORDINGS_AUDIT_STATE, Empty(), self._audit_came)

    # --- doing ----------------------------------------------------------------------------

    def action_open(self) -> None:
        """With one's own passphrase."""
        from appliance.api.recordings import KEY_OPEN, Passphrase

        def typed(text: str | None) -> None:
            if text:
                self.ask(KEY_OPEN, Passphrase(password=text), self._key_came)

        question = AskWhy(lambda: _("Open the recordings."), N_("Your recordings passphrase:"), secret=True)
        self.app.push_screen(question, typed)

    def action_lock(self) -> None:
        """Forget the opened key."""
        from appliance.api.recordings import KEY_LOCK
        from appliance.api.wire import Empty

        self.ask(KEY_LOCK, Empty(), self._key_came)

    def action_new(self) -> None:
        """The key, or a slot of one's own."""
        if self._key is not None:
            self.app.push_screen(NewPassphraseScreen(make=self._key.made is None))

    def action_admit(self) -> None:
        """Let the person in that the cursor is on."""
        from appliance.api.recordings import KEY_ADMIT, Person

        login = self.query_one("#slots", Table).current
        if login is not None:
            question = _("Let {login} hear recordings? They open them with their own passphrase.").format(login=login)

            def answered(yes: bool | None) -> None:
                if yes:
                    self.ask(KEY_ADMIT, Person(login=login), self._key_came)

            self.app.push_screen(Ask(lambda: question), answered)

    def action_drop(self) -> None:
        """Take the slot away that the cursor is on."""
        from appliance.api.recordings import KEY_DROP, Person

        login = self.query_one("#slots", Table).current
        if login is not None:
            question = _("Take the slot of {login} away? They hear no recordings until they ask anew.").format(
                login=login
            )

            def answered(yes: bool | None) -> None:
                if yes:
                    self.ask(KEY_DROP, Person(login=login), self._key_came)

            self.app.push_screen(Ask(lambda: question), answered)

    def action_audit(self) -> None:
        """Check everything."""
        from appliance.api.recordings import RECORDINGS_AUDIT, AuditWish

        self.ask(RECORDINGS_AUDIT, AuditWish(), self._audit_came)


def _found(audit: AuditState) -> int:
    return len(audit.findings) + audit.more


class NewPassphraseScreen(PasswordPage):
    """A passphrase for the recordings: with it the key is made, or a slot is asked for."""

    CRUMBS = N_("RECORDS > Recordings > Key")
    WORDS = N_("For recordings only, and not that of your login. Nobody can find it out or set another one for you.")
    ANSWERS = N_(
        "The passphrase that opens recordings for you, written twice. The first manager makes the site's key with it "
        "and sees the recovery code once; everybody else asks with it to be let in. Ctrl+S keeps it."
    )

    def __init__(self, *, make: bool) -> None:
        super().__init__()
        self._make = make

    def send(self) -> None:
        """Make the key, or ask for a slot."""
        from appliance.api.recordings import KEY_ASK, KEY_MAKE, NewPassphrase

        wish = NewPassphrase(new=self.value(self.FIELDS[0]))
        if self._make:
            self.ask(KEY_MAKE, wish, self._made, self.refused)
        else:
            self.ask(KEY_ASK, wish, self._asked, self.refused)

    def _made(self, made: KeyMade) -> None:
        self.app.switch_screen(RecoveryCode(made.recovery))

    def _asked(self, key: KeyState) -> None:
        open_now = key.open_until is not None
        self.leave(
            _("Your passphrase is changed.")
            if open_now
            else _("You have asked. Somebody who has the recordings open lets you in.")
        )
        if isinstance(self.app.screen, Page):
            self.app.screen.load()


class RecoveryCode(Page):
    """The recovery code, once."""

    CRUMBS = N_("RECORDS > Recordings > Key")
    ANSWERS = N_(
        "The recovery code opens the recordings for a manager when every passphrase is forgotten. It is shown now and "
        "never again: write it down and lock it away, not in this room."
    )

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code

    def body(self) -> Iterable[Widget]:
        """The code in the middle of its words."""
        yield Painted(self._draw)

    def load(self) -> None:
        """Nothing more comes."""
        self.loaded = True

    def _draw(self, width: int) -> list[Text]:
        words = _(
            "Recordings are sealed from now on. Write this code down and lock it away outside this room. Without it "
            "and without a passphrase nobody on earth can hear them again; it is never shown a second time."
        )
        said = [line(f" {part}") for part in wrap(words, width - 2)]
        return [
            *said,
            line(),
            line("     ", (self._code, look.HEAD)),
            line(),
            line(" " + _("Esc when it is on paper.")),
        ]

    def action_back(self) -> None:
        """Back to the key, which is another now."""
        super().action_back()
        if isinstance(self.app.screen, Page):
            self.app.screen.load()
