"""SETUP > an object: its form, with what is wrong beside the field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Protocol

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from appliance.site import labels
from appliance.site.models import SiteDocument
from appliance.site.problems import Problem
from tui import editing, look
from tui.forms import Field, Form
from tui.forms.fields import value_at
from tui.i18n import N_, _, n_, say, say_all
from tui.screens.ask import Ask, Choose
from tui.screens.page import Page
from tui.widgets.cells import fit, line, wrap
from tui.widgets.entry import Choice, Entry
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll
from tui.words import word


class Keeper(Protocol):
    """The screen that a form was opened from."""

    def keep(self, document: SiteDocument, said: str) -> None:
        """Make this document the candidate, and say so."""


LABEL = 30
CONTROL = 25


class Line(Horizontal):
    """One field: label, control, and room for what is wrong."""

    DEFAULT_CSS = f"""
    Line {{ height: auto; }}
    Line > .label {{ width: {LABEL}; }}
    Line > Entry, Line > Choice {{ width: {CONTROL}; }}
    Line > .beside {{ width: 1fr; min-height: 1; }}
    """

    def __init__(self, form: Form, field: Field, document: SiteDocument, value: str) -> None:
        super().__init__()
        self.field = field
        self.problem: Problem | None = None
        self._kind = form.kind
        self.control: Choice | Entry
        if field.options is not None:
            self.control = Choice(field.options(document), value, id=field.id, free=field.free)
        else:
            self.control = Entry(value, id=field.id)

    def compose(self) -> Iterable[Widget]:
        """Label, control, beside."""
        label, beside = Painted(self._label), Painted(self._beside)
        label.add_class("label")
        beside.add_class("beside")
        yield label
        yield self.control
        yield beside

    def _label(self, width: int) -> list[Text]:
        words = _(self.field.label or labels.field(self._kind, self.field.path[0]))
        if len(self.field.path) > 1 and self.field.path[0] == "choices":
            words = f"{words} {self.field.path[1]}"
        style = look.BAD if self.problem else look.HEAD if self.control.has_focus else ""
        return [line((" " + fit(words, width - 2), style))]

    def _beside(self, width: int) -> list[Text]:
        unit = f" {self.field.unit} " if self.field.unit else " "
        if self.problem is None:
            return [line((unit, look.QUIET))]
        parts = wrap(say(self.problem), width - len(unit))
        return [line(unit if row == 0 else " " * len(unit), (part, look.BAD)) for row, part in enumerate(parts)]


class Edit(Page):
    """A form over one object of the candidate."""

    CRUMBS = N_("SETUP > Edit")
    ANSWERS = N_(
        "One object of the candidate. Tab and the arrows go from field to field; the line below says what the field "
        "means. Left and right change a choice, Enter shows all its values. Ctrl+S keeps the object in the candidate; "
        "no call is touched before the plan is applied. Esc leaves, and asks first when something was changed."
    )
    AUTO_FOCUS = "Entry, Choice"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", N_("Keep"), priority=True),
        Binding("escape", "leave", N_("Back")),
        Binding("up", "app.focus_previous", N_("Field before"), show=False),
        Binding("down", "app.focus_next", N_("Next field"), show=False),
    ]

    def __init__(self, keeper: Keeper, document: SiteDocument, form: Form, key: str | None) -> None:
        super().__init__()
        self._keeper = keeper
        self._document = document
        self._form = form
        self._key = key
        entry = None if key is None else editing.find(document, form, key)
        data: Mapping[str, Any] = entry.model_dump() if entry is not None else _usual(form)
        self._data = data
        self._lines = [Line(form, field, document, field.show(_at(data, field))) for field in form.fields]
        self._at_first = self._texts()
        self._warned: Mapping[tuple[str, ...], Problem] = {}

    def crumbs(self) -> str:
        """SETUP > kind key."""
        name = _("new") if self._key is None else self._key
        return f"{_('SETUP')} > {word(self._form.kind)} {name}".rstrip()

    def summary(self) -> str:
        """Whether something was changed."""
        return _("changed, not kept yet") if self._texts() != self._at_first else _("as in the candidate")

    def body(self) -> Iterable[Widget]:
        """The fields, then the help for the one with the cursor."""
        with Scroll(can_focus=False):
            yield from self._lines
        yield Painted(self._help, id="field-help")

    def load(self) -> None:
        """Everything is here already."""
        self.loaded = True

    def _texts(self) -> dict[tuple[str, ...], str]:
        return {row.field.path: row.control.text for row in self._lines}

    def _help(self, width: int) -> list[Text]:
        field = next((row.field for row in self._lines if row.control.has_focus), None)
        said = wrap(_(field.help), width - 2) if field else [""]
        return [line((" " + part, look.QUIET)) for part in (*said, "")[:2]]

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """Say what the field means."""
        self.repaint()

    def on_input_changed(self) -> None:
        """The head says that something was changed."""
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

        field = next(row.field for row in self._lines if row.control is choice)
        label = field.label or labels.field(self._form.kind, field.path[0])
        self.app.push_screen(Choose(lambda: _(label), choice.options, choice.text, free=choice.free), chosen)

    def action_keep(self) -> None:
        """Keep it."""
        # Judged first; it goes into the candidate when nothing, or nothing new, stands against it.
        edited = editing.put(self._document, self._form, self._key, self._values())
        for row in self._lines:
            row.problem = _fault_of(row.field, edited.faults)
        if edited.document is None:
            self._stop(edited.faults, "")
        elif edited.faults and edited.faults != self._warned:
            self._warned = edited.faults
            self._stop(edited.faults, _("Ctrl+S again keeps it all the same; it cannot be applied like this."))
        else:
            key = self._texts().get((self._form.key,), "")
            said = _("{object} kept in the candidate. p shows the plan.").format(
                object=f"{word(self._form.kind)} {key}".rstrip()
            )
            self.app.pop_screen()
            self._keeper.keep(edited.document, said)

    def _stop(self, faults: Mapping[tuple[str, ...], Problem], more: str) -> None:
        count = n_("{n} field does not fit.", "{n} fields do not fit.", max(1, len(faults)))
        homeless = [say_all(problem) for path, problem in faults.items() if not self._has(path)]
        self.repaint()
        self.refresh(layout=True)
        first = next((row for row in self._lines if row.problem), None)
        if first is not None:
            first.control.focus()
        self.notice(" ".join([count, *homeless, more]).strip(), bad=True)

    def _has(self, path: tuple[str, ...]) -> bool:
        return any(_concerns(row.field, path) for row in self._lines)

    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = dict(self._data)
        for row in self._lines:
            field, said = row.field, row.control.text
            value = field.read(said)
            if not said and not field.needed and (value == "" or len(field.path) > 1 or not _is_many(value)):
                value = None
            if len(field.path) == 1:
                values[field.path[0]] = value
            else:
                table = {
                    key: held for key, held in dict(values.get(field.path[0]) or {}).items() if key != field.path[1]
                }
                values[field.path[0]] = table if value is None else {**table, field.path[1]: value}
        return values

    def action_leave(self) -> None:
        """Leave; ask first when something was changed."""
        if self._texts() == self._at_first:
            self.app.pop_screen()
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.app.pop_screen()

        self.app.push_screen(Ask(lambda: _("Leave without keeping? What you changed in this form is lost.")), answered)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc asks here, so the plain way back is off."""
        return action not in ("back", "reload") and super().check_action(action, parameters)


def _is_many(value: object) -> bool:
    """A list or table that is empty stays an empty list; a text that is empty is nothing."""
    return isinstance(value, (tuple, list, dict))


def _at(data: Mapping[str, Any], field: Field) -> Any:
    return value_at(data, field.path)


def _usual(form: Form) -> Mapping[str, Any]:
    """The models' own defaults, then the form's."""
    usual: dict[str, Any] = {}
    for name, info in form.model.model_fields.items():
        if not info.is_required():
            usual[name] = info.get_default(call_default_factory=True)
    return {**usual, **form.new}


def _fault_of(field: Field, faults: Mapping[tuple[str, ...], Problem]) -> Problem | None:
    """What is wrong with a field."""
    return next((problem for path, problem in faults.items() if _concerns(field, path)), None)


def _concerns(field: Field, path: tuple[str, ...]) -> bool:
    """Whether a fault is of this field: of its whole path, or of all that its first step leads to."""
    return path[: len(field.path)] == field.path or path == field.path[:1]
