"""BOX > Update: which system runs, what is on the stick, how far an installation is, what happens next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.site.problems import BranchboxError
from tui import look
from tui.format import DASH, moment, share, size
from tui.i18n import N_, _, say
from tui.restarts import When
from tui.screens.ask import AskWhy
from tui.screens.page import Page
from tui.screens.power import ask_when, cancel_restart
from tui.updatefacts import Fact, checked_facts, facts, progress_rate, progress_words, slot_words, waits
from tui.widgets.cells import ends, fit, line, wrap
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from appliance.api.power import PowerRequest, PowerState
    from appliance.api.sticks import Stick, Sticks
    from appliance.api.updates import Checked, Progress, Slot, Source, UpdateState

LOOK_EVERY = 1.0
"""Seconds between two looks while something is installed."""


class Update(Page):
    """Updates from a stick or an address; going over to them; going back."""

    CRUMBS = N_("BOX > Update")
    ANSWERS = N_(
        "Which version runs, which one waits in the other system, and what is on the sticks. Enter looks into an "
        "update; if nothing stands against it, it is installed while calls go on, after a reason. Nothing is switched "
        "until s starts it; then the box tests itself and goes back alone if it is not well. b goes back by hand."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "start", N_("Start the update")),
        Binding("b", "roll_back", N_("Back to the system before")),
        Binding("w", "address", N_("From an address")),
        Binding("k", "cancel", N_("Cancel")),
        Binding("a", "read", N_("I have read it")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._state: UpdateState | None = None
        self._sticks: tuple[Stick, ...] | None = None
        self._checked: Checked | None = None
        self._checking: str | None = None

    def body(self) -> Iterable[Widget]:
        """What is, then what could be installed."""
        yield Painted(self._draw, id="systems")
        yield Table(
            (
                Column(N_("On the stick"), 30, share=1),
                Column(N_("Size"), 9, "right"),
                Column(N_("Written"), 12),
                Column(N_("Stick"), 16, share=1),
            ),
            empty=lambda: _(
                "No update on a stick. Put its file (.raucb) into a folder named branchbox on a stick, plug it in, "
                "then r."
            ),
            id="bundles",
        )

    def on_mount(self) -> None:
        """Look again and again while something is on its way."""
        super().on_mount()
        self.set_interval(LOOK_EVERY, self._look)

    def load(self) -> None:
        """Ask for systems and sticks."""
        from appliance.api.sticks import STICKS
        from appliance.api.wire import Empty

        self._ask_state()
        self.ask(STICKS, Empty(), self._sticks_came, self._no_sticks)

    def _ask_state(self) -> None:
        from appliance.api.updates import UPDATE_STATE
        from appliance.api.wire import Empty

        self.ask(UPDATE_STATE, Empty(), self._came)

    def _look(self) -> None:
        if self._state is not None and self._state.progress is not None:
            self._ask_state()

    def _came(self, state: UpdateState) -> None:
        self._state = state
        self._seen()

    def _sticks_came(self, found: Sticks) -> None:
        self._sticks = found.sticks
        self._seen()

    def _no_sticks(self, error: BranchboxError) -> None:
        self._sticks = ()
        self._seen()
        self.trouble(error.problems)

    def _seen(self) -> None:
        self.loaded = self._state is not None and self._sticks is not None
        self.repaint()
        self.refresh_bindings()

    def picture_changed(self) -> None:
        """A row for each bundle on each stick."""
        table = self.query_one(Table)
        table.stale = self.picture.lost_since is not None
        table.show(None if self._sticks is None else list(self._rows()))

    def _rows(self) -> Iterator[Row]:
        for stick in self._sticks or ():
            name = stick.label or " ".join(part for part in (stick.vendor, stick.model) if part) or stick.name
            if stick.problem is not None:
                yield Row(f"{stick.name}/", ((say(stick.problem), look.WARN), DASH, DASH, name))
            for file in stick.files:
                if file.kind == "bundle":
                    when = moment(file.modified, self.picture.zone, self.now)
                    yield Row(f"{stick.name}/{file.name}", (file.name, size(file.size), when, name))

    # --- keys -----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Each key works where there is something for it."""
        state = self._state
        busy = state is not None and state.progress is not None
        able = state is not None and state.unable is None and not busy
        if action == "start":
            return able and state is not None and waits(state)
        if action == "roll_back":
            other = self._other()
            return able and other is not None and other.good
        if action == "address":
            return able
        if action == "cancel":
            restart = self.picture.dashboard.restart if self.is_attached and self.picture.dashboard else None
            return busy or restart is not None
        if action == "read":
            return state is not None and state.fell_back is not None
        return super().check_action(action, parameters)

    def on_table_opened(self, event: Table.Opened) -> None:
        """Look into the bundle under the cursor."""
        from appliance.api.updates import Source

        stick, _slash, file = event.key.partition("/")
        if file:
            self._check(Source(stick=stick, file=file), file)

    def action_address(self) -> None:
        """Ask for an address, then look into what is there."""
        from pydantic import ValidationError

        from appliance.api.updates import Source

        def written(address: str | None) -> None:
            if not address:
                return
            try:
                source = Source(url=address)
            except ValidationError:
                self.notice(_("The address must begin with https:// and have no spaces."), bad=True)
                return
            self._check(source, address)

        def question() -> str:
            return _("Install an update from a server of yours. The box fetches it piece by piece while it installs.")

        self.app.push_screen(AskWhy(question, N_("Address (https://...):")), written)

    def _check(self, source: Source, name: str) -> None:
        from appliance.api.updates import UPDATE_CHECK

        def done(checked: Checked) -> None:
            self._checking, self._checked = None, checked
            self.repaint()
            if not checked.problems:
                self._ask_to_install(source, checked)

        def failed(error: BranchboxError) -> None:
            self._checking = None
            self.repaint()
            self.trouble(error.problems)

        self._checking, self._checked = name, None
        self.repaint()
        self.ask(UPDATE_CHECK, source, done, failed)

    def _ask_to_install(self, source: Source, checked: Checked) -> None:
        from appliance.api.updates import UPDATE_INSTALL, Install

        def question() -> str:
            return _(
                "Install {version} ({size}) into system {slot}? Calls go on; nothing is switched until you start it."
            ).format(version=checked.version, size=size(checked.size), slot=checked.slot)

        def answered(why: str | None) -> None:
            if why:
                self._checked = None
                self.ask(UPDATE_INSTALL, Install(source=source, why=why), self._came)

        self.app.push_screen(AskWhy(question), answered)

    def action_start(self) -> None:
        """Ask when and why, then go over to the installed update."""
        from appliance.api.updates import UPDATE_ACTIVATE

        last = self._state.last if self._state else None

        def question() -> str:
            return _(
                "Start {version}? The box restarts, tests itself with a call, and goes back alone if it is not well."
            ).format(version=last.version if last else DASH)

        def then(when: When, why: str) -> None:
            self.ask(UPDATE_ACTIVATE, _request(when, why), self._asked)

        ask_when(self, question, then)

    def action_roll_back(self) -> None:
        """Ask when and why, then go back to the other system."""
        from appliance.api.updates import UPDATE_ROLLBACK

        other = self._other()

        def question() -> str:
            return _(
                "Go back to {version} in system {slot}? The box restarts. Recordings, history and configuration stay."
            ).format(version=other.version or DASH if other else DASH, slot=other.name if other else DASH)

        def then(when: When, why: str) -> None:
            self.ask(UPDATE_ROLLBACK, _request(when, why), self._asked)

        ask_when(self, question, then)

    def action_cancel(self) -> None:
        """Cancel the installation, or the restart that waits."""
        from appliance.api.updates import UPDATE_CANCEL
        from appliance.api.wire import Empty

        if self._state is not None and self._state.progress is not None:
            self.ask(UPDATE_CANCEL, Empty(), self._came)
        else:
            cancel_restart(self)

    def action_read(self) -> None:
        """The alarm of a fall-back ends."""
        from appliance.api.updates import UPDATE_ACKNOWLEDGE
        from appliance.api.wire import Empty

        self.ask(UPDATE_ACKNOWLEDGE, Empty(), self._came)

    def _asked(self, _state: PowerState) -> None:
        self.ours.feed_now()
        self.notice(_("Asked for. Every screen says so now."))
        self.load()

    # --- drawing --------------------------------------------------------------------------

    def _other(self) -> Slot | None:
        return next((slot for slot in self._state.slots if not slot.running), None) if self._state else None

    def _draw(self, width: int) -> list[Text]:
        state = self._state
        if state is None:
            return [line((" " + self.nothing_yet(), look.QUIET)), line()]
        zone, now = self.picture.zone, self.now
        lines = [_row(_("RUNS"), state.version)] if not state.slots else []
        for slot in state.slots:
            lines.append(_row(_("RUNS") if slot.running else _("OTHER"), slot_words(slot, state, zone, now)))
        told = [*facts(state, zone, now), *(checked_facts(self._checked) if self._checked else ())]
        if self._checking is not None:
            told.append(Fact(_("Looking into {name} ...").format(name=self._checking), look.QUIET))
        for fact in told:
            lines += [line((f" {part}", fact.style)) for part in wrap(fact.words, width - 2)]
            if fact.original:
                lines.append(line((f"   {fact.original}", look.QUIET)))
        if state.progress is not None:
            lines += [line(), *self._progress(state.progress, width)]
        return [*lines, line()]

    def _progress(self, progress: Progress, width: int) -> list[Text]:
        percent = f" {share(progress.share):>6} "
        bar = "=" * max(1, int((width - len(percent) - 2) * progress.share)) + ">"
        return [
            ends(line((f" {progress_words(progress)}", look.HEAD)), line(f"{progress_rate(progress)} "), width),
            ends(line(f" {bar}"), line(percent), width),
            line((f" {progress.doing}", look.QUIET)),
            line(" " + _("Calls go on. k cancels it: then nothing has changed.")),
        ]


def _request(when: When, why: str) -> PowerRequest:
    from appliance.api.power import PowerRequest

    return PowerRequest(why=why, wait=when.wait, begin=when.begin, anyway=when.anyway)


def _row(heading: str, words: str) -> Text:
    return line((f" {fit(heading, 9)}", look.HEAD), words)
