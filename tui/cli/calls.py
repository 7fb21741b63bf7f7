"""`branchbox calls list|show`: the past."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from tui.callfacts import call_facts
from tui.cli.context import Context, Exit, command, table
from tui.cli.filtered import filtered
from tui.format import DASH, duration, moment, size, time
from tui.i18n import _
from tui.qualityfacts import leg_facts, mos
from tui.words import event, word

if TYPE_CHECKING:
    from appliance.api.contract import CallDetail, CallPage, TimelineEvent


def add(commands: Any) -> None:
    """Add this family to the command line."""
    family = commands.add_parser("calls", help=_("the call history")).add_subparsers(
        required=True, metavar=_("COMMAND")
    )
    listing = command(family, "list", _("calls, newest first"), show_list)
    for option, words in (
        ("--number", _("a part of caller or called")),
        ("--queue", _("of this queue")),
        ("--agent", _("answered by this agent")),
        ("--direction", "in, out, internal"),
        ("--outcome", _("ended like this: answered, abandoned, ...")),
        ("--day", _("of this day: 21, 11-21 or 2026-11-21")),
        ("--before", _("the cursor of an earlier page")),
    ):
        listing.add_argument(option, help=words)
    listing.add_argument("--limit", type=int, default=50, help=_("how many, 1 to 1000"))
    command(family, "show", _("calls with their stories"), show_call).add_argument("linkedid", nargs="+")


async def show_list(context: Context, said: argparse.Namespace) -> int:
    """One page of the history."""
    from appliance.api.contract import CALLS_LIST, CallFilter

    wanted = filtered(CallFilter, context, said, "number", "queue", "agent", "direction", "outcome", "limit", "before")
    page = await context.ask(CALLS_LIST, wanted)
    context.show(page, lambda: _list(context, page))
    return Exit.DONE


async def show_call(context: Context, said: argparse.Namespace) -> int:
    """Each call's story; as JSON, one document after the other."""
    from appliance.api.contract import CALLS_SHOW, CallKey

    for linkedid in said.linkedid:
        detail = await context.ask(CALLS_SHOW, CallKey(linkedid=linkedid))
        if linkedid != said.linkedid[0] and not said.json:
            print()
        context.show(detail, partial(_story, context, detail))
    return Exit.DONE


def _list(context: Context, page: CallPage) -> Iterable[str]:
    if not page.calls:
        yield _("No call fits.")
        return
    rows = [
        (
            moment(call.started, context.zone, context.now),
            word(call.direction),
            call.caller or DASH,
            call.called or DASH,
            call.queue or DASH,
            call.agent or DASH,
            duration(call.waited),
            duration(call.talked),
            word(call.outcome) if call.outcome is not None else _("goes on"),
            call.linkedid,
        )
        for call in page.calls
    ]
    yield from table(
        (
            (_("Began"), "left"),
            (_("Way"), "left"),
            (_("Caller"), "left"),
            (_("Called"), "left"),
            (_("Queue"), "left"),
            (_("Agent"), "left"),
            (_("Waited"), "right"),
            (_("Talked"), "right"),
            (_("Outcome"), "left"),
            ("linkedid", "left"),
        ),
        rows,
    )
    if page.cursor is not None:
        yield _("More: --before {cursor}").format(cursor=page.cursor)


def _story(context: Context, detail: CallDetail) -> Iterable[str]:
    call = detail.call
    yield from list(table((("", "left"), ("", "left")), call_facts(call, context.zone, context.now)))[1:]
    yield ""
    yield _("TIMELINE")
    for entry in detail.timeline:
        at = f"{time(entry.at, context.zone)}  +{duration(entry.at - call.started)}"
        yield f"{at}  {event(entry.what)} {_detail(entry)}"
    yield ""
    yield _("LEGS")
    for leg in detail.legs:
        yield f"{time(leg.started, context.zone)}  {leg.channel} -> {leg.to_channel or DASH}  {leg.disposition}"
    yield ""
    yield _("VOICE QUALITY")
    for sounded in detail.quality:
        for label, words, value in leg_facts(sounded):
            yield f"{label}  MOS {mos(value)}  {words}"
    yield ""
    yield _("RECORDINGS")
    for recording in detail.recordings:
        yield f"{recording.name}  {duration(recording.duration)}  {size(recording.size)}  sha256 {recording.sha256}"


def _detail(entry: TimelineEvent) -> str:
    """Who hung up is a word; all other details are names and numbers."""
    return word(entry.detail) if entry.what == "hung-up" else entry.detail
