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
from tui.screens.ask import AskWhy, Choose
from tui.screens.page import Page
from tui.widgets.cells import fit, line, wrap
from tui.widgets.entry import Option
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll

if TYPE_CHECKING:
    from appliance.api.imports import ImportState
    from appliance.api.sticks import Sticks

AGAIN = 0.5
"""Seconds between two looks at what is under way."""
HEADING, FIELD = 16, 14
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
    """The import that is under way; the file comes from a stick, or by the command line over SSH."""

    CRUMBS = N_("CUSTOMERS > Take in a file")
    ANSWERS = N_(
        "What a file of customers holds before any of it is stored: how each column was understood, with its first "
        "values, and every row that does not fit. s takes a CSV or XLSX file from a stick (branchbox/customers). "
        "c says what a column is, k changes what becomes of customers who are here already, f leaves faulty rows out, "
        "y stores it after asking why; all of it is stored or nothing. d drops the file."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "stick", N_("From a stick")),
        Binding("y", "store", N_("Store")),
        Binding("c", "column", N_("Column")),
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
                ways = (
                    _("No file is here. s takes one from a stick, folder branchbox/customers."),
                    _("Or send one over SSH: ssh BOX branchbox customers import < customers.csv"),
                )
                return [line((" " + part, look.QUIET)) for said in ways for part in wrap(said, width - 2)]
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
        """Each column in a line of its own: a file has more of them than a screen is wide."""
        yield line(" ", (fit(_("Column"), HEADING), look.HEAD), " ", (fit(_("is"), FIELD), look.HEAD))
        for place, column in enumerate(state.columns):
            values = [row[place] for row in state.preview if place < len(row) and row[place]]
            understood = _(_FIELDS[column.field]) if column.field is not None else _("(left out)")
            yield line(
                " " + fit(column.heading, HEADING) + " ",
                (fit(understood, FIELD) + " ", look.QUIET if column.field is None else look.HEAD),
                (fit("  ".join(values), max(1, width - HEADING - FIELD - 4)), look.QUIET),
            )

    def _faults(self, state: ImportState, width: int) -> Iterable[Text]:
        if state.faulty > len(state.faults):
            yield line((" " + _("The first {count} of them:").format(count=len(state.faults)), look.QUIET))
        for fault in state.faults:
            words = _("row {row}, {column}: {words}").format(
                row=fault.row, column=fault.column, words=say(fault.problem)
            )
            yield from (line((" " + part, look.WARN)) for part in wrap(words, width - 2))

    # --- keys -----------------------------------------------------------------------------

    def action_stick(self) -> None:
        """Choose one of the files on the sticks."""
        from appliance.api.sticks import STICKS
        from appliance.api.wire import Empty

        self.notice(_("Looking at the sticks ..."))
        self.ask(STICKS, Empty(), self._choose)

    def _choose(self, sticks: Sticks) -> None:
        files = [(stick, file) for stick in sticks.sticks for file in stick.files if file.kind == "customers"]
        if not files:
            self.notice(_("No stick has a CSV or XLSX file in its folder branchbox/customers."), bad=True)
            return
        self.notice("")
        options: list[Option] = [
            (f"{stick.name}/{file.name}", lambda name=file.name, on=stick.label or stick.name: f"{name}  ({on})")  # type: ignore[misc]  # mypy infers no default arguments
            for stick, file in files
        ]
        self.app.push_screen(Choose(lambda: _("Customers of which file?"), options), self._fetch)

    def _fetch(self, chosen: str | None) -> None:
        from appliance.api.imports import STICK, StickSource

        if chosen is not None:
            stick, _slash, file = chosen.partition("/")
            self._known, self._without_faulty = "skip", False
            self.ask(STICK, StickSource(stick=stick, file=file), self._came)

    def action_column(self) -> None:
        """Say what a column is: which one, then what."""
        columns = self._state.columns if self._state else ()
        places: list[Option] = [
            (str(place), lambda said=column.heading: said)  # type: ignore[misc]  # as above
            for place, column in enumerate(columns)
        ]
        fields: list[Option] = [
            *((name, lambda label=label: _(label)) for name, label in _FIELDS.items()),
            ("", lambda: _("(left out)")),
        ]

        def which(place: str | None) -> None:
            if place is None:
                return
            heading = columns[int(place)].heading
            is_now = str(columns[int(place)].field or "")
            question = Choose(lambda: _("What is in the column {heading}?").format(heading=heading), fields, is_now)
            self.app.push_screen(question, lambda field: self._read(int(place), field))

        self.app.push_screen(Choose(lambda: _("Which column?"), places), which)

    def _read(self, place: int, field: str | None) -> None:
        """Have the file read anew, with another meaning of one column."""
        from appliance.api.imports import READ, ImportColumns, ImportField

        if field is None or self._state is None:
            return
        fields = [column.field for column in self._state.columns]
        fields[place] = ImportField(field) if field else None
        self.ask(READ, ImportColumns(fields=tuple(fields)), self._came)

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
        if action in ("known", "column"):
            return ready
        if action == "stick":
            return state is not None and state.phase in ("idle", "cancelled", "done", "failed", "ready")
        if action == "faulty":
            return ready and state is not None and bool(state.faulty)
        if action == "drop":
            return state is not None and state.phase in ("receiving", "reading", "ready", "storing")
        return super().check_action(action, parameters)
