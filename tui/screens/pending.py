"""What a person can do with a revision that waits: keep it, or go back."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tui.arrival import confirmation
from tui.i18n import _
from tui.screens.ask import Ask
from tui.screens.page import Page

if TYPE_CHECKING:
    from appliance.api.contract import Applied, ConfigState


def confirm(page: Page) -> None:
    """Keep the revision that waits."""
    from appliance.api.contract import CONFIG_CONFIRM

    def done(state: ConfigState) -> None:
        page.ours.feed_now()
        page.notice(_("Confirmed: revision {number} stays in force.").format(number=state.revision))
        page.load()

    page.ask(CONFIG_CONFIRM, confirmation(os.environ), done)


def go_back(page: Page) -> None:
    """Leave the revision that waits for the one before, after asking."""
    from appliance.api.contract import CONFIG_REVERT, Why

    config = page.picture.config
    if config is None or config.pending is None:
        return

    def done(applied: Applied) -> None:
        page.ours.feed_now()
        if applied.problems:
            page.trouble(applied.problems)
        else:
            page.notice(_("Gone back: revision {number} is in force again.").format(number=applied.revision))
        page.load()

    def answered(yes: bool | None) -> None:
        if yes:
            page.ask(CONFIG_REVERT, Why(why="by hand"), done)

    def question() -> str:
        return _("Go back from revision {pending} to {old} now? Calls that are up stay up.").format(
            pending=config.pending, old=config.reverts_to or "-"
        )

    page.app.push_screen(Ask(question), answered)
