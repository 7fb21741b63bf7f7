"""`branchbox abandoned list|take`: who gave up waiting, and is to be called back."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tui.cli.context import Context, Exit, command, table
from tui.format import DASH, duration, moment
from tui.i18n import _

if TYPE_CHECKING:
    from appliance.api.abandoned import AbandonedCallers


def add(commands: Any) -> None:
    """Add this family to the command line."""
    family = commands.add_parser("abandoned", help=_("abandoned calls")).add_subparsers(
        required=True, metavar=_("COMMAND")
    )
    listing = command(family, "list", _("callers to be called back, the latest first"), show_list)
    listing.add_argument("--done", action="store_true", help=_("also those whom somebody has talked with since"))
    listing.add_argument("--days", type=int, default=3, choices=range(1, 91), metavar="1-90", help=_("of so many days"))
    command(family, "take", _("call this caller back, so that nobody else does"), take).add_argument("linkedid")


async def show_list(context: Context, said: argparse.Namespace) -> int:
    """Everybody once."""
    from appliance.api.abandoned import LIST, AbandonedWanted

    found = await context.ask(LIST, AbandonedWanted(days=said.days, done=said.done))
    context.show(found, lambda: _list(context, found))
    return Exit.DONE


async def take(context: Context, said: argparse.Namespace) -> int:
    """Say that oneself calls back."""
    from appliance.api.abandoned import TAKE, AbandonedKey

    caller = await context.ask(TAKE, AbandonedKey(linkedid=said.linkedid))
    context.show(caller, lambda: [_("{caller} is yours to call back.").format(caller=caller.caller)])
    return Exit.DONE


def _list(context: Context, found: AbandonedCallers) -> Iterable[str]:
    if not found.callers:
        yield _("Nobody is waiting to be called back. Who hangs up while waiting stands here.")
        return
    rows = [
        (
            moment(caller.at, context.zone, context.now),
            caller.caller,
            caller.queue or DASH,
            duration(caller.waited),
            str(caller.times),
            caller.done_by or caller.taken_by or _("nobody yet"),
            _("yes") if caller.done else _("no"),
            caller.linkedid,
        )
        for caller in found.callers
    ]
    yield from table(
        (
            (_("Hung up"), "left"),
            (_("Caller"), "left"),
            (_("Queue"), "left"),
            (_("Waited"), "right"),
            (_("Times"), "right"),
            (_("Called back by"), "left"),
            (_("Talked with"), "left"),
            ("linkedid", "left"),
        ),
        rows,
    )
