"""`branchbox board` and `branchbox agent`: the floor now, and an agent's state forced."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from appliance.site.problems import BranchboxError, Problem
from tui.cli.context import Context, Exit, command, table
from tui.format import DASH, duration, number, share
from tui.i18n import _
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.board import Board

NOT_SO = Problem(text="Write the agent's number, why in a sentence, and for busy the name of a reason: --reason lunch.")


def add(commands: Any) -> None:
    """Add this family to the command line."""
    command(commands, "board", _("who waits, what every agent does, who asks for help"), show_board)
    agent = commands.add_parser("agent", help=_("force an agent ready, busy or out"))
    agent.add_argument("number", help=_("the agent's number"))
    agent.add_argument("state", choices=("ready", "busy", "out"))
    agent.add_argument("--reason", default="", help=_("busy for what: the name of a busy reason"))
    agent.add_argument("--why", required=True, help=_("a sentence for the operation log"))
    agent.set_defaults(run=force)


async def show_board(context: Context, _said: argparse.Namespace) -> int:
    """The board once."""
    from appliance.api.board import NOW
    from appliance.api.wire import Empty

    board = await context.ask(NOW, Empty())
    context.show(board, lambda: _lines(context, board))
    return Exit.DONE


async def force(context: Context, said: argparse.Namespace) -> int:
    """One of three states, with a reason for the log."""
    from pydantic import ValidationError

    from appliance.api import board

    try:
        if said.state == "busy":
            await context.ask(board.BUSY, board.ForceBusy(agent=said.number, reason=said.reason, why=said.why))
        else:
            method = board.READY if said.state == "ready" else board.SIGN_OUT
            await context.ask(method, board.Force(agent=said.number, why=said.why))
    except ValidationError as wrong:
        raise BranchboxError(NOT_SO) from wrong
    print(_("Done."))
    return Exit.DONE


def _lines(context: Context, board: Board) -> Iterable[str]:
    yield from table(
        (
            (_("Queue"), "left"),
            (_("Waiting"), "right"),
            (_("Longest"), "right"),
            (_("In time 1 h"), "right"),
            (_("Given up"), "right"),
            ("", "left"),
        ),
        [
            (
                here.queue.label,
                number(here.queue.waiting),
                DASH if here.queue.longest_since is None else duration(context.now - here.queue.longest_since),
                share(here.in_service_level),
                number(here.abandoned),
                word("critical") if "alarm" in (here.waiting_level, here.longest_level) else "",
            )
            for here in board.queues
        ],
    )
    yield ""
    yield from table(
        ((_("Agent"), "left"), (_("Name"), "left"), (_("State"), "left"), (_("For"), "right"), (_("Phone"), "left")),
        [
            (
                here.agent.number,
                here.agent.name,
                word(here.agent.state) if here.help_since is None else _("ASKS HELP"),
                DASH if here.agent.since is None else duration(context.now - here.agent.since),
                here.agent.phone or DASH,
            )
            for here in board.agents
        ],
    )
