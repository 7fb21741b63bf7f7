"""LINES > Drills: what the box tries out by itself, how that went, and trying it now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.site.models import DrillKind
from tui import look
from tui.format import DASH, moment, seconds, size
from tui.i18n import N_, _, say
from tui.screens.ask import Ask
from tui.screens.page import Page
from tui.widgets.cells import line, wrap
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll
from tui.widgets.table import Column, Row, Table
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.drills import DrillResult, Drills, DrillState, Results

_LOOK_AGAIN = 2.0
_MAY_HOLD = frozenset({"technician", "installer"})


class DrillsPage(Page):
    """One line for each drill; below, how the chosen one went."""

    DEFAULT_CSS = """
    DrillsPage #drills { height: auto; max-height: 50%; min-height: 4; }
    DrillsPage #story { height: 1fr; }
    """
    CRUMBS = N_("LINES > Drills")
    ANSWERS = N_(
        "What the box tries out by itself at a quiet hour, so that it works on the day it is needed: a test call by "
        "each trunk, heard in both directions, and whether a backup could be restored. A drill that failed is an alarm "
        "until it has passed again. h holds the chosen one now; it disturbs no call."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("h", "hold", N_("Hold now"))]

    def __init__(self) -> None:
        super().__init__()
        self._drills: tuple[DrillState, ...] | None = None
        self._results: tuple[DrillResult, ...] = ()

    def body(self) -> Iterable[Widget]:
        """The list, then the chosen one's story."""
        columns = (
            Column(N_("Label"), 16, share=1),
            Column(N_("What"), 9),
            Column(N_("Trunk"), 9, share=1),
            Column(N_("Next time"), 12),
            Column(N_("Last time"), 12),
            Column(N_("Result"), 8),
            Column(N_("Name"), 14, wide=True),
        )
        empty = N_(
            "No drill is set up. F8 Setup, Drills, n makes one: a test call every night finds a dead line first."
        )
        yield Table(columns, empty=lambda: _(empty), id="drills", opens=False)
        with Scroll():
            yield Painted(self._story, id="story")

    def on_mount(self) -> None:
        """A drill takes its time."""
        super().on_mount()
        self.set_interval(_LOOK_AGAIN, self._look)

    def _look(self) -> None:
        if any(drill.running for drill in self._drills or ()):
            self.load()

    def load(self) -> None:
        """Ask how they stand."""
        from appliance.api.drills import LIST
        from appliance.api.wire import Empty

        self.ask(LIST, Empty(), self._came)

    def _came(self, drills: Drills) -> None:
        self._drills = drills.drills
        self.loaded = True
        self.repaint()
        self.refresh_bindings()
        self._ask_story()

    def _ask_story(self) -> None:
        from appliance.api.drills import RESULTS, ResultsWanted

        if (current := self._current()) is not None:
            self.ask(RESULTS, ResultsWanted(name=current.name, limit=20), self._story_came)

    def _story_came(self, results: Results) -> None:
        self._results = results.results
        self.repaint()

    def _current(self) -> DrillState | None:
        current = self.query_one(Table).current
        return next((each for each in self._drills or () if each.name == current), None)

    def on_table_moved(self) -> None:
        """Another drill: another story."""
        self._results = ()
        self.refresh_bindings()
        self._ask_story()

    def picture_changed(self) -> None:
        """The rows."""
        table = self.query_one(Table)
        table.stale = self.picture.lost_since is not None
        table.show(None if self._drills is None else [self._row(drill) for drill in self._drills])

    def _row(self, drill: DrillState) -> Row:
        last = drill.last
        return Row(
            drill.name,
            (
                drill.label,
                word(drill.kind),
                drill.trunk or DASH,
                moment(drill.next, self.picture.zone, self.now),
                moment(last.began if last else None, self.picture.zone, self.now),
                (word("running"), look.WARN) if drill.running else outcome(last),
                drill.name,
            ),
        )

    def _story(self, width: int) -> list[Text]:
        lines = [line()]
        for result in self._results:
            words, style = outcome(result)
            by = _("by {who}").format(who=result.by) if result.by else _("by itself")
            head = f" {moment(result.began, self.picture.zone, self.now)}  "
            lines.append(line(head, (words, style), f"  {by}{measured(result)}"))
            if result.problem is not None:
                told = wrap(say(result.problem), width - 4)
                lines += [line(f"   {part}") for part in told]
                if result.problem.original:
                    lines.append(line((f"   {result.problem.original}", look.QUIET)))
        return lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where there is one, for who may, and one at a time."""
        if action == "hold":
            drills = self._drills or ()
            return bool(drills) and self.picture.is_of(_MAY_HOLD) and not any(drill.running for drill in drills)
        return super().check_action(action, parameters)

    def action_hold(self) -> None:
        """Ask, then hold it."""
        if (drill := self._current()) is None:
            return
        if drill.kind is DrillKind.LINE:
            question = _(
                "Call {number} by {trunk} now? The line is taken for a few seconds; nobody's phone rings."
            ).format(number=drill.number, trunk=drill.trunk)
        elif drill.kind is DrillKind.FALL_BACK:
            question = _(
                "Call {number} now as if {trunk} were lost? Another line is taken for a few seconds; nobody's phone "
                "rings."
            ).format(number=drill.number, trunk=drill.trunk)
        else:
            question = _("Make a backup, try whether it could be restored, and remove it? That may take some minutes.")
        self.app.push_screen(Ask(lambda: question), lambda yes: self._hold(drill.name) if yes else None)

    def _hold(self, name: str) -> None:
        from appliance.api.drills import HOLD, DrillNow

        self.ask(HOLD, DrillNow(name=name), self._came)


def outcome(result: DrillResult | None) -> tuple[str, str]:
    """A result in a word, with its colour."""
    if result is None:
        return word("never"), look.QUIET
    return (word("passed"), "") if result.problem is None else (word("failed"), look.BAD)


def measured(result: DrillResult) -> str:
    """What was measured, in words."""
    figures = result.figures
    said = ""
    if "answered" in figures:
        said += "  " + _("answered after {seconds}").format(seconds=seconds(figures["answered"]))
    if "bytes" in figures:
        said += "  " + size(int(figures["bytes"]))
    return said
