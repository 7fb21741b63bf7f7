"""A customer's form: new or changed, each number in a row of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from appliance.site.problems import BranchboxError, Problem
from tui import look
from tui.forms.fields import none
from tui.i18n import N_, _, n_, say
from tui.screens.ask import Ask, Choose
from tui.screens.page import Page
from tui.widgets.cells import fit, line, wrap
from tui.widgets.entry import Choice, Entry, Option
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.customers import Consent, Customer, CustomerNumber, DeskSetting

NUMBER = N_("As people say it (0577 8888 1234 ext 803), its kind, a note. Empty it to take it away.")
TAGS = N_("With commas between. There are: {tags}")
HOW = N_("What they said when they were asked, and how: on the phone, in writing.")
CONSENTS = (("recording", N_("May be recorded")), ("marketing", N_("Wants offers")))


class Fact(Horizontal):
    """One row: a label and its controls; beside a single one, what is wrong with it."""

    DEFAULT_CSS = """
    Fact { height: auto; }
    Fact > .label { width: 17; }
    Fact > .value { width: 40; }
    Fact > .kind { width: 14; }
    Fact > .number { width: 24; }
    Fact > .note { width: 1fr; }
    Fact > .beside { width: 1fr; min-height: 1; }
    """

    def __init__(self, place: str, label: str, help: str, **controls: Choice | Entry) -> None:
        super().__init__()
        self.place = place
        """As problems name it: `address`, `numbers[2]`."""
        self.help = help
        self.problem: Problem | None = None
        self.controls = tuple(controls.values())
        self._said = label
        for name, control in controls.items():
            control.add_class(name)

    def compose(self) -> Iterable[Widget]:
        """Label, controls, beside."""
        label, beside = Painted(self._label), Painted(self._beside)
        label.add_class("label")
        beside.add_class("beside")
        yield label
        yield from self.controls
        if len(self.controls) == 1:
            yield beside

    @property
    def texts(self) -> tuple[str, ...]:
        """What stands in the controls."""
        return tuple(control.text for control in self.controls)

    @property
    def is_number(self) -> bool:
        """Whether this is one of the rows of numbers."""
        return self.place.startswith("numbers")

    def _label(self, width: int) -> list[Text]:
        here = any(control.has_focus for control in self.controls)
        style = look.BAD if self.problem else look.HEAD if here else ""
        return [line((" " + fit(_(self._said), width - 2), style))]

    def _beside(self, width: int) -> list[Text]:
        if self.problem is None:
            return [line()]
        return [line((" " + part, look.BAD)) for part in wrap(say(self.problem), max(10, width - 1))]


class CustomerEdit(Page):
    """A customer that is new or changed; `name` and `number` are what is known of a new one, `caller_of` the call
    (linkedid) whose outside number is theirs."""

    CRUMBS = N_("CUSTOMERS > Edit")
    ANSWERS = N_(
        "What is written down about one customer. Tab and the arrows go from field to field; the line below says what "
        "the field means. The empty row of numbers takes another one, an emptied row takes its number away. Ctrl+S "
        "keeps it; what stood there before stays in the history."
    )
    AUTO_FOCUS = "#name"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", N_("Keep"), priority=True),
        Binding("escape", "leave", N_("Back")),
        Binding("up", "app.focus_previous", N_("Field before"), show=False),
        Binding("down", "app.focus_next", N_("Next field"), show=False),
    ]

    def __init__(
        self, customer: Customer | None = None, *, name: str = "", number: str = "", caller_of: str | None = None
    ) -> None:
        super().__init__()
        self._customer = customer
        self._caller_of = caller_of
        self._known_name = name
        self._known_number = number
        self._numbers = 0
        """Rows of numbers that there are."""
        self._setting: DeskSetting | None = None
        self._at_first: list[tuple[str, ...]] | None = None

    def crumbs(self) -> str:
        """CUSTOMERS > name."""
        return f"{_('CUSTOMERS')} > " + (self._customer.facts.name if self._customer else _("new"))

    def summary(self) -> str:
        """Whether something was changed."""
        return _("changed, not kept yet") if self._changed() else ""

    # --- the rows -------------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The rows, then the help for the one with the cursor."""
        facts = self._customer.facts if self._customer else None
        numbers = facts.numbers if facts else ()
        with Scroll(can_focus=False, id="rows"):
            yield Fact(
                "name",
                N_("Customer"),
                N_("Who calls: family name and given name."),
                value=Entry(facts.name if facts else self._known_name, id="name"),
            )
            for number in numbers:
                yield self._number(_said(number), number.kind, number.note)
            yield self._number(self._known_number, "other", "")
            yield Fact(
                "organisation",
                N_("Organisation"),
                N_("Whom they call for, if not for themselves."),
                value=Entry(facts.organisation if facts else ""),
            )
            yield Fact(
                "address",
                N_("Address"),
                N_("Where they live, or where the work is done."),
                value=Entry(facts.address if facts else ""),
            )
            yield Fact(
                "grade",
                N_("Grade"),
                N_("How soon their calls are answered."),
                value=Choice([none()], (facts.grade or "") if facts else "", id="grade"),
            )
            yield Fact("tags", N_("Tags"), TAGS, value=Entry(", ".join(facts.tags) if facts else ""))
            yield Fact(
                "since",
                N_("Customer since"),
                N_("A year, 2019-05 or 2019-05-18."),
                value=Entry((facts.since or "") if facts else ""),
            )
            for kind, label in CONSENTS:
                given = next((each for each in facts.consents if each.kind == kind), None) if facts else None
                answer = "" if given is None else "yes" if given.given else "no"
                yield Fact(kind, label, HOW, kind=Choice(ANSWERS, answer), note=Entry(given.how if given else ""))
        yield Painted(self._help, id="field-help")

    def _number(self, number: str, kind: str, note: str) -> Fact:
        self._numbers += 1
        place = f"numbers[{self._numbers}]"
        return Fact(place, N_("Number"), NUMBER, number=Entry(number), kind=Choice(KINDS, kind), note=Entry(note))

    def load(self) -> None:
        """Ask which grades and tags there are."""
        from appliance.api.customers import SETTING
        from appliance.api.wire import Empty

        self.ask(SETTING, Empty(), self._set)

    def _set(self, setting: DeskSetting) -> None:
        self._setting = setting
        choice = self.query_one("#grade", Choice)
        known: list[Option] = [none(), *((each.name, constant(each.label)) for each in setting.grades)]
        if choice.text not in {value for value, _words in known}:
            known.append((choice.text, constant(choice.text)))  # the document has it no longer: it may stay
        choice.options = tuple(known)
        choice.refresh()
        if self._at_first is None:
            self._at_first = self._texts()
        self.loaded = True
        self.repaint()

    def _rows(self) -> list[Fact]:
        return list(self.query(Fact))

    def _written_numbers(self) -> list[Fact]:
        return [row for row in self._rows() if row.is_number and row.texts[0]]

    def _texts(self) -> list[tuple[str, ...]]:
        return [row.texts for row in self._rows() if not row.is_number or row.texts[0]]

    def _changed(self) -> bool:
        return self._at_first is not None and self._texts() != self._at_first

    def _help(self, width: int) -> list[Text]:
        row = next((row for row in self._rows() if any(control.has_focus for control in row.controls)), None)
        tags = ", ".join(self._setting.tags) if self._setting else ""
        said = _(row.help).format(tags=tags or "-") if row else ""
        return [line((" " + part, look.QUIET)) for part in (*wrap(said, width - 2), "")[:2]]

    # --- what is done in them -------------------------------------------------------------

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """Say what the field means."""
        self.repaint()

    def on_input_changed(self) -> None:
        """The last row of numbers is always an empty one."""
        last = [row for row in self._rows() if row.is_number][-1]
        if last.texts[0]:
            self.query_one("#rows", Scroll).mount(self._number("", "other", ""), after=last)
        self.query_one("#head", Painted).repaint()

    def on_input_submitted(self) -> None:
        """Enter goes to the next field."""
        self.app.action_focus_next()

    def on_choice_changed(self) -> None:
        """The head says that something was changed."""
        self.query_one("#head", Painted).repaint()

    def on_choice_wanted(self, event: Choice.Wanted) -> None:
        """Show all values of a choice."""
        choice = event.choice

        def chosen(value: str | None) -> None:
            if value is not None:
                choice.choose(value)

        self.app.push_screen(Choose(lambda: _("Choose"), choice.options, choice.text), chosen)

    # --- keeping --------------------------------------------------------------------------

    def _facts(self) -> dict[str, Any]:
        rows = {row.place: row.texts for row in self._rows()}
        numbers = [row.texts for row in self._written_numbers()]
        consents = [self._consent(kind, *rows[kind]) for kind, _label in CONSENTS if rows[kind][0]]
        return {
            "name": rows["name"][0],
            "organisation": rows["organisation"][0],
            "address": rows["address"][0],
            "grade": rows["grade"][0] or None,
            "tags": tuple(part for piece in rows["tags"][0].replace("，", ",").split(",") if (part := piece.strip())),
            "since": rows["since"][0] or None,
            "numbers": [{"number": number, "kind": kind, "note": note} for number, kind, note in numbers],
            "consents": consents,
        }

    def _consent(self, kind: str, answer: str, how: str) -> dict[str, Any]:
        """What they said; the moment is that of the last change of it."""
        held: tuple[Consent, ...] = self._customer.facts.consents if self._customer else ()
        same = [each for each in held if (each.kind, each.given, each.how) == (kind, answer == "yes", how)]
        return {"kind": kind, "given": answer == "yes", "how": how, "at": same[0].at if same else self.now}

    def action_keep(self) -> None:
        """Keep it, or say what does not fit."""
        from pydantic import ValidationError

        from appliance.api.customers import ADD, EDIT, CustomerFacts, EditCustomer, NewCustomer
        from appliance.site import faults

        data = self._facts()
        try:
            facts = CustomerFacts.model_validate(data)
        except ValidationError as error:
            self._stop(tuple(faults.problems(error, data, {})))
            return
        if self._customer is None:
            self.ask(ADD, NewCustomer(facts=facts, caller_of=self._caller_of), self._done, self._refused)
        else:
            edit = EditCustomer(id=self._customer.id, version=self._customer.version, facts=facts)
            self.ask(EDIT, edit, self._done, self._refused)

    def _done(self, customer: Customer) -> None:
        self.app.pop_screen()
        if isinstance(page := self.app.screen, Page):
            page.notice(_("{name} is kept.").format(name=customer.facts.name))

    def _refused(self, error: BranchboxError) -> None:
        self._stop(error.problems)

    def _stop(self, problems: tuple[Problem, ...]) -> None:
        left = {problem.where.partition(":")[0].partition(".")[0]: problem for problem in reversed(problems)}
        places = {row: f"numbers[{place}]" for place, row in enumerate(self._written_numbers(), 1)}
        for row in self._rows():
            row.problem = left.get(places.get(row, row.place)) if not row.is_number or row in places else None
            if row.problem is not None and len(row.controls) == 1:
                del left[row.place]  # said beside it
        self.repaint()
        self.refresh(layout=True)
        first = next((row for row in self._rows() if row.problem), None)
        if first is not None:
            first.controls[0].focus()
        count = n_("{n} field does not fit.", "{n} fields do not fit.", len(problems)) if first else ""
        self.notice(" ".join([count, *(say(problem) for problem in left.values())]).strip(), bad=True)

    def action_leave(self) -> None:
        """Leave; ask first when something was changed."""
        if not self._changed():
            self.app.pop_screen()
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.app.pop_screen()

        self.app.push_screen(Ask(lambda: _("Leave without keeping? What you changed in this form is lost.")), answered)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc asks here, so the plain way back is off; so is loading anew over what was written."""
        return action not in ("back", "reload") and super().check_action(action, parameters)


def _said(number: CustomerNumber) -> str:
    return f"{number.number} ext {number.extension}" if number.extension else number.number


def constant(value: str) -> Callable[[], str]:
    """The words of an option that are the same in every language."""
    return lambda: value


def _word(value: str) -> Option:
    return value, lambda: word(value)


KINDS = tuple(map(_word, ("mobile", "home", "work", "fax", "other")))
ANSWERS = (("", lambda: _("not asked")), _word("yes"), _word("no"))
