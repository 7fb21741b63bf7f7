"""BOX > Operation log: who did, or was refused, what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from tui import look
from tui.format import moment
from tui.i18n import N_, _
from tui.screens.listing import Listing
from tui.widgets.filterline import FilterField
from tui.widgets.table import Column, Row
from tui.words import word, yes_no

if TYPE_CHECKING:
    from appliance.api.contract import Audit, Operation, OperationPage

PAGE = 100


class OperationLog(Listing):
    """The operation log, newest first; its rows are chained, and `v` proves the chain."""

    CRUMBS = N_("BOX > Operation log")
    ANSWERS = N_(
        "Who did what, and who was refused. Every row is chained to the one before; v checks the whole chain, so that "
        "a row that somebody changed is found."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("v", "verify", N_("Verify the chain"))]
    COLUMNS: ClassVar[Sequence[Column]] = (
        Column(N_("No."), 6, "right"),
        Column(N_("When"), 12),
        Column(N_("Who"), 12),
        Column(N_("Result"), 8),
        Column(N_("What"), 16),
        Column(N_("Detail"), 14, share=1),
        Column(N_("Role"), 12, wide=True),
    )

    def __init__(self) -> None:
        super().__init__()
        self._operations: tuple[Operation, ...] | None = None
        self._ended = False

    def filter_rows(self) -> Iterable[Sequence[FilterField]]:
        """Who, refused only."""
        options = [("", lambda: yes_no(False)), ("yes", lambda: yes_no(True))]
        yield (
            FilterField("by", N_("Who"), 18),
            FilterField("refused_only", N_("Refused"), 12, lambda: options),
        )

    def empty(self) -> str:
        """A box that nobody has changed."""
        return _("Nobody has changed anything yet.")

    def load(self) -> None:
        """Ask for the newest rows."""
        self._page(None)

    def more(self) -> None:
        """Ask for older rows."""
        if self._operations and not self._ended:
            self._page(self._operations[-1].number)

    def _page(self, before: int | None) -> None:
        from appliance.api.contract import OPLOG_LIST, OperationFilter

        applied = self.filter.applied
        wanted = OperationFilter(
            by=applied.get("by"), refused_only="refused_only" in applied, limit=PAGE, before=before
        )
        self.ask(OPLOG_LIST, wanted, lambda page: self._came(page, more=before is not None))

    def _came(self, page: OperationPage, *, more: bool) -> None:
        self._operations = (*(self._operations or ()), *page.operations) if more else page.operations
        self._ended = len(page.operations) < PAGE
        self.loaded = True
        self.repaint()

    def rows(self) -> Sequence[Row] | None:
        """One row per operation."""
        if self._operations is None:
            return None
        return [
            Row(
                str(row.number),
                (
                    str(row.number),
                    moment(row.at, self.picture.zone, self.now),
                    row.by,
                    (word(row.result), look.of_state(row.result)),
                    row.method,
                    row.detail,
                    word(row.role),
                ),
            )
            for row in self._operations
        ]

    def action_verify(self) -> None:
        """Check the whole chain."""
        from appliance.api.contract import AUDIT_VERIFY
        from appliance.api.wire import Empty

        self.notice(_("Checking the chain ..."))
        self.ask(AUDIT_VERIFY, Empty(), self._verified)

    def _verified(self, audit: Audit) -> None:
        if audit.broken_at is None:
            self.notice(_("The chain of {rows} rows holds.").format(rows=audit.rows))
        else:
            self.notice(
                _(
                    "The chain breaks at row {row}: that row or one before it was changed outside the box's services."
                ).format(row=audit.broken_at),
                bad=True,
            )
