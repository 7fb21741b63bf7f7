"""`branchbox drills`, `branchbox drill NAME`: what the box tries out by itself; try it now."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tui.cli.context import Context, Exit, command, table
from tui.format import DASH, moment
from tui.i18n import _, say
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.drills import Drills, DrillState

_LOOK_AGAIN = 1.0


def add(commands: Any) -> None:
    """Add both to the command line."""
    command(commands, "drills", _("what the box tries out by itself, and how that went"), show_list)
    one = command(commands, "drill", _("hold a drill now and wait for its result"), hold)
    one.add_argument("name")


async def show_list(context: Context, said: argparse.Namespace) -> int:
    """All of them; 1 when one has failed."""
    from appliance.api.drills import LIST
    from appliance.api.wire import Empty

    drills = await context.ask(LIST, Empty())
    context.show(drills, lambda: _list(context, drills))
    return Exit.PROBLEMS if any(drill.last and drill.last.problem for drill in drills.drills) else Exit.DONE


async def hold(context: Context, said: argparse.Namespace) -> int:
    """Hold one; 1 when it failed."""
    from appliance.api.drills import HOLD, LIST, DrillNow
    from appliance.api.wire import Empty

    drills = await context.ask(HOLD, DrillNow(name=said.name))
    while (drill := _named(drills, said.name)) is not None and drill.running:
        await asyncio.sleep(_LOOK_AGAIN)
        drills = await context.ask(LIST, Empty())
    if drill is None or drill.last is None:
        return Exit.PROBLEMS
    last = drill.last
    context.show(last, lambda: [word("passed") if last.problem is None else say(last.problem)])
    return Exit.DONE if last.problem is None else Exit.PROBLEMS


def _named(drills: Drills, name: str) -> DrillState | None:
    return next((drill for drill in drills.drills if drill.name == name), None)


def _list(context: Context, drills: Drills) -> Iterable[str]:
    rows = [
        (
            drill.name,
            drill.label,
            word(drill.kind),
            moment(drill.next, context.zone, context.now),
            moment(drill.last.began if drill.last else None, context.zone, context.now),
            _result(drill),
        )
        for drill in drills.drills
    ]
    heads = (_("Name"), _("Label"), _("What"), _("Next time"), _("Last time"), _("Result"))
    yield from table([(head, "left") for head in heads], rows)


def _result(drill: DrillState) -> str:
    if drill.running:
        return word("running")
    if drill.last is None:
        return DASH
    return word("passed") if drill.last.problem is None else f"{word('failed')}: {say(drill.last.problem)}"
