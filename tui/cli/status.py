"""`branchbox status` and `branchbox live`: the present."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tui import supply
from tui.cli.context import Context, Exit, command, table
from tui.format import DASH, duration, number, of, share
from tui.i18n import _, n_, say_all
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.contract import Dashboard, Live


def add(commands: Any) -> None:
    """Add this family to the command line."""
    command(commands, "status", _("is anything wrong, what goes on, how was today"), show_status)
    live = command(commands, "live", _("the calls that are up"), show_live)
    live.add_argument("--follow", action="store_true", help=_("go on with every change"))


async def show_status(context: Context, _said: argparse.Namespace) -> int:
    """The dashboard; exit code 1 when an alarm stands."""
    from appliance.api.contract import DASHBOARD
    from appliance.api.wire import Empty

    dashboard = await context.ask(DASHBOARD, Empty())
    context.show(dashboard, lambda: _status(context, dashboard))
    return Exit.PROBLEMS if dashboard.box is None or dashboard.box.alarms else Exit.DONE


async def show_live(context: Context, said: argparse.Namespace) -> int:
    """The calls that are up, once or again with every change."""
    from appliance.api.contract import LIVE, LIVE_STREAM
    from appliance.api.wire import Empty

    if not said.follow:
        live = await context.ask(LIVE, Empty())
        context.show(live, lambda: _calls(context, live))
        return Exit.DONE
    async for picture in context.client.follow(LIVE_STREAM):
        if context.json:
            print(picture.model_dump_json(), flush=True)
        else:
            print("\n".join(row.rstrip() for row in _calls(context, picture)), end="\n\n", flush=True)
    return Exit.UNREACHABLE


def _status(context: Context, dashboard: Dashboard) -> Iterable[str]:
    me, live, today, config = context.me, dashboard.live, dashboard.today, dashboard.config
    if me is not None:
        yield f"{me.site_name} ({me.site_code})"
    waiting = sum(queue.waiting for queue in live.queues)
    states = Counter(str(agent.state) for agent in live.agents)
    agents = "  ".join(f"{word(state)} {count}" for state, count in states.items()) or DASH
    rows = [
        (_("Calls"), number(len(live.calls))),
        (_("Waiting"), number(waiting)),
        (_("Agents"), agents),
        (_("Offered"), number(today.offered)),
        (_("Answered"), number(today.answered)),
        (_("Abandoned"), number(today.abandoned)),
        (_("In time"), share(today.in_service_level, 1)),
        (_("Average wait"), duration(today.average_wait)),
        (_("Average talk"), duration(today.average_talk)),
        (_("Phones"), _("{count} registered").format(count=of(live.phones_registered, live.phones_total))),
    ]
    for trunk in live.trunks:
        said = "  ".join((word(trunk.state), n_("{n} call", "{n} calls", trunk.calls), trunk.detail))
        rows.append((f"{_('Trunk')} {trunk.label}", said))
    if not live.linked:
        rows.append(("Asterisk", _("does not answer: calls may be old")))
    box = dashboard.box
    if box is not None:
        running = sum(service.active for service in box.services)
        rows += [
            (_("CPU"), share(box.cpu)),
            (_("Memory"), share(box.memory)),
            (_("Disk"), share(box.disk)),
            (_("Services"), of(running, len(box.services))),
            (_("Software"), box.version),
        ]
    rows.append((_("UPS"), supply.short(dashboard.supply)[0]))
    rows.append((_("Revision"), number(config.revision)))
    if config.pending is not None and config.deadline is not None:
        left = duration(config.deadline - context.now)
        words = _("Revision {pending} waits: {left} left, then back to {old}.")
        rows.append(("", words.format(pending=config.pending, left=left, old=config.reverts_to or DASH)))
    if config.candidate_changes:
        words = _("candidate: {count} changes by {who}")
        rows.append(("", words.format(count=config.candidate_changes, who=config.candidate_by or DASH)))
    yield from list(table((("", "left"), ("", "left")), rows))[1:]
    yield ""
    if box is None:
        yield _("The health service does not answer: nothing is known of alarms.")
        return
    yield _("ALARMS") if box.alarms else _("No alarms.")
    for alarm in box.alarms:
        yield f"{word(alarm.severity)}: {say_all(alarm.problem)}"


def _calls(context: Context, live: Live) -> Iterable[str]:
    if not live.calls:
        yield _("No call is up.")
        return
    heads = ((_("State"), "left"), (_("Since"), "right"), (_("Way"), "left"), (_("Caller"), "left"))
    more = (
        (_("Called"), "left"),
        (_("Queue"), "left"),
        (_("Agent"), "left"),
        (_("Trunk"), "left"),
        (_("Age"), "right"),
    )
    rows = [
        (
            word(call.state),
            duration(context.now - call.state_since),
            word(call.direction),
            call.caller or DASH,
            call.called or DASH,
            call.queue or DASH,
            call.agent or DASH,
            call.trunk or DASH,
            duration(context.now - call.since),
        )
        for call in sorted(live.calls, key=lambda call: call.since)
    ]
    yield from table((*heads, *more), rows)  # type: ignore[arg-type]  # mypy widens the literals of a joined tuple
