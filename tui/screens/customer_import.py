"""A file of customers: what is in it, what does not fit, and whether it is stored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.format import share
from tui.i18n import N_, _, say
from tui.screens.ask import AskWhy
from tui.screens.page import Page
from tui.widgets.cells import fit, line, wrap
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll

if TYPE_CHECKING:
    from appliance.api.imports import ImportState

AGAIN = 0.5
"""Seconds between two looks at what is under way."""
CELL = 14
KNOWN = {
    "skip": N_("who is here already is left as it is"),
    "update": N_("who is here already is brought up to date"),
    "new": N_("every row becomes a new customer"),
}
_FIELDS = {
    "name": N_("Name"),
    "number": N_("Number"),
    "organisation": N_("Organisation"),
    "address": N_("Address"),
    "grade": N_("Grade"),
    "tags": N_("Tags"),
    "since": N_("Customer since"),
    "note": N_("Note"),
}


class CustomerImport(Page):
    """The import that is under way; the file comes by the command line over SSH."""

    CRUMBS = N_("CUSTOMERS > Take in a file")
    ANSWERS = N_(
        "What a file of customers holds before any of it is stored: how its columns were understood, its first rows, "
        "every row that does not fit. k changes what becomes of customers who are here already, f leaves faulty rows "
        "out, y stores it after asking why; all of it is stored or nothing. d drops the file."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "store", N_("Store")),
        Binding("k", "known", N_("Who is here")),
        Binding("f", "faulty", N_("Leave faulty out")),
        Binding("d", "drop", N_("Drop")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._state: ImportState | None = None
        self._known = "skip"
        self._without_faulty = False

    def body(self) -> Iterable[Widget]:
        """Everything in one column that scrolls."""
        with Scroll():
            yield Painted(self._draw)

    def on_mount(self) -> None:
        """Look again and again: a file may come, and work goes on."""
        super().on_mount()
        self.set_interval(AGAIN, self.load)

    def load(self) -> None:
        """Ask how far it is."""
        from appliance.api.imports import STATE
        from appliance.api.wire import Empty

        self.ask(STATE, Empty(), self._came)

    def _came(self, state: ImportState) -> None:
        changed = state != self._state
        self._state, self.loaded = state, True
        if changed:
            self.repaint()
            self.refresh_bindings()

    # --- drawing --------------------------------------------------------------------------

    def _draw(self, width: int) -> list[Text]:
        state = self._state
        if state is None:
            return [line((" " + self.nothing_yet(), look.QUIET))]
        match state.phase:
            case "idle" | "cancelled":
                words = _("No file is here. Send one over SSH: ssh BOX branchbox customers import < customers.csv")
                return [line((" " + part, look.QUIET)) for part in wrap(words, width - 2)]
            case "receiving":
                return [line(" " + _("The file is on its way ..."))]
            case "reading":
                return [line(" " + _("Reading and checking: {count} rows so far").format(count=state.rows))]
            case "storing":
                return [
                    line(" " + _("Storing {share}; d stops it, and nothing is stored.").format(share=share(state.done)))
                ]
            case "failed":
                said = say(state.problem) if state.problem else ""
                return [line((" " + part, look.BAD)) for part in wrap(said, width - 2)]
            case "done":
                words = _("{added} added, {updated} changed, {left_out} left out.")
                return [line(" " + words.format(added=state.added, updated=state.updated, left_out=state.left_out))]
        return [*self._facts(state), line(), *self._columns(state, width), line(), *self._faults(state, width)]

    def _facts(self, state: ImportState) -> Iterable[Text]:
        marks = {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}
        written = f"{state.encoding} {marks.get(state.separator, '')}".rstrip()
        yield line((f" {state.file}  ", look.HEAD), (written, look.QUIET))
        counts = _("{rows} rows; {faulty} do not fit, {known} are here already or stand there twice.")
        yield line(" " + counts.format(rows=state.rows, faulty=state.faulty, known=state.known))
        yield line(" k ", (_(KNOWN[self._known]), look.HEAD))
        if state.faulty:
            out = _("faulty rows are left out") if self._without_faulty else _("faulty rows stand against it")
            yield line(" f ", (out, look.HEAD if self._without_faulty else look.WARN))

    def _columns(self, state: ImportState, width: int) -> Iterable[Text]:
        room = max(1, (width - 2) // (CELL + 1))
        shown = state.columns[:room]
        understood = [_(_FIELDS[each.field]) if each.field is not None else _("(left out)") for each in shown]
        yield line((" " + " ".join(fit(each.heading, CELL) for each in shown), look.QUIET))
        yield line((" " + " ".join(fit(words, CELL) for words in understood), look.HEAD))
        for row in state.preview:
            yield line(" " + " ".join(fit(cell, CELL) for cell in row[:room]))

    def _faults(self, state: ImportState, width: int) -> Iterable[Text]:
        for fault in state.faults:
            words = _("row {row}, {column}: {words}").format(
                row=fault.row, column=fault.column, words=say(fault.problem)
            )
            yield from (line((" " + part, look.WARN)) for part in wrap(words, width - 2))

    # --- keys -----------------------------------------------------------------------------

    def action_known(self) -> None:
        """Another way with customers who are here already."""
        ways = list(KNOWN)
        self._known = ways[(ways.index(self._known) + 1) % len(ways)]
        self.repaint()

    def action_faulty(self) -> None:
        """Leave faulty rows out, or not."""
        self._without_faulty = not self._without_faulty
        self.repaint()
        self.refresh_bindings()

    def action_store(self) -> None:
        """Store it, after asking why."""
        from appliance.api.imports import RUN, Duplicates, ImportRun

        def why(words: str | None) -> None:
            if words:
                run = ImportRun(duplicates=Duplicates(self._known), without_faulty=self._without_faulty, why=words)
                self.ask(RUN, run, self._came)

        self.app.push_screen(AskWhy(lambda: _("Store the customers of this file?")), why)

    def action_drop(self) -> None:
        """Forget the file, or stop storing it."""
        from appliance.api.imports import CANCEL
        from appliance.api.wire import Empty

        self.ask(CANCEL, Empty(), self._came)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys only where they can do something."""
        state = self._state
        ready = state is not None and state.phase == "ready"
        if action == "store":
            return ready and state is not None and (not state.faulty or self._without_faulty)
        if action == "known":
            return ready
        if action == "faulty":
            return ready and state is not None and bool(state.faulty)
        if action == "drop":
            return state is not None and state.phase in ("receiving", "reading", "ready", "storing")
        return super().check_action(action, parameters)
