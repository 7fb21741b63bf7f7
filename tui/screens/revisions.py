"""BOX > Revisions: every configuration that was in force, and the way back to one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui import look
from tui.format import moment
from tui.i18n import N_, _
from tui.screens.ask import AskWhy
from tui.screens.page import Page
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from appliance.api.contract import Applied, Revision, Revisions


class RevisionList(Page):
    """Every revision, newest first."""

    CRUMBS = N_("BOX > Revisions")
    ANSWERS = N_(
        "Which configurations were in force, who made them and why. b goes back to the one under the cursor: it is "
        "applied like any other change and must be confirmed. Enter shows its document."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("b", "roll_back", N_("Go back to this one"))]

    def __init__(self) -> None:
        super().__init__()
        self._revisions: tuple[Revision, ...] | None = None

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield Table(
            (
                Column(N_("No."), 5, "right"),
                Column(N_("State"), 12),
                Column(N_("When"), 12),
                Column(N_("Who"), 12),
                Column(N_("Why"), 20, share=1),
            ),
            empty=lambda: _("There is no revision yet. F8 Setup makes the first one."),
            id="revisions",
        )

    def load(self) -> None:
        """Ask for the list."""
        from appliance.api.contract import CONFIG_REVISIONS
        from appliance.api.wire import Empty

        self.ask(CONFIG_REVISIONS, Empty(), self._came)

    def _came(self, revisions: Revisions) -> None:
        self._revisions = revisions.revisions
        self.loaded = True
        self.repaint()

    def picture_changed(self) -> None:
        """One row per revision."""
        table = self.query_one(Table)
        table.stale = self.picture.lost_since is not None
        table.show(None if self._revisions is None else [self._row(revision) for revision in self._revisions])

    def _row(self, revision: Revision) -> Row:
        if not revision.confirmed:
            state = (_("unconfirmed"), look.WARN)
        else:
            state = (_("in force"), look.HEAD) if revision.current else ("", "")
        when = moment(revision.at, self.picture.zone, self.now)
        return Row(str(revision.number), (str(revision.number), state, when, revision.by, revision.why))

    def on_table_opened(self, event: Table.Opened) -> None:
        """Show the document of a revision."""
        from tui.screens.revision import RevisionText

        self.app.push_screen(RevisionText(int(event.key)))

    def action_roll_back(self) -> None:
        """Ask why, then apply the revision under the cursor again."""
        key = self.query_one(Table).current
        if key is None:
            return

        def answered(why: str | None) -> None:
            from appliance.api.contract import CONFIG_ROLLBACK, Rollback

            if why:
                self.notice(_("Going back to revision {number} ...").format(number=key))
                self.ask(CONFIG_ROLLBACK, Rollback(revision=int(key), why=why), self._rolled)

        def question() -> str:
            return _(
                "Apply revision {number} again? Calls that are up stay up. "
                "It must be confirmed within 5:00 or the box returns by itself."
            ).format(number=key)

        self.app.push_screen(AskWhy(question), answered)

    def _rolled(self, applied: Applied) -> None:
        self.ours.feed_now()
        self.load()
        if applied.problems:
            self.trouble(applied.problems)
        else:
            self.notice(_("Revision {number} is in force and waits for c Confirm.").format(number=applied.revision))
