"""INSTALL > Confirm: what would happen to the disk, before it happens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from appliance.api.disks import to_type
from tui import look
from tui.i18n import N_, _
from tui.install.page import InstallPage, content_of, name_of, size_of
from tui.screens.ask import Choose
from tui.widgets.cells import line, wrap
from tui.widgets.entry import Choice, Entry
from tui.widgets.painted import Painted

if TYPE_CHECKING:
    from appliance.api.disks import Disk, InstallState

KEEP, ERASE = "keep", "erase"


class ConfirmScreen(InstallPage):
    """The chosen disk or pair, what is lost, and the name to type."""

    DEFAULT_CSS = """
    ConfirmScreen Horizontal { height: 1; }
    ConfirmScreen .label { width: 34; }
    ConfirmScreen Entry { width: 24; }
    ConfirmScreen Choice { width: 1fr; }
    """
    TITLE = N_("Confirm")
    ANSWERS = N_(
        "What will be written where, and what is lost. A disk that holds something is overwritten only when you "
        "type its name. An earlier box's recordings, database and configuration can be kept. Ctrl+S installs."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "go", N_("Install"), priority=True),
        Binding("enter", "go", N_("Install"), show=False),
        Binding("escape", "other", N_("Another disk")),
        Binding("up", "app.focus_previous", N_("Field before"), show=False),
        Binding("down", "app.focus_next", N_("Next field"), show=False),
    ]

    def __init__(self, chosen: tuple[Disk, ...]) -> None:
        super().__init__()
        self._chosen = chosen
        self._asked = False

    @property
    def _can_keep(self) -> bool:
        earlier = self._chosen[0].earlier
        return len(self._chosen) == 1 and earlier is not None and earlier.problem is None

    @property
    def _keeps(self) -> bool:
        return self._can_keep and (not self.is_mounted or self.query_one(Choice).text == KEEP)

    def body(self) -> Iterable[Widget]:
        """What happens; keep or erase; the name."""
        yield Painted(self._draw, id="words")
        if self._can_keep:
            options = (
                (KEEP, lambda: _("keep recordings, database, configuration")),
                (ERASE, lambda: _("erase everything")),
            )
            with Horizontal():
                yield Painted(lambda _width: [line(" " + _("The earlier box"))]).add_class("label")
                yield Choice(options, KEEP, id="keep")
        with Horizontal(id="typing"):
            yield Painted(self._ask_name).add_class("label")
            yield Entry(id="typed")
        yield Painted(self._hint, id="hint")

    def _draw(self, width: int) -> list[Text]:
        lines = [line(), line((" " + self._title(), look.HEAD)), line()]
        for disk in self._chosen:
            lines.append(line(f"   {disk.name}  {name_of(disk)}, {size_of(disk)}"))
            lines += [
                line("   " + part) for part in wrap(_("On it: {content}.").format(content=content_of(disk)), width - 4)
            ]
        lines.append(line())
        lines += [line((" " + part, style)) for words, style in self._effects() for part in wrap(words, width - 2)]
        return [*lines, line()]

    def _title(self) -> str:
        if len(self._chosen) == 2:
            return _("The box will be installed on two disks that mirror each other:")
        return _("The box will be installed on this disk:")

    def _effects(self) -> list[tuple[str, str]]:
        if self._keeps:
            kept = _(
                "The system is written anew. Recordings, database and configuration stay: the same branch goes on. "
                "If the installation is interrupted, they are still there; begin again then."
            )
            return [(kept, "")]
        lost = to_type(self._chosen, keep=False)
        effects = []
        if lost:
            effects.append((_("Everything on {disk} will be lost.").format(disk=", ".join(lost)), look.BAD))
        if len(self._chosen) == 2:
            effects.append((_("Each disk holds all of it. One may fail; the box says so and goes on."), ""))
        return effects or [(_("The disk is empty: nothing is lost."), "")]

    def _names(self) -> tuple[str, ...]:
        return to_type(self._chosen, self._keeps)

    def _ask_name(self, _width: int) -> list[Text]:
        if names := self._names():
            return [line(" " + _("Type {names} to go on:").format(names=" ".join(names)))]
        return [line()]

    def _hint(self, _width: int) -> list[Text]:
        return [line(), line((" " + _("Ctrl+S installs   Esc another disk"), look.QUIET))]

    def picture_changed(self) -> None:
        """The name is asked for only where it counts."""
        entry = self.query_one(Entry)
        entry.display = bool(self._names())
        if entry.display and not self._can_keep and not entry.has_focus:
            entry.focus()

    def on_choice_changed(self) -> None:
        """Keep and erase say different things."""
        self.repaint()

    def on_choice_wanted(self, event: Choice.Wanted) -> None:
        """Show both."""

        def chosen(value: str | None) -> None:
            if value is not None:
                event.choice.choose(value)

        self.app.push_screen(Choose(lambda: _("The earlier box"), event.choice.options, event.choice.text), chosen)

    def on_input_submitted(self) -> None:
        """Enter installs."""
        self.action_go()

    def action_other(self) -> None:
        """Back to the disks."""
        self.install.choose_disk()

    def action_go(self) -> None:
        """Begin, unless a name is missing."""
        from appliance.api.disks import DISKS_INSTALL, InstallOn

        if self._asked:
            return
        names = tuple(disk.name for disk in self._chosen)
        typed = self.query_one(Entry).text if self._names() else ""
        self._asked = True
        self.ask(DISKS_INSTALL, InstallOn(disks=names, typed=typed[:80], keep=self._keeps), self._begun, self._refused)

    def _begun(self, state: InstallState) -> None:
        self.install.heard(state)

    def _refused(self, error: Exception) -> None:
        from appliance.site.problems import BranchboxError

        self._asked = False
        if isinstance(error, BranchboxError):
            self.trouble(error.problems)
