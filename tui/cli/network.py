"""`branchbox network`: where the box is in the network, and whether that works."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tui.cli.context import Context, Exit, command, table
from tui.format import DASH
from tui.i18n import _, say
from tui.networds import address_words, clock_words, link_words, speed_words
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.network import NetworkCheck, NetworkState


def add(commands: Any) -> None:
    """Add this family to the command line."""
    made = command(commands, "network", _("where the box is in the network, and whether that works"), show_network)
    made.add_argument("--check", action="store_true", help=_("ask gateways, name servers and time servers"))


async def show_network(context: Context, said: argparse.Namespace) -> int:
    """The network now, or with `--check` every check; exit code 1 when one is bad."""
    from appliance.api.network import NETWORK_CHECK, NETWORK_STATE, Health
    from appliance.api.wire import Empty

    if not said.check:
        state = await context.ask(NETWORK_STATE, Empty())
        context.show(state, lambda: _state(context, state))
        return Exit.DONE
    check = await context.ask(NETWORK_CHECK, Empty())
    context.show(check, lambda: _check(check))
    return Exit.PROBLEMS if any(each.health is Health.BAD for each in check.findings) else Exit.DONE


def _state(context: Context, state: NetworkState) -> Iterable[str]:
    yield state.hostname
    heads = ((_("Port"), "left"), (_("Interface"), "left"), (_("Cable"), "left"), (_("Mbit/s"), "left"))
    rows = [
        (
            link.port,
            link.label or DASH,
            link_words(link),
            speed_words(link),
            address_words(link, context.now),
            link.mac or DASH,
        )
        for link in state.links
    ]
    yield from table((*heads, (_("Addresses"), "left"), ("MAC", "left")), rows)  # type: ignore[arg-type]  # mypy widens the literals of a joined tuple
    yield ""
    ways = [
        (_("Gateway") if way.to == "default" else way.to, f"{way.via or DASH} ({way.port})") for way in state.routes
    ]
    facts = [
        *(ways or [(_("Gateway"), _("none"))]),
        (_("Name servers"), ", ".join(state.dns) or _("none")),
        (_("Time"), clock_words(state.clock)),
    ]
    yield from list(table((("", "left"), ("", "left")), facts))[1:]


def _check(check: NetworkCheck) -> Iterable[str]:
    for each in check.findings:
        yield f"{word(each.health)}: {word(each.topic)} {each.subject}: {say(each.problem)}"
