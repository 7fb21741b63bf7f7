"""F8 Setup: the document being edited, one list for each kind of object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from appliance.site import document as documents
from appliance.site import labels
from appliance.site.models import Part, SiteDocument
from appliance.site.problems import Problem
from tui import editing, look
from tui.format import DASH
from tui.forms import FORMS, Form
from tui.forms.fields import value_at
from tui.i18n import N_, _, n_, say, say_all
from tui.screens.ask import Ask
from tui.screens.page import Page
from tui.widgets.cells import line
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.contract import Candidate

PROBLEMS_SHOWN = 3


class Setup(Page):
    """Kinds on the left, objects on the right, what stands against the candidate below."""

    DEFAULT_CSS = """
    Setup #lists { height: 1fr; }
    Setup #kinds { width: 24; }
    Setup #objects { width: 1fr; }
    """
    CRUMBS = N_("SETUP")
    ANSWERS = N_(
        "How this branch is set up: numbers, menus, queues, agents, phones and the rest. What you change goes into a "
        "candidate and touches no call; p shows the plan of all changes, and from there they are applied. Tab goes "
        "between kinds and objects; n makes a new object, e edits, d deletes after asking, u drops all changes; t "
        "draws where calls go; v shows what the announcements sound like."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", N_("New")),
        Binding("e", "edit", N_("Edit")),
        Binding("d", "delete", N_("Delete")),
        Binding("p", "plan", N_("Plan")),
        Binding("t", "tree", N_("Tree")),
        Binding("v", "prompts", N_("Sounds")),
        Binding("u", "discard", N_("Drop changes")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._candidate: Candidate | None = None
        self._document: SiteDocument | None = None

    def body(self) -> Iterable[Widget]:
        """Two lists and the problems."""
        yield Painted(self._state, id="state")
        with Horizontal(id="lists"):
            yield Table((Column(N_("What"), 14, share=1), Column("", 4, "right")), empty=lambda: "", id="kinds")
            yield Table((), empty=self._empty, id="objects")
        yield Painted(self._problems, id="problems")

    # --- what core has --------------------------------------------------------------------

    def load(self) -> None:
        """Ask for the candidate."""
        from appliance.api.contract import CONFIG_CANDIDATE
        from appliance.api.wire import Empty

        self.ask(CONFIG_CANDIDATE, Empty(), self.came)

    def came(self, candidate: Candidate) -> None:
        """A candidate came: show it."""
        self._candidate = candidate
        self._document, _problems = documents.parse(candidate.toml)
        self.loaded = True
        self.repaint()
        self.refresh_bindings()

    def keep(self, document: SiteDocument, said: str) -> None:
        """Make this document the candidate."""
        from appliance.api.contract import CONFIG_EDIT, Document

        def done(candidate: Candidate) -> None:
            self.came(candidate)
            self.ours.feed_now()
            self.notice(said)

        base = self._candidate.base if self._candidate else None
        self.ask(CONFIG_EDIT, Document(toml=documents.dump(document), revision=base), done)

    # --- drawing --------------------------------------------------------------------------

    @property
    def form(self) -> Form:
        """The kind under the cursor."""
        kind = self.query_one("#kinds", Table).current
        return next((form for form in FORMS if form.kind == kind), FORMS[0])

    def picture_changed(self) -> None:
        """Both lists."""
        kinds, objects = self.query_one("#kinds", Table), self.query_one("#objects", Table)
        kinds.stale = objects.stale = self.picture.lost_since is not None
        kinds.show([Row(form.kind, (_(form.title), self._count(form))) for form in FORMS])
        form = self.form
        objects.head(columns_of(form))
        if self._document is not None:
            objects.show([self._row(form, entry) for entry in editing.entries(self._document, form)])
        elif self.loaded:
            objects.show(())

    def _count(self, form: Form) -> str:
        if form.single or self._document is None:
            return ""
        return str(len(editing.entries(self._document, form)))

    def _row(self, form: Form, entry: Part) -> Row:
        data: dict[str, Any] = entry.model_dump()
        if form.single:
            return Row("", tuple(_cell(form, name, data) for name in [field.path[0] for field in form.fields][:3]))
        key = str(getattr(entry, form.key))
        return Row(key, (key, *(_cell(form, name, data) for name in form.columns)))

    def _state(self, _width: int) -> list[Text]:
        if self._candidate is None:
            return [line((" " + self.nothing_yet(), look.QUIET))]
        if not self._candidate.changes:
            return [line((" " + _("As in force: nothing is changed."), look.QUIET))]
        changes = n_("{n} change", "{n} changes", len(self._candidate.changes))
        words = _("Candidate by {who}: {changes}. Nothing is in force before p Plan and y Apply.").format(
            who=self._candidate.by or DASH, changes=changes
        )
        return [line((" " + words, look.HEAD))]

    def _problems(self, _width: int) -> list[Text]:
        problems: tuple[Problem, ...] = self._candidate.problems if self._candidate else ()
        if not problems:
            return []
        head = n_(
            "{n} PROBLEM: it must be mended before this can be applied",
            "{n} PROBLEMS: they must be mended before this can be applied",
            len(problems),
        )
        shown = [line((" " + say_all(problem), "")) for problem in problems[:PROBLEMS_SHOWN]]
        if len(problems) > PROBLEMS_SHOWN:
            rest = len(problems) - PROBLEMS_SHOWN
            shown.append(line((" " + _("and {count} more: p Plan shows all").format(count=rest), look.QUIET)))
        return [line(" ", (head, look.BAD)), *shown]

    def _empty(self) -> str:
        if self.loaded and self._document is None:
            return _(
                "The candidate is no valid document. u drops it; the command branchbox config import brings another."
            )
        return _("None yet. n makes the first one.")

    # --- keys -----------------------------------------------------------------------------

    def on_table_moved(self, event: Table.Moved) -> None:
        """Another kind: another list."""
        if event.table.id == "kinds":
            self.repaint()

    def on_table_opened(self, event: Table.Opened) -> None:
        """Enter on a kind goes to its objects; on an object, edits it."""
        if event.table.id == "kinds" and not self.form.single:
            self.query_one("#objects", Table).focus()
        else:
            self.action_edit()

    def action_new(self) -> None:
        """A form with the usual values in it."""
        self._open(None)

    def action_edit(self) -> None:
        """A form with the object under the cursor."""
        key = self.query_one("#objects", Table).current
        if key is not None:
            self._open(key)

    def _open(self, key: str | None) -> None:
        from tui.screens.edit import Edit

        if self._document is not None:
            self.app.push_screen(Edit(self, self._document, self.form, key))

    def action_delete(self) -> None:
        """Ask, naming who still uses the object, then take it out of the candidate."""
        form, key, document = self.form, self.query_one("#objects", Table).current, self._document
        if not key or document is None:
            return
        name = f"{word(form.kind)} {key}"

        def question() -> str:
            said = _("Delete {object} from the candidate? Nothing changes for calls before it is applied.").format(
                object=name
            )
            using = editing.users_of(document, form, key)
            if using:
                said += "\n" + _("It is still used:") + "".join(f"\n{p.where}: {say(p)}" for p in using[:3])
            return said

        def answered(yes: bool | None) -> None:
            if yes:
                self.keep(
                    editing.without(document, form, key), _("{object} deleted from the candidate.").format(object=name)
                )

        self.app.push_screen(Ask(question), answered)

    def action_plan(self) -> None:
        """What applying would do."""
        from tui.screens.plan import PlanScreen

        self.app.push_screen(PlanScreen())

    def action_tree(self) -> None:
        """Where calls go, as a tree."""
        from tui.screens.menutree import MenuTree

        if self._document is not None:
            self.app.push_screen(MenuTree(self, self._document))

    def action_prompts(self) -> None:
        """What the announcements sound like."""
        from tui.screens.prompts import PromptsPage

        self.app.push_screen(PromptsPage())

    def action_discard(self) -> None:
        """Drop all changes, after asking."""
        from appliance.api.contract import CONFIG_DISCARD
        from appliance.api.wire import Empty

        count = len(self._candidate.changes) if self._candidate else 0

        def done(candidate: Candidate) -> None:
            self.came(candidate)
            self.ours.feed_now()
            self.notice(_("All changes dropped: the candidate is what is in force."))

        def answered(yes: bool | None) -> None:
            if yes:
                self.ask(CONFIG_DISCARD, Empty(), done)

        def question() -> str:
            return n_(
                "Drop {n} change of the candidate? It is lost.",
                "Drop {n} changes of the candidate? They are lost.",
                count,
            )

        self.app.push_screen(Ask(question), answered)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys only where they can do something."""
        if action in ("new", "delete") and self.is_mounted:
            return not self.form.single and self._document is not None
        if action == "discard":
            return self._candidate is not None and (bool(self._candidate.changes) or self._document is None)
        return super().check_action(action, parameters)


def columns_of(form: Form) -> tuple[Column, ...]:
    """The list's columns: the key, then what the form declares."""
    names = [field.path[0] for field in form.fields][:3] if form.single else [form.key, *form.columns]
    return tuple(
        Column(labels.field(form.kind, name), 12 if at else 15, share=1 if at else 0) for at, name in enumerate(names)
    )


def _cell(form: Form, name: str, data: dict[str, Any]) -> str:
    field = next(field for field in form.fields if field.path[0] == name)
    value = value_at(data, field.path)
    if value is None:
        return DASH
    return field.say(field.show(value)) or DASH
