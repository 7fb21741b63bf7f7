"""`/`: a few fields over a list; Enter filters, Esc leaves them as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message

from tui import look
from tui.i18n import N_, _
from tui.widgets.cells import fit, line
from tui.widgets.entry import Choice, Entry, Option
from tui.widgets.painted import Painted


@dataclass(frozen=True)
class FilterField:
    """One field: a choice when it has options (the first of them is "any"), else a text."""

    name: str
    label: str
    width: int
    options: Callable[[], Sequence[Option]] | None = None


class FilterLine(Vertical):
    """Rows of fields, hidden until they are opened."""

    DEFAULT_CSS = """
    FilterLine { height: auto; display: none; }
    FilterLine.open { display: block; }
    FilterLine Horizontal { height: 1; }
    FilterLine Painted { height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", N_("Leave the filter")),
        Binding("enter", "apply", N_("Filter"), priority=True),
    ]

    class Applied(Message):
        """The person wants the list filtered so; only fields that say something are in it."""

        def __init__(self, values: dict[str, str]) -> None:
            super().__init__()
            self.values = values

    def __init__(self, rows: Iterable[Sequence[FilterField]], label_width: int = 9) -> None:
        super().__init__()
        self._rows = [tuple(row) for row in rows]
        self._label = label_width
        self._applied: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Label and control of each field."""
        for row in self._rows:
            with Horizontal():
                for field in row:
                    yield self._label_of(field)
                    control: Choice | Entry
                    if field.options is not None:
                        control = Choice(field.options(), "", id=f"filter-{field.name}")
                    else:
                        control = Entry(id=f"filter-{field.name}")
                    control.styles.width = field.width
                    yield control

    def _label_of(self, field: FilterField) -> Painted:
        label = Painted(lambda width: [line((" " + fit(_(field.label), width - 1), look.QUIET))])
        label.styles.width = self._label + 1
        return label

    def open(self) -> None:
        """Show the fields and go to the first."""
        self.add_class("open")
        self.query_one(f"#filter-{self._rows[0][0].name}").focus()

    def clear(self) -> None:
        """Empty all fields and filter nothing."""
        self._fill({})
        self._applied = {}
        self.post_message(self.Applied({}))

    def set(self, **values: str) -> None:
        """Fill fields and filter by them."""
        self._fill(values)
        self.action_apply()

    @property
    def applied(self) -> dict[str, str]:
        """The filter in force."""
        return self._applied

    def said(self) -> str:
        """The filter in force, in words."""
        words = []
        for row in self._rows:
            for field in row:
                if value := self._applied.get(field.name):
                    options = dict(field.options()) if field.options else {}
                    words.append(f"{_(field.label)} {options[value]() if value in options else value}")
        return ", ".join(words)

    def action_apply(self) -> None:
        """Filter by what the fields say."""
        self._applied = {}
        for row in self._rows:
            for field in row:
                control = self.query_one(f"#filter-{field.name}")
                if isinstance(control, (Choice, Entry)) and control.text:
                    self._applied[field.name] = control.text
        self.remove_class("open")
        self.post_message(self.Applied(dict(self._applied)))

    def action_close(self) -> None:
        """Leave everything as it was."""
        self._fill(self._applied)
        self.remove_class("open")
        self.post_message(self.Applied(dict(self._applied)))

    def _fill(self, values: dict[str, str]) -> None:
        for row in self._rows:
            for field in row:
                control = self.query_one(f"#filter-{field.name}")
                if isinstance(control, Choice):
                    control.choose(values.get(field.name, ""))
                elif isinstance(control, Entry):
                    control.value = values.get(field.name, "")
