"""`branchbox messages`: what callers left."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tui.cli.context import Context, Exit, command, table
from tui.format import DASH, duration, moment
from tui.i18n import _
from tui.messagefacts import condition
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.messages import Messages


def add(commands: Any) -> None:
    """Add it to the command line."""
    command(commands, "messages", _("messages that callers left"), show_list)


async def show_list(context: Context, said: argparse.Namespace) -> int:
    """All that the caller may see."""
    from appliance.api.messages import LIST
    from appliance.api.wire import Empty

    messages = await context.ask(LIST, Empty())
    context.show(messages, lambda: _list(context, messages))
    return Exit.DONE


def _list(context: Context, messages: Messages) -> Iterable[str]:
    if not messages.messages:
        yield _("Nobody left a message.")
        return
    rows = []
    for one in messages.messages:
        state, who, _style = condition(one)
        queues = ", ".join(one.queues) or one.mailbox
        left = moment(one.left, context.zone, context.now)
        rows.append((left, one.caller or DASH, one.customer or DASH, duration(one.length), word(state), who, queues))
    heads = (_("Left"), _("Caller"), _("Customer"), _("Length"), _("State"), _("Who"), _("Queue"))
    yield from table([(head, "left") for head in heads], rows)
