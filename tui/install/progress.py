"""INSTALL > Installing: what is done, how fast, how long yet; then: pull the stick."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.api.disks import InstallPhase, InstallStep
from tui import look
from tui.format import duration, share, size
from tui.i18n import N_, _, say
from tui.install.page import InstallPage
from tui.screens.ask import Ask
from tui.widgets.cells import fit, line, wrap
from tui.widgets.painted import Painted

if TYPE_CHECKING:
    from appliance.api.disks import InstallState
    from appliance.api.wire import Empty

_STEPS = {
    InstallStep.CHECK_DATA: N_("Check the earlier box's data"),
    InstallStep.UNBOOT: N_("Take away what made the disk boot"),
    InstallStep.MIRROR: N_("Join the two disks"),
    InstallStep.TABLE: N_("Divide the disk"),
    InstallStep.COPY_SYSTEM: N_("Copy the system"),
    InstallStep.COPY_BOOT: N_("Copy the kernel"),
    InstallStep.VERIFY: N_("Read everything back and compare"),
    InstallStep.LOADER: N_("Make the disk boot"),
}


class ProgressScreen(InstallPage):
    """The steps of the installation."""

    TITLE = N_("Installing")
    ANSWERS = N_(
        "How far the installation is. Everything that is written is read back and compared. The disk boots only "
        "after the last step: if the power fails before, begin again from the stick. At the end, pull the stick "
        "out; the computer restarts by itself."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "on", N_("Go on")),
        Binding("escape", "cancel", N_("Cancel")),
    ]

    def body(self) -> Iterable[Widget]:
        """Steps, then what to do now."""
        yield Painted(self._draw, id="steps")

    def load(self) -> None:
        """What is shown comes by itself."""
        self.loaded = True

    def picture_changed(self) -> None:
        """Keys follow the phase."""
        self.refresh_bindings()

    @property
    def _phase(self) -> InstallPhase:
        return self.install.state.phase if self.install.state else InstallPhase.IDLE

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Cancel while it runs, go on when it has ended."""
        if action == "cancel":
            return self._phase is InstallPhase.RUNNING
        if action == "on":
            return self._phase in (InstallPhase.DONE, InstallPhase.FAILED, InstallPhase.CANCELLED)
        return super().check_action(action, parameters)

    def _draw(self, width: int) -> list[Text]:
        state = self.install.state
        if state is None:
            return [line(), line((" " + _("Loading ..."), look.QUIET))]
        lines = [line()]
        now = state.steps.index(state.step) if state.step in state.steps else -1
        for place, step in enumerate(state.steps):
            lines.append(self._step(state, place, now, step))
        lines.append(line())
        return lines + self._ending(state, width)

    def _step(self, state: InstallState, place: int, now: int, step: InstallStep) -> Text:
        words = fit(_(_STEPS[step]), 40)
        if state.phase is InstallPhase.DONE or place < now:
            return line(f"   {words}", _("done"))
        if place > now:
            return line((f"   {words}-", look.QUIET))
        if state.phase in (InstallPhase.FAILED, InstallPhase.CANCELLED):
            return line(f"   {words}", (_("failed") if state.problem else _("cancelled"), look.BAD))
        figures = [share(state.done)] if state.done is not None else [_("now ...")]
        if state.rate is not None:
            figures.append(_("{size}/s").format(size=size(round(state.rate))))
        if state.left is not None:
            figures.append(_("{time} left").format(time=duration(state.left)))
        return line((f"   {words}" + "  ".join(figures), look.HEAD))

    def _ending(self, state: InstallState, width: int) -> list[Text]:
        words: list[tuple[str, str]] = []
        if state.phase is InstallPhase.DONE:
            words = [
                (_("Installed, and read back without a difference."), look.HEAD),
                ("", ""),
                (_("Pull the stick out now. The computer restarts by itself."), look.HEAD),
                (_("Or press Enter to restart with the stick in its place."), ""),
            ]
        elif state.phase is InstallPhase.FAILED and state.problem:
            words = [(say(state.problem), look.BAD), (state.problem.original, look.QUIET), ("", "")]
            words.append((_("The disk does not boot. Enter leads back to the disks."), ""))
        elif state.phase is InstallPhase.CANCELLED:
            words = [(_("Cancelled. The disk does not boot. Enter leads back to the disks."), look.WARN)]
        elif state.phase is InstallPhase.RUNNING:
            words = [(_("Leave the stick in, and the power on."), "")]
        return [line((" " + part, style)) for said, style in words for part in wrap(said, width - 2)]

    def action_on(self) -> None:
        """Restart after success; else back to the disks."""
        from appliance.api.disks import DISKS_RESTART
        from appliance.api.wire import Empty

        if self._phase is InstallPhase.DONE:
            self.ask(DISKS_RESTART, Empty(), self._restarting)
        else:
            self.install.choose_disk()

    def _restarting(self, _nothing: Empty) -> None:
        self.notice(_("The computer restarts."))

    def action_cancel(self) -> None:
        """Stop, after asking."""

        def answered(yes: bool | None) -> None:
            from appliance.api.disks import DISKS_CANCEL
            from appliance.api.wire import Empty

            if yes:
                self.ask(DISKS_CANCEL, Empty(), self.install.heard)

        def question() -> str:
            return _("Stop the installation? The disk does not boot then. You can begin again.")

        self.app.push_screen(Ask(question), answered)
