"""What every question of first boot has: words, fields, and the way on and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.site import draft
from appliance.site.draft import Step
from appliance.site.models import Site, SiteDocument
from appliance.site.problems import BranchboxError, Problem
from tui import look
from tui.forms import Field
from tui.forms.site import SITE
from tui.i18n import N_, _, say, say_all
from tui.screens.ask import Choose
from tui.screens.edit import Line
from tui.screens.page import Page
from tui.widgets.cells import line, wrap
from tui.widgets.entry import Choice
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll

if TYPE_CHECKING:
    from appliance.api.setup import SetupState
    from tui.setup.app import SetupApp

NOTHING_YET = SiteDocument(site=Site(name="-", code="XX"))
"""What fields see whose choices do not depend on a document."""


class SetupPage(Page):
    """A screen of first boot."""

    CRUMBS = N_("FIRST BOOT")
    AUTO_FOCUS = "Entry, Choice, Table, Scroll"

    @property
    def setup(self) -> SetupApp:
        """The application, with its draft and its way from question to question."""
        return cast("SetupApp", self.app)

    def nothing_yet(self) -> str:
        """Letters are typed here: what asks again is to come back."""
        return _("No answer. Esc, then come back.") if self._in_vain else super().nothing_yet()

    @property
    def state(self) -> SetupState | None:
        """The last that core said."""
        return self.setup.state

    @property
    def tables(self) -> Mapping[str, Any]:
        """The draft so far."""
        return draft.read(self.state.toml) if self.state and self.state.toml else {}

    def part(self, name: str) -> Mapping[str, Any]:
        """A single table of the draft; empty when it is not there."""
        held = self.tables.get(name)
        return held if isinstance(held, Mapping) else {}

    def entries(self, name: str) -> Sequence[Mapping[str, Any]]:
        """A list of the draft; empty when it is not there."""
        held = self.tables.get(name)
        return held if isinstance(held, list) else ()

    def is_room(self) -> bool:
        """The head always says where we are."""
        return False

    def summary(self) -> str | None:
        """Which question of how many."""
        at, count = self.setup.place
        return _("question {at} of {count}").format(at=at, count=count) if 0 < at <= count else ""

    def _banner(self, width: int) -> list[Text]:
        lines = super()._banner(width)
        found = self.state.unattended if self.state else None
        if found is not None and found.problems:
            head = _("site.toml of {stick} cannot be used as it is; what could be read is filled in:").format(
                stick=found.stick
            )
            lines += [line((" " + part, look.BAD)) for part in wrap(head, width - 2)]
            for problem in found.problems[:2]:
                lines += [line((" " + part, look.WARN)) for part in wrap(_with_line(problem), width - 2)]
            if len(found.problems) > 2:
                lines.append(line((" " + _("and {count} more").format(count=len(found.problems) - 2), look.WARN)))
        return lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc is a question's own; nothing is asked anew."""
        return action not in ("back", "reload") and super().check_action(action, parameters)


class Question(SetupPage):
    """One question: words, then fields. What the fields mean as tables is `answer`."""

    DEFAULT_CSS = """
    Question #words { margin-bottom: 1; }
    Question #fields { height: 1fr; }
    """
    STEP: ClassVar[Step]
    TITLE: ClassVar[str] = ""
    WORDS: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "next", N_("Next"), priority=True),
        Binding("escape", "before", N_("Question before")),
        Binding("up", "app.focus_previous", N_("Field before"), show=False),
        Binding("down", "app.focus_next", N_("Next field"), show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Line] = []
        self._busy = False

    # --- for subclasses -------------------------------------------------------------------

    def fields(self) -> Iterable[tuple[Field, str]]:
        """Each field with what stands in it first."""
        return ()

    def answer(self) -> Mapping[str, Any]:
        """What the fields mean, as tables of the document."""
        return {}

    def more(self, _width: int) -> list[Text]:
        """Lines between the words and the fields."""
        return []

    # --- drawing --------------------------------------------------------------------------

    def crumbs(self) -> str:
        """FIRST BOOT > the question."""
        return f"{_('FIRST BOOT')} > {_(self.TITLE)}"

    def body(self) -> Iterable[Widget]:
        """Words, fields, the help for the field with the cursor."""
        yield Painted(self._words, id="words")
        self._rows = [Line(SITE, field, NOTHING_YET, value) for field, value in self.fields()]
        with Scroll(can_focus=False, id="fields"):
            yield from self._rows
        yield Painted(self._help, id="field-help")

    def _words(self, width: int) -> list[Text]:
        said = [line(" " + part) for part in wrap(_(self.WORDS), width - 2)]
        return [*said, *self.more(width)]

    def _help(self, width: int) -> list[Text]:
        field = next((row.field for row in self._rows if row.control.has_focus), None)
        said = wrap(_(field.help), width - 2) if field and field.help else [""]
        return [line((" " + part, look.QUIET)) for part in (*said, "")[:2]]

    # --- values ---------------------------------------------------------------------------

    def row(self, *path: str) -> Line:
        """The row of a field."""
        return next(row for row in self._rows if row.field.path == path)

    def value(self, *path: str) -> str:
        """What stands in a field."""
        return self.row(*path).control.text

    def words_of(self, *path: str) -> list[str]:
        """Several values with commas or spaces between."""
        return [part for part in re.split(r"[,，、\s]+", self.value(*path)) if part]

    # --- keys -----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No question is before the first."""
        if action == "before" and self.setup.place[0] <= 1:
            return False
        return super().check_action(action, parameters)

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """Say what the field means."""
        self.repaint()

    def on_input_submitted(self) -> None:
        """Enter goes to the next field, and from the last one on."""
        shown = [row for row in self._rows if row.display]
        if shown and shown[-1].control.has_focus:
            self.action_next()
        else:
            self.app.action_focus_next()

    def on_choice_wanted(self, event: Choice.Wanted) -> None:
        """Show all values of a choice."""
        choice = event.choice

        def chosen(value: str | None) -> None:
            if value is not None:
                choice.choose(value)

        field = next(row.field for row in self._rows if row.control is choice)
        self.app.push_screen(Choose(lambda: _(field.label), choice.options, choice.text, free=choice.free), chosen)

    def action_before(self) -> None:
        """The question before; what was written here is not kept."""
        self.setup.before()

    def action_next(self) -> None:
        """Keep the answer, then the next question."""
        self.keep(self.STEP, self.answer())

    def keep(self, step: Step, tables: Mapping[str, Any]) -> None:
        """Give core an answer and go on; what does not fit is said beside its field."""
        from appliance.api.setup import SETUP_ANSWER, SetupAnswer

        if self._busy:
            return
        self._busy = True
        self.ask(SETUP_ANSWER, SetupAnswer(step=step, toml=draft.write(tables)), self._kept, self._not_kept)

    def _kept(self, state: SetupState) -> None:
        self._busy = False
        self.setup.heard(state)
        self.kept()

    def kept(self) -> None:
        """The answer is kept: go on."""
        self.setup.next()

    def _not_kept(self, error: BranchboxError) -> None:
        self._busy = False
        self.blame(error.problems)

    def blame(self, problems: Sequence[Problem]) -> None:
        """Say each problem beside its field, the others below."""
        homeless: list[str] = []
        for row in self._rows:
            row.problem = None
        for problem in problems:
            home = self._row_of(problem)
            if home is not None and home.problem is None:
                home.problem = problem
            elif home is None:
                homeless.append(say_all(problem))
        self.repaint()
        self.refresh(layout=True)
        first = next((row for row in self._rows if row.problem), None)
        if first is not None:
            first.control.focus()
        if homeless:
            self.notice("\n".join(homeless), bad=True)

    def _row_of(self, problem: Problem) -> Line | None:
        last = re.split(r"[.: ]+", re.sub(r"\[\d+\]", "", problem.where))[-1]
        return next((row for row in self._rows if row.field.path[-1] == last and row.display), None)


def _with_line(problem: Problem) -> str:
    said = say(problem)
    if problem.line is None:
        return said
    return _("line {line}: {said}").format(line=problem.line, said=said)
