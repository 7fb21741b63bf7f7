"""INSTALL > Disk: which disk of this computer, or which two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.i18n import N_, _, say
from tui.install.page import InstallPage, content_of, name_of, size_of
from tui.widgets.cells import line, wrap
from tui.widgets.painted import Painted
from tui.widgets.table import Choices, Column, Row, Table

if TYPE_CHECKING:
    from appliance.api.disks import Disk, Disks


class DiskScreen(InstallPage):
    """Every fixed disk of this computer, in human terms."""

    TITLE = N_("Disk")
    ANSWERS = N_(
        "On which disk the box is installed. Enter takes the one under the cursor. For a mirrored pair, of which one "
        "disk may fail, mark two with Space first. r looks again, after plugging in a disk."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", N_("Mark for a pair")),
        Binding("r", "reload", N_("Look again")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._marked: tuple[str, ...] = ()

    def body(self) -> Iterable[Widget]:
        """Words, the disks, more on the one under the cursor."""
        yield Painted(self._words, id="words")
        yield Choices(
            (
                Column("", 3),
                Column(N_("Name"), 8),
                Column(N_("Maker and model"), 22, share=1),
                Column(N_("Size"), 9, "right"),
                Column(N_("On it"), 26, share=2),
            ),
            empty=lambda: _("This computer has no disk that the box could be installed on. Plug one in, then r."),
            id="disks",
        )
        yield Painted(self._more, id="more")

    def load(self) -> None:
        """Ask for the disks; each is looked into, which takes a moment."""
        from appliance.api.disks import DISKS
        from appliance.api.wire import Empty

        self.ask(DISKS, Empty(), self._came)

    def _came(self, disks: Disks) -> None:
        self.install.disks = disks
        self._marked = tuple(name for name in self._marked if name in {disk.name for disk in disks.disks})
        self.loaded = True
        self.repaint()

    def picture_changed(self) -> None:
        """One row per disk."""
        disks = self.install.disks
        rows = [self._row(disk) for disk in disks.disks] if disks is not None and self.loaded else None
        self.query_one(Table).show(rows)

    def _row(self, disk: Disk) -> Row:
        mark = "[x]" if disk.name in self._marked else "[ ]"
        told = (_("does not fit"), look.WARN) if disk.problem else content_of(disk)
        return Row(disk.name, (mark, disk.name, name_of(disk), size_of(disk), told))

    def _current(self) -> Disk | None:
        key = self.query_one(Table).current if self.is_mounted else None
        disks = self.install.disks
        return next((disk for disk in disks.disks if disk.name == key), None) if disks else None

    def _words(self, width: int) -> list[Text]:
        said = _("On which disk of this computer shall the box be installed?")
        return [line(), *(line((" " + part, look.HEAD)) for part in wrap(said, width - 2)), line()]

    def _more(self, width: int) -> list[Text]:
        disk = self._current()
        if disk is None:
            return [line()]
        said = f"{disk.name}: {name_of(disk)}, {size_of(disk)}. " + _("On it: {content}.").format(
            content=content_of(disk)
        )
        lines = [line(), *(line(" " + part) for part in wrap(said, width - 2))]
        if disk.problem:
            lines += [line((" " + part, look.WARN)) for part in wrap(say(disk.problem), width - 2)]
        elif disk.earlier is not None and disk.earlier.problem:
            lines += [line((" " + part, look.WARN)) for part in wrap(say(disk.earlier.problem), width - 2)]
        return lines

    def on_table_moved(self) -> None:
        """More on another disk."""
        self.repaint()

    def on_table_opened(self) -> None:
        """Go on with the marked pair, or with the disk under the cursor."""
        disks, current = self.install.disks, self._current()
        if disks is None or current is None:
            return
        names = self._marked or (current.name,)
        chosen = tuple(disk for disk in disks.disks if disk.name in names)
        if bad := next((disk for disk in chosen if disk.problem), None):
            self.trouble((bad.problem,) if bad.problem else ())
        else:
            self.install.confirm_install(chosen)

    def action_mark(self) -> None:
        """Mark or unmark the disk under the cursor; two are a pair."""
        disk = self._current()
        if disk is None:
            return
        if disk.name in self._marked:
            self._marked = tuple(name for name in self._marked if name != disk.name)
        elif disk.members:
            self.notice(_("{disk} is a mirrored pair already.").format(disk=disk.name), bad=True)
        elif len(self._marked) < 2:
            self._marked = (*self._marked, disk.name)
        else:
            self.notice(_("A mirrored pair has two disks. Space takes a mark away."), bad=True)
        self.repaint()
