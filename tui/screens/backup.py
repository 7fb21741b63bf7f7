"""BOX > Backup: a backup onto a stick, and a box made of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.api.backups import BackupFacts, BackupPhase, BackupState, BackupStep, BackupTask
from tui import look
from tui.format import duration, moment, number, share, size
from tui.i18n import N_, _, say
from tui.screens.backup_ask import AskNewBackup, AskPassword, AskRestore, NewBackup, RestoreAnswer
from tui.screens.page import Page
from tui.widgets.cells import line, wrap
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from appliance.api.contract import Applied
    from appliance.api.sticks import Stick, Sticks

POLL = 0.5
_STEPS = {
    BackupStep.COPY: N_("Copying the database"),
    BackupStep.WRITE: N_("Writing"),
    BackupStep.VERIFY: N_("Reading back and comparing"),
    BackupStep.READ: N_("Reading and comparing"),
}


class BackupScreen(Page):
    """Sticks with their backups, and what is being done."""

    CRUMBS = N_("BOX > Backup")
    ANSWERS = N_(
        "Which backups are on the sticks that are plugged in. n makes one: document, call history, operation log, "
        "voicemail and, if you want, keys, encrypted with a password; recordings are not in it. Enter looks into "
        "one; then R makes this box what the backup says."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", N_("New backup")),
        Binding("R,shift+r", "restore", N_("Restore"), key_display="R"),
        Binding("x", "cancel", N_("Stop")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._sticks: tuple[Stick, ...] | None = None
        self._state: BackupState | None = None
        self._at: str | None = None
        """The row under the cursor."""

    def body(self) -> Iterable[Widget]:
        """The sticks, then what is being done."""
        yield Table(
            (
                Column(N_("Stick"), 20, share=1),
                Column(N_("Backup"), 32, share=1),
                Column(N_("Size"), 9, "right"),
                Column(N_("Made"), 12),
            ),
            empty=lambda: _("No stick is plugged in. Plug one in (FAT32, exFAT, NTFS or ext4), then r."),
            id="sticks",
        )
        yield Painted(self._doing, id="doing")

    def load(self) -> None:
        """Ask for the sticks and for what is being done."""
        from appliance.api.backups import BACKUP_STATE
        from appliance.api.sticks import STICKS
        from appliance.api.wire import Empty

        self.ask(BACKUP_STATE, Empty(), self._told)
        self.ask(STICKS, Empty(), self._came)

    def _came(self, sticks: Sticks) -> None:
        self._sticks = sticks.sticks
        self.loaded = True
        self.repaint()

    def _told(self, state: BackupState) -> None:
        ended = self._busy and state.phase is not BackupPhase.RUNNING
        self._state = state
        if self._busy:
            self.set_timer(POLL, self._ask_again)
        if ended:
            self.load()
        self.refresh_bindings()
        self.repaint()

    def _ask_again(self) -> None:
        from appliance.api.backups import BACKUP_STATE
        from appliance.api.wire import Empty

        self.ask(BACKUP_STATE, Empty(), self._told)

    @property
    def _busy(self) -> bool:
        return self._state is not None and self._state.phase is BackupPhase.RUNNING

    @property
    def _found(self) -> BackupFacts | None:
        state = self._state
        looked = state is not None and state.task is BackupTask.LOOK and state.phase is BackupPhase.DONE
        return state.found if looked and state is not None else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Restore what was looked into; stop what runs."""
        if action == "restore":
            return self._found is not None
        if action == "cancel":
            return self._busy
        if action == "new":
            return not self._busy and bool(self._sticks)
        return super().check_action(action, parameters)

    # --- drawing ------------------------------------------------------------------------------------

    def picture_changed(self) -> None:
        """A row for each stick, and below it its backups."""
        table = self.query_one(Table)
        table.stale = self.picture.lost_since is not None
        table.show(None if self._sticks is None else [row for stick in self._sticks for row in self._rows(stick)])
        self._at = table.current

    def _rows(self, stick: Stick) -> Iterable[Row]:
        name = stick.label or " ".join((stick.vendor, stick.model)).strip() or stick.name
        state: tuple[str, str] = (_("{size} free").format(size=size(stick.free)), look.QUIET)
        if stick.problem is not None:
            state = (say(stick.problem), look.WARN)
        elif stick.write_protected:
            state = (_("write-protected"), look.WARN)
        yield Row(f"{stick.name}/", ((name, look.HEAD), state, "", ""))
        for file in stick.files:
            if file.kind == "backup":
                made = moment(file.modified, self.picture.zone, self.now)
                yield Row(f"{stick.name}/{file.name}", ("", file.name, size(file.size), made))

    def _doing(self, width: int) -> list[Text]:
        state = self._state
        if state is None or state.phase is BackupPhase.IDLE:
            stick = next((each for each in self._sticks or () if f"{each.name}/" == self._at), None)
            trouble = say(stick.problem) if stick is not None and stick.problem is not None else ""
            return [line(), *(line((" " + part, look.WARN)) for part in wrap(trouble, width - 2))]
        words = [(part, look.PLAIN) for part in self._said(state)]
        if state.problem is not None:
            words = [(say(state.problem), look.BAD), (state.problem.original, look.QUIET)]
        return [line(), *(line((" " + part, style)) for said, style in words for part in wrap(said, width - 2))]

    def _said(self, state: BackupState) -> list[str]:
        if state.phase is BackupPhase.CANCELLED:
            return [_("Stopped. Nothing half-written is left on the stick.")]
        if state.phase is BackupPhase.DONE and state.found is not None:
            if state.task is BackupTask.MAKE:
                done = _("{file} is on the stick, read back and compared: {size}. You may pull the stick out.")
                return [done.format(file=state.file, size=size(state.size))]
            return self._plan(state.file, state.found)
        figures = [_(_STEPS[state.step]) if state.step else _("Loading ...")]
        if state.done is not None:
            figures.append(share(state.done))
        if state.rate is not None:
            figures.append(_("{size}/s").format(size=size(round(state.rate))))
        if state.left is not None:
            figures.append(_("{time} left").format(time=duration(state.left)))
        return [f"{state.file}  " + "  ".join(figures)]

    def _plan(self, file: str, found: BackupFacts) -> list[str]:
        facts = _("{file}: {name} ({code}), made {when} by {who}, version {version}. Whole and undamaged.").format(
            file=file,
            name=found.site_name,
            code=found.site_code,
            when=moment(found.made, self.picture.zone, self.now),
            who=found.by,
            version=found.version,
        )
        holds = _("Calls in it: {calls}. Operations: {operations}. Keys and passwords: {keys}.").format(
            calls=number(found.calls), operations=number(found.operations), keys=_("yes") if found.keys else _("no")
        )
        return [facts, holds, self.effect()]

    def effect(self) -> str:
        """What R would do here."""
        return _(
            "R makes this box that one: its configuration is replaced and must be confirmed, its call history and "
            "operation log are replaced (the old ones stay beside them). Calls that are up stay up."
        )

    # --- doing --------------------------------------------------------------------------------------

    def _under_cursor(self) -> tuple[str, str]:
        stick, _slash, file = (self.query_one(Table).current or "").partition("/")
        return stick, file

    def action_new(self) -> None:
        """Ask for a password, then write onto the stick under the cursor."""
        stick, _file = self._under_cursor()

        def answered(wish: NewBackup | None) -> None:
            from appliance.api.backups import BACKUP_MAKE, BackupOrder

            if wish is not None:
                self.ask(BACKUP_MAKE, BackupOrder(stick=stick, password=wish.password, keys=wish.keys), self._told)

        def words() -> str:
            return _(
                "A backup of this box onto the stick. Without its password nobody can open it, we neither: "
                "write it down and keep it elsewhere than the stick."
            )

        if stick:
            self.app.push_screen(AskNewBackup(words), answered)

    def on_table_moved(self) -> None:
        """What is wrong with another stick."""
        self.repaint()

    def on_table_opened(self) -> None:
        """Look into the backup under the cursor."""
        stick, file = self._under_cursor()

        def answered(password: str | None) -> None:
            from appliance.api.backups import BACKUP_LOOK, BackupFile

            if password:
                self.ask(BACKUP_LOOK, BackupFile(stick=stick, file=file, password=password), self._told)

        if file and not self._busy:
            self.app.push_screen(AskPassword(lambda: _("Look into {file}").format(file=file)), answered)

    def action_restore(self) -> None:
        """Make this box what the backup says, after asking."""
        found = self._found
        if found is None:
            return

        def answered(answer: RestoreAnswer | None) -> None:
            from appliance.api.backups import BACKUP_RESTORE, Restore

            if answer is not None:
                wish = Restore(code=answer.code, why=answer.why, keys=answer.keys)
                self.notice(_("Restoring ..."))
                self.ask(BACKUP_RESTORE, wish, self._restored)

        def words() -> str:
            return _("This box becomes {name} ({code}).").format(name=found.site_name, code=found.site_code)

        self.app.push_screen(AskRestore(words, found.site_code, found.keys), answered)

    def _restored(self, applied: Applied) -> None:
        self.ours.feed_now()
        if applied.problems:
            self.trouble(applied.problems)
        elif applied.deadline is None:
            self.notice(_("Restored. The history follows in a moment."))
        else:
            words = _("Restored: revision {number} waits for c Confirm. The history follows in a moment.")
            self.notice(words.format(number=applied.revision))

    def action_cancel(self) -> None:
        """Stop what runs."""
        from appliance.api.backups import BACKUP_CANCEL
        from appliance.api.wire import Empty

        self.ask(BACKUP_CANCEL, Empty(), self._told)
