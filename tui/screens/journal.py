"""BOX > Journal: what the system and our services wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from tui import look, words
from tui.format import moment
from tui.i18n import N_, _
from tui.screens.listing import Listing
from tui.widgets.filterline import FilterField
from tui.widgets.table import Column, Row

if TYPE_CHECKING:
    from appliance.api.contract import JournalLine, JournalPage

EVERY = 3.0
LIMIT = 500


class Journal(Listing):
    """The journal, newest first; it follows while it is open."""

    CRUMBS = N_("BOX > Journal")
    ANSWERS = N_(
        "What the system and our services wrote, newest first; the list follows by itself. / filters by unit "
        "(asterisk.service, branchbox-core.service), by level (that level and worse) and by text."
    )
    COLUMNS: ClassVar[Sequence[Column]] = (
        Column(N_("When"), 12),
        Column(N_("Level"), 9),
        Column(N_("Unit"), 16),
        Column(N_("Text"), 30, share=1),
    )

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[JournalLine, ...] | None = None

    def on_mount(self) -> None:
        """Follow."""
        super().on_mount()
        self.set_interval(EVERY, self._follow)

    def filter_rows(self) -> Iterable[Sequence[FilterField]]:
        """Unit, level, text."""
        levels = [("", lambda: _("any")), *((str(at), lambda at=at: words.priority(at)) for at in range(7))]
        yield (
            FilterField("unit", N_("Unit"), 18),
            FilterField("priority", N_("Level"), 15, lambda: levels),
            FilterField("text", N_("Text"), 14),
        )

    def empty(self) -> str:
        """A journal that says nothing."""
        return _("The journal is empty.")

    def load(self) -> None:
        """Ask for the newest lines."""
        from appliance.api.contract import JOURNAL_LIST, JournalFilter

        wanted = JournalFilter.model_validate({"limit": LIMIT, **self.filter.applied})
        self.ask(JOURNAL_LIST, wanted, self._came)

    def _follow(self) -> None:
        if self.is_current and self.picture.lost_since is None:
            self.load()

    def _came(self, page: JournalPage) -> None:
        self._lines = page.lines
        self.loaded = True
        self.repaint()

    def rows(self) -> Sequence[Row] | None:
        """One row per line."""
        if self._lines is None:
            return None
        rows = []
        for at, entry in enumerate(self._lines):
            style = look.of_priority(entry.priority)
            rows.append(
                Row(
                    f"{entry.at}-{len(self._lines) - at}",
                    (
                        moment(entry.at, self.picture.zone, self.now),
                        (words.priority(entry.priority), style),
                        entry.unit.removesuffix(".service"),
                        (entry.text, style),
                    ),
                )
            )
        return rows
