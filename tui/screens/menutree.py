"""SETUP > Tree: the candidate's numbers, hours and menus drawn as a tree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from appliance.site.models import SiteDocument
from tui import look
from tui.forms import FORMS
from tui.i18n import N_, _
from tui.menutree import NO_WAY_OUT, UNREACHED, Branch, branches
from tui.screens.page import Page
from tui.widgets.table import Column, Row, Table
from tui.words import way, word

if TYPE_CHECKING:
    from tui.screens.setup import Setup


class MenuTree(Page):
    """One line for each way; Enter opens the form of what is there."""

    CRUMBS = N_("SETUP > Tree")
    ANSWERS = N_(
        "Where calls can go: each number with its closure, hours and menus, and what every key leads to. Words behind "
        "a line say what is wrong with it. Enter opens the form of what is there; s shows what callers did in the "
        "menus."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("s", "figures", N_("Figures"))]

    def __init__(self, setup: Setup, document: SiteDocument) -> None:
        super().__init__()
        self._setup = setup
        self._document = document
        self._branches = branches(document)
        self.loaded = True

    def body(self) -> Iterable[Widget]:
        """The tree."""
        columns = (Column(N_("Way"), 40, share=1), Column(N_("To look at"), 20))
        yield Table(columns, empty=lambda: _("No number yet: make one under Numbers."), id="tree")

    def picture_changed(self) -> None:
        """The lines; they change with the candidate only."""
        self.query_one("#tree", Table).show(
            [Row(str(place), (self._said(branch), self._note(branch))) for place, branch in enumerate(self._branches)]
        )

    def action_figures(self) -> None:
        """What callers did."""
        from tui.screens.menufigures import MenuFiguresPage

        self.app.push_screen(MenuFiguresPage())

    def _said(self, branch: Branch) -> str:
        by = f"{way(branch.by)} " if branch.by else ""
        label = self._label(branch)
        return f"{branch.lines}{by}{word(branch.kind)} {branch.name}".rstrip() + (f"  {label}" if label else "")

    def _note(self, branch: Branch) -> tuple[str, str]:
        return way(branch.note), look.BAD if branch.note in (NO_WAY_OUT, UNREACHED) else look.QUIET

    def _label(self, branch: Branch) -> str:
        if branch.opens is None:
            return ""
        field, key = branch.opens
        for entry in getattr(self._document, field):
            if key in {getattr(entry, "name", ""), getattr(entry, "number", "")}:
                return str(getattr(entry, "label", "") or getattr(entry, "name", ""))
        return ""

    def on_table_opened(self, event: Table.Opened) -> None:
        """Edit what stands on the line."""
        from tui.screens.edit import Edit

        opens = self._branches[int(event.key)].opens
        form = next((form for form in FORMS if opens and form.collection == opens[0]), None)
        if opens is None or form is None or not self._label(self._branches[int(event.key)]):
            return
        self.app.switch_screen(Edit(self._setup, self._document, form, opens[1]))
