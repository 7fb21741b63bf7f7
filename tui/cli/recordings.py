"""`branchbox recordings ...`: what was recorded, its sound, the key to it, and whether all of it is there."""

from __future__ import annotations

import argparse
import asyncio
import base64
import getpass
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from appliance.site.problems import BranchboxError, Problem
from tui.cli.context import Context, Exit, command, table
from tui.cli.filtered import filtered
from tui.format import DASH, duration, moment, share, size, time
from tui.i18n import _, say_all
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.recordings import AuditState, KeyState, RecordingDetail, RecordingPage, RecordingsState

LOOK_AGAIN = 0.5
"""Seconds between two looks at an audit that runs."""


def add(commands: Any) -> None:
    """Add this family to the command line."""
    family = commands.add_parser("recordings", help=_("recordings of calls")).add_subparsers(
        required=True, metavar=_("COMMAND")
    )
    listing = command(family, "list", _("recordings, newest first"), show_list)
    for option, words in (
        ("--number", _("a part of caller or called")),
        ("--queue", _("of this queue")),
        ("--agent", _("answered by this agent")),
        ("--text", _("with this in a comment")),
        ("--tag", _("with this tag")),
        ("--day", _("of this day: 21, 11-21 or 2026-11-21")),
        ("--before", _("the cursor of an earlier page")),
    ):
        listing.add_argument(option, help=words)
    listing.add_argument("--held", action="store_true", help=_("under legal hold only"))
    listing.add_argument("--limit", type=int, default=50, help=_("how many, 1 to 1000"))
    command(family, "show", _("a recording with its pauses, comments and who heard it"), show_one).add_argument("name")
    get = command(family, "get", _("a recording's sound to standard output: get NAME --why ... > file"), get_one)
    get.add_argument("name")
    get.add_argument("--why", required=True, help=_("the reason, for the log"))
    command(family, "open", _("open the recordings for you with your passphrase"), unlock)
    command(family, "lock", _("lock them again"), lock)
    command(family, "recover", _("open them with the recovery code, and choose a new passphrase"), recover)
    command(family, "state", _("the recorder, its disk and the key"), show_state)
    audit = command(family, "audit", _("check that every recording is there and unchanged"), show_audit)
    audit.add_argument("--quick", action="store_true", help=_("look at files without reading them"))


async def show_list(context: Context, said: argparse.Namespace) -> int:
    """One page of them."""
    from appliance.api.recordings import RECORDINGS_LIST, RecordingFilter

    options = ("number", "queue", "agent", "text", "tag", "held", "limit", "before")
    wanted = filtered(RecordingFilter, context, said, *options)
    page = await context.ask(RECORDINGS_LIST, wanted)
    context.show(page, lambda: _list(context, page))
    return Exit.DONE


async def show_one(context: Context, said: argparse.Namespace) -> int:
    """One recording."""
    from appliance.api.recordings import RECORDINGS_SHOW, RecordingKey

    detail = await context.ask(RECORDINGS_SHOW, RecordingKey(name=said.name))
    context.show(detail, lambda: _detail(context, detail))
    return Exit.DONE


async def get_one(context: Context, said: argparse.Namespace) -> int:
    """Write the sound to standard output."""
    from appliance.api.recordings import RECORDINGS_EXPORT, RECORDINGS_PIECE, Export, TicketKey

    if sys.stdout.isatty():
        raise BranchboxError(Problem(text="This writes sound, not text: send it to a file (> file.opus)."))
    ticket = await context.ask(RECORDINGS_EXPORT, Export(name=said.name, why=said.why))
    key = TicketKey(ticket=ticket.ticket)
    while data := base64.b64decode((await context.ask(RECORDINGS_PIECE, key)).data):
        sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    return Exit.DONE


async def unlock(context: Context, said: argparse.Namespace) -> int:
    """Open the recordings for whoever asks, in every session of theirs."""
    from appliance.api.recordings import KEY_OPEN, Passphrase

    key = await context.ask(KEY_OPEN, Passphrase(password=await _secret(_("Your recordings passphrase:"))))
    context.show(key, lambda: _key(context, key))
    return Exit.DONE


async def recover(context: Context, said: argparse.Namespace) -> int:
    """Open them with the recovery code, and choose a new passphrase."""
    from appliance.api.recordings import KEY_RECOVER, Recovery

    code = await _secret(_("Recovery code:"))
    new, again = await _secret(_("New passphrase:")), await _secret(_("New passphrase again:"))
    if new != again:
        raise BranchboxError(Problem(text="The two passphrases differ: begin again."))
    key = await context.ask(KEY_RECOVER, Recovery(password=code, new=new))
    context.show(key, lambda: _key(context, key))
    return Exit.DONE


async def lock(context: Context, said: argparse.Namespace) -> int:
    """Lock them for whoever asks."""
    from appliance.api.recordings import KEY_LOCK
    from appliance.api.wire import Empty

    key = await context.ask(KEY_LOCK, Empty())
    context.show(key, lambda: _key(context, key))
    return Exit.DONE


async def _secret(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise BranchboxError(Problem(text="A passphrase is typed at a terminal: over SSH use ssh -t."))
    return await asyncio.to_thread(getpass.getpass, f"{prompt} ", sys.stderr)


async def show_state(context: Context, said: argparse.Namespace) -> int:
    """How the recorder fares."""
    from appliance.api.recordings import RECORDINGS_STATE
    from appliance.api.wire import Empty

    state = await context.ask(RECORDINGS_STATE, Empty())
    context.show(state, lambda: _state(context, state))
    return Exit.PROBLEMS if state.problems else Exit.DONE


async def show_audit(context: Context, said: argparse.Namespace) -> int:
    """Audit and wait for its end."""
    from appliance.api.recordings import RECORDINGS_AUDIT, RECORDINGS_AUDIT_STATE, AuditWish
    from appliance.api.wire import Empty

    state = await context.ask(RECORDINGS_AUDIT, AuditWish(hashes=not said.quick))
    while state.running:
        await asyncio.sleep(LOOK_AGAIN)
        state = await context.ask(RECORDINGS_AUDIT_STATE, Empty())
    context.show(state, lambda: _audit(state))
    return Exit.PROBLEMS if state.findings else Exit.DONE


def _key(context: Context, key: KeyState) -> Iterable[str]:
    if key.open_until is None:
        yield _("Locked for you.")
    else:
        until = time(key.open_until, context.zone)
        yield _("Open for you until {time}, longer while you use it.").format(time=until)


def _list(context: Context, page: RecordingPage) -> Iterable[str]:
    if not page.recordings:
        yield _("No recording fits.")
        return
    rows = [
        (
            moment(one.started, context.zone, context.now),
            word(one.direction) if one.direction else DASH,
            one.caller or DASH,
            one.called or DASH,
            one.queue or DASH,
            one.agent or DASH,
            duration(one.duration),
            one.name,
        )
        for one in page.recordings
    ]
    heads = (_("Began"), _("Way"), _("Caller"), _("Called"), _("Queue"), _("Agent"), _("Length"), _("Name"))
    yield from table([(head, "left") for head in heads], rows)
    if page.cursor is not None:
        yield _("More: --before {cursor}").format(cursor=f"'{page.cursor}'")


def _detail(context: Context, detail: RecordingDetail) -> Iterable[str]:
    found = detail.found
    yield f"{found.name}  {duration(found.duration)}  {size(found.size)}  sha256 {detail.sha256}"
    for gap in detail.gaps:
        yield _("paused {length} at {at} by {who}").format(
            length=duration(gap.ends - gap.begins), at=duration(gap.begins), who=gap.by
        )
    for note in detail.notes:
        yield f"{duration(note.at) if note.at is not None else DASH}  {note.by}: {note.text}"
    for access in detail.accesses:
        yield f"{moment(access.at, context.zone, context.now)}  {access.by} {word(access.what)}: {access.why}"


def _state(context: Context, state: RecordingsState) -> Iterable[str]:
    rows = [
        (_("Recordings"), f"{state.recordings}, {size(state.bytes)}"),
        (_("Oldest"), moment(state.oldest, context.zone, context.now)),
        (_("Under legal hold"), str(state.held)),
        (_("Disk free"), share(state.free)),
        (
            _("Room for"),
            _("{days} days").format(days=int(state.full_in_days)) if state.full_in_days is not None else DASH,
        ),
        (_("Wait to be filed"), DASH if state.waiting is None else str(state.waiting)),
        (_("Key"), _("made") if state.key_made else _("none yet")),
    ]
    yield from list(table((("", "left"), ("", "left")), rows))[1:]
    yield from (say_all(problem) for problem in state.problems)


def _audit(state: AuditState) -> Iterable[str]:
    yield _("Looked at {recordings} recordings, {calls} recorded calls and {manifests} manifests.").format(
        recordings=state.recordings, calls=state.calls, manifests=state.manifests
    )
    yield from (say_all(finding) for finding in state.findings)
    if state.more:
        yield _("And {count} more; the journal of branchbox-core has them all.").format(count=state.more)
    if not state.findings:
        yield _("Every recording is there and as it was filed.")
