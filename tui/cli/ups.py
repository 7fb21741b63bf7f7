"""`branchbox ups ...`: what the box lives on, battery tests, what is plugged in."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tui import supply
from tui.cli.context import Context, Exit, command
from tui.format import DASH, moment
from tui.i18n import _, say, say_all

if TYPE_CHECKING:
    from appliance.api.supply import Supply
    from appliance.api.ups import FoundUpses


def add(commands: Any) -> None:
    """Add this family to the command line."""
    ups = commands.add_parser("ups", help=_("mains or battery, battery tests, which UPS is plugged in"))
    verbs = ups.add_subparsers(required=True, metavar=_("COMMAND"))
    command(verbs, "state", _("what the box lives on, and what happened"), show_state)
    test = command(verbs, "test", _("test a battery; calls go on"), begin_test)
    test.add_argument("name", nargs="?", default="", help=_("which UPS, when there are two"))
    command(verbs, "scan", _("which UPSes are plugged in by USB"), scan)


async def show_state(context: Context, _said: argparse.Namespace) -> int:
    """Exit code 1 when the box is not on mains."""
    from appliance.api.supply import Phase
    from appliance.api.ups import UPS_STATE
    from appliance.api.wire import Empty

    state = await context.ask(UPS_STATE, Empty())
    context.show(state, lambda: _told(context, state))
    return Exit.DONE if state.phase in {Phase.MAINS, Phase.NONE} else Exit.PROBLEMS


async def begin_test(context: Context, said: argparse.Namespace) -> int:
    """Begin a test; its result is an event."""
    from appliance.api.ups import UPS_TEST, UpsName

    state = await context.ask(UPS_TEST, UpsName(name=said.name))
    context.show(state, lambda: _told(context, state))
    return Exit.DONE


async def scan(context: Context, _said: argparse.Namespace) -> int:
    """What is plugged in, as the site document would name it."""
    from appliance.api.ups import UPS_SCAN
    from appliance.api.wire import Empty

    found = await context.ask(UPS_SCAN, Empty())
    context.show(found, lambda: _found(found))
    return Exit.DONE if found.found else Exit.PROBLEMS


def _told(context: Context, state: Supply) -> Iterable[str]:
    zone = context.me.time_zone if context.me else "UTC"
    if not state.upses:
        yield _(supply.HOW_TO_NAME)
        return
    yield supply.phase_words(state, context.now, zone)
    if state.why is not None:
        yield say(state.why)
    for ups in state.upses:
        yield f"{ups.label}  {ups.model or DASH}  {ups.words}".rstrip()
        yield f"  {supply.ups_words(ups, context.now, zone)}"
    yield from supply.remarks(state)
    yield supply.tests_words(state, context.now, zone)
    for event in state.events:
        yield f"{moment(event.at, zone, context.now)}  {say_all(event.what)}"


def _found(found: FoundUpses) -> Iterable[str]:
    if not found.found:
        yield _("No UPS is plugged in by USB, or NUT knows none like it.")
    for one in found.found:
        yield f"# {one.vendor} {one.model}".rstrip() + (f" ({one.named})" if one.named else "")
        yield "[[upses]]"
        fields = {
            "name": one.named or "ups",
            "label": one.model or "UPS",
            "driver": one.driver,
            "port": one.port,
            "vendor_id": one.vendor_id,
            "product_id": one.product_id,
            "serial": one.serial,
        }
        yield from (f'{name} = "{value}"' for name, value in fields.items() if value)
