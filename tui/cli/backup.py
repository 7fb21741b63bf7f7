"""`branchbox backup ...`: a backup onto a stick, and a box made of one. Passwords come from the terminal or stdin."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from typing import TYPE_CHECKING, Any

from appliance.site.problems import BranchboxError, Problem
from tui.cli.context import Context, Exit, command, table
from tui.format import moment, number, size
from tui.i18n import _, say

if TYPE_CHECKING:
    from appliance.api.backups import BackupState

_POLL = 0.3


def add(commands: Any) -> None:
    """Add this family to the command line."""
    family = commands.add_parser("backup", help=_("backups on a stick: list, make, look, restore"))
    verbs = family.add_subparsers(required=True, metavar=_("COMMAND"))

    command(verbs, "list", _("the sticks that are plugged in, and their backups"), show_sticks)
    new = command(verbs, "make", _("write a backup; asks for its password"), make)
    new.add_argument("stick", help=_("the stick's name, as list shows it"))
    new.add_argument("--keys", action="store_true", help=_("with SSH host keys and people's passwords"))
    looked = command(verbs, "look", _("read a backup whole and say what it holds"), look)
    back = command(verbs, "restore", _("make this box what a backup says; must be confirmed in time"), restore)
    for each in (looked, back):
        each.add_argument("stick", help=_("the stick's name, as list shows it"))
        each.add_argument("file", help=_("the backup's name"))
    back.add_argument("--code", required=True, help=_("the site code of the backup, to say that you mean it"))
    back.add_argument("--why", required=True, help=_("the reason, for the log"))
    back.add_argument("--keys", action="store_true", help=_("with SSH host keys and people's passwords"))


def _password(*, twice: bool) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass(_("Password of the backup: "))
    if twice and getpass.getpass(_("The same again: ")) != password:
        raise BranchboxError(Problem(text="The two passwords are not the same. Try again."))
    return password


async def show_sticks(context: Context, said: argparse.Namespace) -> int:
    """Sticks and backups."""
    from appliance.api.sticks import STICKS
    from appliance.api.wire import Empty

    found = await context.ask(STICKS, Empty())
    rows = [
        (stick.name, stick.label, file.name, size(file.size), moment(file.modified, context.zone, context.now))
        for stick in found.sticks
        for file in stick.files
        if file.kind == "backup"
    ]
    rows += [
        (stick.name, stick.label, say(stick.problem) if stick.problem else "", size(stick.free), "")
        for stick in found.sticks
        if not any(file.kind == "backup" for file in stick.files)
    ]
    heads = (
        (_("Stick"), "left"),
        (_("Volume label"), "left"),
        (_("Backup"), "left"),
        (_("Size"), "right"),
        (_("Made"), "left"),
    )
    context.show(found, lambda: table(heads, rows) if rows else [_("No stick is plugged in.")])  # type: ignore[arg-type]  # mypy widens the words to str
    return Exit.DONE


async def _to_its_end(context: Context, state: BackupState) -> BackupState:
    from appliance.api.backups import BACKUP_STATE, BackupPhase
    from appliance.api.wire import Empty

    while state.phase is BackupPhase.RUNNING:
        await asyncio.sleep(_POLL)
        state = await context.ask(BACKUP_STATE, Empty())
    if state.problem is not None:
        raise BranchboxError(state.problem)
    return state


async def make(context: Context, said: argparse.Namespace) -> int:
    """Write a backup and wait for its end."""
    from appliance.api.backups import BACKUP_MAKE, BackupOrder

    order = BackupOrder(stick=said.stick, password=_password(twice=True), keys=said.keys)
    state = await _to_its_end(context, await context.ask(BACKUP_MAKE, order))
    words = _("{file} is on the stick, read back and compared: {size}. You may pull the stick out.")
    context.show(state, lambda: [words.format(file=state.file, size=size(state.size))])
    return Exit.DONE


async def _looked(context: Context, said: argparse.Namespace) -> BackupState:
    from appliance.api.backups import BACKUP_LOOK, BackupFile

    wish = BackupFile(stick=said.stick, file=said.file, password=_password(twice=False))
    return await _to_its_end(context, await context.ask(BACKUP_LOOK, wish))


async def look(context: Context, said: argparse.Namespace) -> int:
    """What a backup holds."""
    state = await _looked(context, said)
    context.show(state, lambda: _facts(context, state))
    return Exit.DONE


def _facts(context: Context, state: BackupState) -> list[str]:
    found = state.found
    if found is None:
        return []
    return [
        _("{file}: {name} ({code}), made {when} by {who}, version {version}. Whole and undamaged.").format(
            file=state.file,
            name=found.site_name,
            code=found.site_code,
            when=moment(found.made, context.zone, context.now),
            who=found.by,
            version=found.version,
        ),
        _("Calls in it: {calls}. Operations: {operations}. Keys and passwords: {keys}.").format(
            calls=number(found.calls), operations=number(found.operations), keys=_("yes") if found.keys else _("no")
        ),
    ]


async def restore(context: Context, said: argparse.Namespace) -> int:
    """Make this box what a backup says."""
    from appliance.api.backups import BACKUP_RESTORE, Restore

    await _looked(context, said)
    applied = await context.ask(BACKUP_RESTORE, Restore(code=said.code, why=said.why, keys=said.keys))
    if applied.revision is None:
        raise BranchboxError(*applied.problems)
    words = _("Revision {number} is in force. The history follows in a moment.").format(number=applied.revision)
    if applied.deadline is not None:
        words += " " + _("Confirm it in time: branchbox config confirm")
    context.show(applied, lambda: [words, *map(say, applied.problems)])
    return Exit.PROBLEMS if applied.problems else Exit.DONE
