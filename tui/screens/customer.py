"""One customer: facts, numbers, notes, calls, what was changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.format import DASH, duration, local, moment
from tui.i18n import N_, _
from tui.screens.ask import Ask, AskWhy, Choose
from tui.screens.customers import grade_label
from tui.screens.page import Page
from tui.widgets.cells import fit, line, wrap
from tui.widgets.entry import Option
from tui.widgets.painted import Painted
from tui.widgets.scroll import Scroll
from tui.words import word, yes_no

if TYPE_CHECKING:
    from appliance.api.contract import Call
    from appliance.api.customers import Consent, Customer, CustomerDetail, DeskSetting, HistoryLine, Note

LABEL = 17
MOMENT = 13


class CustomerPage(Page):
    """Everything that is known about one person, the newest first."""

    CRUMBS = N_("CUSTOMERS > CUSTOMER")
    ANSWERS = N_(
        "All that is known about one customer: facts and numbers, notes, the last calls, what was changed by whom. n "
        "writes a note, e edits the facts; c has your phone ring and then calls the customer, also where you see the "
        "number masked; u takes the last merge apart again."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "note", N_("New note")),
        Binding("e", "edit", N_("Edit")),
        Binding("c", "call", N_("Call")),
        Binding("u", "separate", N_("Undo merge")),
    ]

    def __init__(self, key: int) -> None:
        super().__init__()
        self._key = key
        self._detail: CustomerDetail | None = None
        self._setting: DeskSetting | None = None

    def crumbs(self) -> str:
        """CUSTOMERS > name."""
        name = self._detail.customer.facts.name if self._detail else ""
        return f"{_('CUSTOMERS')} > {name}"

    def summary(self) -> str:
        """How much this customer matters."""
        return grade_label(self._detail.customer.facts.grade, self._setting) if self._detail else ""

    def body(self) -> Iterable[Widget]:
        """Everything in one column that scrolls."""
        with Scroll():
            yield Painted(self._draw)

    def load(self) -> None:
        """Ask for the customer and what grades are called."""
        from appliance.api.customers import SETTING, SHOW, CustomerKey
        from appliance.api.wire import Empty

        if self._setting is None:
            self.ask(SETTING, Empty(), self._set)
        self.ask(SHOW, CustomerKey(id=self._key), self._came)

    def _set(self, setting: DeskSetting) -> None:
        self._setting = setting
        self.repaint()

    def _came(self, detail: CustomerDetail) -> None:
        self._detail = detail
        self.loaded = True
        self.repaint()
        self.refresh_bindings()

    def on_screen_resume(self) -> None:
        """What was done in the form is to be seen."""
        super().on_screen_resume()
        self.load()

    # --- drawing --------------------------------------------------------------------------

    def _draw(self, width: int) -> list[Text]:
        detail = self._detail
        if detail is None:
            return [line((" " + self.nothing_yet(), look.QUIET))]
        lines = [line((" " + _("Part of another customer since a merge."), look.WARN))] if _is_part(detail) else []
        lines += self._facts(detail.customer, width)
        lines += _part(N_("NOTES"), [row for note in detail.notes for row in self._note(note, width)], N_("None."))
        lines += _part(N_("LAST CALLS"), [self._call(call) for call in detail.calls], N_("None with these numbers."))
        history = [row for each in detail.history for row in self._line(each, width)]
        return lines + _part(N_("HISTORY"), history, N_("None."))

    def _facts(self, customer: Customer, width: int) -> Iterable[Text]:
        facts = customer.facts
        yield from _fact(N_("Numbers"), "", width) if not facts.numbers else ()
        for place, each in enumerate(facts.numbers):
            extension = _(" ext. {digits}").format(digits=each.extension) if each.extension else ""
            words = f"{fit(each.number + extension, 24)} {fit(word(each.kind), 8)} {each.note}"
            yield from _fact(N_("Numbers") if place == 0 else "", words, width)
        for label, value in (
            (N_("Organisation"), facts.organisation),
            (N_("Address"), facts.address),
            (N_("Grade"), grade_label(facts.grade, self._setting)),
            (N_("Tags"), ", ".join(facts.tags)),
            (N_("Customer since"), facts.since or ""),
        ):
            yield from _fact(label, value, width)
        for consent in facts.consents:
            yield from _fact(_CONSENTS[consent.kind], self._consent(consent), width)

    def _consent(self, consent: Consent) -> str:
        day = local(consent.at, self.picture.zone).strftime("%Y-%m-%d")
        return f"{yes_no(consent.given)}, {day} {consent.how}".rstrip()

    def _note(self, note: Note, width: int) -> Iterable[Text]:
        at = moment(note.at, self.picture.zone, self.now)
        yield line(" " + fit(at, MOMENT), (note.by, look.QUIET))
        yield from (line("   " + part) for part in wrap(note.text, width - 4))

    def _call(self, call: Call) -> Text:
        outcome = word(call.outcome) if call.outcome is not None else _("goes on")
        return line(
            " " + fit(moment(call.started, self.picture.zone, self.now), MOMENT),
            fit(word(call.direction), 7),
            fit(call.queue or DASH, 12),
            fit(call.agent or DASH, 7),
            fit(duration(call.talked), 8, "right") + "  ",
            (outcome, look.of_state(str(call.outcome or ""))),
        )

    def _line(self, each: HistoryLine, width: int) -> Iterable[Text]:
        at = moment(each.at, self.picture.zone, self.now)
        yield line(" " + fit(at, MOMENT), fit(word(each.what), 10) + " ", (each.by, look.QUIET))
        if each.field:
            said = f"{word(each.field)}: {each.before or DASH} -> {each.after or DASH}"
            yield from (line("   " + part) for part in wrap(said, width - 4))

    # --- keys -----------------------------------------------------------------------------

    def action_note(self) -> None:
        """Write a note."""
        from appliance.api.customers import NOTE, NewNote

        def written(text: str | None) -> None:
            if text:
                self.ask(NOTE, NewNote(id=self._key, text=text), lambda _note: self.load())

        name = self._detail.customer.facts.name if self._detail else ""
        self.app.push_screen(AskWhy(lambda: _("Note on {name}").format(name=name), N_("Note:")), written)

    def action_edit(self) -> None:
        """The form over the facts."""
        from tui.screens.customer_edit import CustomerEdit

        if self._detail is not None:
            self.app.push_screen(CustomerEdit(self._detail.customer))

    def action_call(self) -> None:
        """Ask for one of the numbers, when there are several, and call."""
        if self._detail is None:
            return
        numbers = self._detail.customer.facts.numbers
        if len(numbers) == 1:
            self._call_at("0")
            return
        options: list[Option] = [
            (str(place), lambda each=each: f"{each.number}  {word(each.kind)} {each.note}")  # type: ignore[misc]  # mypy infers no default arguments
            for place, each in enumerate(numbers)
        ]
        self.app.push_screen(Choose(lambda: _("Call which number? Your phone rings first."), options), self._call_at)

    def _call_at(self, place: str | None) -> None:
        from appliance.api.desk import CALL, Whom

        if place is not None and self._detail is not None:
            said = _("Your phone rings; {name} is called when you answer.").format(
                name=self._detail.customer.facts.name
            )
            self.ask(CALL, Whom(customer=self._key, number=int(place)), lambda _done: self.notice(said))

    def action_separate(self) -> None:
        """Make the one who was merged last a customer again, after asking."""
        from appliance.api.customers import SEPARATE, MergeKey

        if self._detail is None or not self._detail.merges:
            return
        merge, name = self._detail.merges[0], self._detail.customer.facts.name

        def done(_customer: Customer) -> None:
            self.load()
            self.notice(_("{other} is a customer of its own again.").format(other=merge.name))

        def answered(yes: bool | None) -> None:
            if yes:
                self.ask(SEPARATE, MergeKey(id=merge.id), done)

        self.app.push_screen(
            Ask(
                lambda: _(
                    "Take {other} out of {name} again? Both are as before the merge; what was changed since stays "
                    "with {name}."
                ).format(other=merge.name, name=name)
            ),
            answered,
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys only where they can do something."""
        detail = self._detail
        if action == "call":
            there = detail is not None and bool(detail.customer.facts.numbers) and not _is_part(detail)
            return there and self.picture.calls_customers
        if action in ("note", "edit"):
            return detail is not None and not _is_part(detail)
        if action == "separate":
            return detail is not None and bool(detail.merges) and not _is_part(detail)
        return super().check_action(action, parameters)


_CONSENTS = {"recording": N_("May be recorded"), "marketing": N_("Wants offers")}


def _is_part(detail: CustomerDetail) -> bool:
    return detail.customer.merged_into is not None


def _fact(label: str, value: str, width: int) -> Iterable[Text]:
    for place, part in enumerate(wrap(value or DASH, width - LABEL - 2)):
        yield line(" ", (fit(_(label) if place == 0 else "", LABEL), look.QUIET), part)


def _part(title: str, rows: list[Text], none: str) -> list[Text]:
    return [line(), line(" ", (_(title), look.HEAD)), *(rows or [line((" " + _(none), look.QUIET))])]
