"""Two customers side by side, to be made one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.format import DASH
from tui.i18n import N_, _
from tui.screens.customers import grade_label
from tui.screens.page import Page
from tui.widgets.cells import line, wrap
from tui.widgets.painted import Painted
from tui.widgets.table import Column, Row, Table
from tui.words import word, yes_no

if TYPE_CHECKING:
    from appliance.api.customers import Customer, CustomerFacts, DeskSetting

FIELDS = (
    ("name", N_("Customer")),
    ("organisation", N_("Organisation")),
    ("address", N_("Address")),
    ("grade", N_("Grade")),
    ("since", N_("Customer since")),
    ("numbers", N_("Numbers")),
    ("tags", N_("Tags")),
    ("consents", N_("Consents")),
)
LISTS = frozenset({"numbers", "tags", "consents"})
LEFT, RIGHT, BOTH = "left", "right", "both"


class CustomerMerge(Page):
    """One row for each field; the taken side is bright and has a star."""

    CRUMBS = N_("CUSTOMERS > Merge")
    ANSWERS = N_(
        "Two customers who are one person. Of each field Space takes the left word, the right one or, of numbers and "
        "tags, both. Ctrl+S makes them one: notes, calls and history of both stand there then. u on the customer's "
        "page undoes it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "take", N_("Take the other")),
        Binding("ctrl+s", "merge", N_("Merge"), priority=True),
    ]

    def __init__(self, one: Customer, other: Customer, setting: DeskSetting | None) -> None:
        super().__init__()
        self._one = one
        self._other = other
        self._setting = setting
        self._taken = {field: self._usual(field) for field, _label in FIELDS}

    def _usual(self, field: str) -> str:
        if field in LISTS:
            return BOTH
        return LEFT if getattr(self._one.facts, field) or not getattr(self._other.facts, field) else RIGHT

    def body(self) -> Iterable[Widget]:
        """The question, both sides."""
        yield Painted(self._question)
        yield Table(
            (Column(N_("Field"), 15), Column(N_("Stays"), 24, share=1), Column(N_("Goes into it"), 24, share=1)),
            empty=lambda: "",
            id="fields",
            opens=False,
        )

    def picture_changed(self) -> None:
        """Both sides of every field."""
        rows = []
        for field, label in FIELDS:
            cells = []
            for side, customer in ((LEFT, self._one), (RIGHT, self._other)):
                taken = self._taken[field] in (side, BOTH)
                cells.append(
                    (("* " if taken else "  ") + self._shown(customer.facts, field), look.HEAD if taken else look.QUIET)
                )
            rows.append(Row(field, (_(label), *cells)))
        self.query_one("#fields", Table).show(rows)

    def _shown(self, facts: CustomerFacts, field: str) -> str:
        match field:
            case "numbers":
                said = ", ".join(each.number for each in facts.numbers)
            case "consents":
                said = ", ".join(f"{word(each.kind)}: {yes_no(each.given)}" for each in facts.consents)
            case "tags":
                said = ", ".join(facts.tags)
            case "grade":
                said = grade_label(facts.grade, self._setting)
            case _:
                said = getattr(facts, field) or ""
        return said or DASH

    def _question(self, width: int) -> list[Text]:
        words = _(
            "{other} becomes part of {name}. What has a star stays; Space takes the other. Ctrl+S merges."
        ).format(other=self._other.facts.name, name=self._one.facts.name)
        return [*(line((" " + part, look.HEAD)) for part in wrap(words, width - 2)), line()]

    def action_take(self) -> None:
        """The other side of the field under the cursor; of a list, also both."""
        field = self.query_one("#fields", Table).current
        if field is not None:
            sides = (LEFT, RIGHT, BOTH) if field in LISTS else (LEFT, RIGHT)
            self._taken[field] = sides[(sides.index(self._taken[field]) + 1) % len(sides)]
            self.repaint()

    def action_merge(self) -> None:
        """Make them one."""
        from appliance.api.customers import MERGE, MergeWish

        def done(customer: Customer) -> None:
            self.app.pop_screen()
            if isinstance(page := self.app.screen, Page):
                page.notice(
                    _("{other} is part of {name} now.").format(other=self._other.facts.name, name=customer.facts.name)
                )

        wish = MergeWish(
            survivor=self._one.id,
            survivor_version=self._one.version,
            other=self._other.id,
            other_version=self._other.version,
            facts=self._facts(),
        )
        self.ask(MERGE, wish, done)

    def _facts(self) -> CustomerFacts:
        one, other = self._one.facts, self._other.facts
        taken = {}
        for field, side in self._taken.items():
            left, right = getattr(one, field), getattr(other, field)
            if side == BOTH:
                key = {"numbers": "number", "consents": "kind"}.get(field, "")
                have = {getattr(each, key, each) for each in left}
                taken[field] = (*left, *(each for each in right if getattr(each, key, each) not in have))
            else:
                taken[field] = left if side == LEFT else right
        return one.model_copy(update=taken)
