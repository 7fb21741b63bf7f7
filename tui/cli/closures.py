"""`branchbox closures`, `branchbox closure NAME open|close`: what is closed for a while."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tui.cli.context import Context, Exit, command, table
from tui.format import DASH, moment
from tui.i18n import _
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.closures import Closures


def add(commands: Any) -> None:
    """Add both to the command line."""
    command(commands, "closures", _("what is closed for a while"), show_list)
    one = command(commands, "closure", _("close for a while, or open: closure NAME open|close"), switch)
    one.add_argument("name")
    one.add_argument("what", choices=("open", "close"))
    one.add_argument("--announcement", help=_("an announcement of the branch's that callers hear meanwhile"))


async def show_list(context: Context, said: argparse.Namespace) -> int:
    """All of them."""
    from appliance.api.closures import LIST
    from appliance.api.wire import Empty

    return _shown(context, await context.ask(LIST, Empty()))


async def switch(context: Context, said: argparse.Namespace) -> int:
    """Close or open one."""
    from appliance.api.closures import SWITCH, Switch

    wish = Switch(name=said.name, closed=said.what == "close", announcement=said.announcement)
    return _shown(context, await context.ask(SWITCH, wish))


def _shown(context: Context, closures: Closures) -> int:
    context.show(closures, lambda: _list(context, closures))
    return Exit.DONE


def _list(context: Context, closures: Closures) -> Iterable[str]:
    rows = [
        (
            one.name,
            one.label,
            word("open" if one.since is None else "shut"),
            moment(one.since, context.zone, context.now),
            one.by or DASH,
            one.announcement or DASH,
        )
        for one in closures.closures
    ]
    heads = (_("Name"), _("Label"), _("State"), _("Closed since"), _("By whom"), _("Announcement"))
    yield from table([(head, "left") for head in heads], rows)
