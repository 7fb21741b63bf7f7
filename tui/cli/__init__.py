"""The `branchbox` command: the screens' facts as text, or with `--json` as the contract gives them.

Exit codes: 0 done; 1 problems stand against it; 2 the command line is wrong; 3 the box does not
answer; 4 refused. `branchbox health` has those of monitoring plugins instead.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from appliance.site.problems import BranchboxError
from tui import i18n
from tui.cli import (
    abandoned,
    alarms,
    backup,
    board,
    calls,
    closures,
    config,
    customers,
    drills,
    health,
    logs,
    machine,
    messages,
    network,
    people,
    prompts,
    quality,
    recordings,
    status,
    ups,
)
from tui.cli.context import Context, Exit
from tui.i18n import _, say_all

SOCKET = Path("/run/branchbox/core/api.sock")
FAMILIES = (
    status,
    health,
    board,
    calls,
    abandoned,
    alarms,
    quality,
    recordings,
    messages,
    prompts,
    closures,
    customers,
    drills,
    network,
    config,
    logs,
    machine,
    ups,
    backup,
    people,
)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(prog="branchbox", description=_("The branch call centre's box, as text."))
    top.add_argument("--lang", choices=sorted(i18n.LANGUAGES), help=_("the language to speak"))
    top.add_argument("--socket", type=Path, default=SOCKET, help=argparse.SUPPRESS)
    commands = top.add_subparsers(dest="command", metavar=_("COMMAND"))
    commands.add_parser("tui", help=_("the screens (the same as no command on a terminal)"))
    for family in FAMILIES:
        family.add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    i18n.use(_wanted_language(words) or i18n.from_environment(os.environ))
    top = parser()
    try:
        said = top.parse_args(words)
    except SystemExit as end:
        return Exit.USAGE if end.code else Exit.DONE
    if said.command is None and not sys.stdout.isatty():
        top.print_help(sys.stderr)
        return Exit.USAGE
    if said.command in (None, "tui"):
        return screens(said.socket, said.lang)
    try:
        return asyncio.run(_answer(said))
    except KeyboardInterrupt:
        return Exit.PROBLEMS
    except BrokenPipeError:
        # Whoever read our output has gone; closing it again at exit would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE


def screens(socket: Path, language: str | None) -> int:
    """Open the screens; Textual is loaded only here."""
    from tui.app import BranchboxApp

    _fit_terminal()
    BranchboxApp(socket, language).run(mouse=False)
    return Exit.DONE


def installer(socket: Path) -> int:
    """Install from the stick onto a disk."""
    from tui.install.app import InstallApp

    _fit_terminal()
    InstallApp(socket).run(mouse=False)
    return Exit.DONE


def first_boot(socket: Path) -> int:
    """Ask the questions of first boot."""
    from tui.setup.app import SetupApp

    _fit_terminal()
    SetupApp(socket).run(mouse=False)
    return Exit.DONE


def _fit_terminal() -> None:
    """English where the terminal has no letters for another language."""
    from tui.plain import is_plain

    if is_plain(os.environ):
        i18n.hold("en")


async def _answer(said: argparse.Namespace) -> int:
    from appliance.api.client import Client
    from appliance.api.wire import Refused, Unreachable

    context = Context(Client(said.socket), json=getattr(said, "json", False))
    try:
        await context.meet(speak=said.lang is None)
        return int(await said.run(context, said))
    except Unreachable as error:
        _complain(error)
        return int(getattr(said, "unreachable", Exit.UNREACHABLE))
    except Refused as error:
        _complain(error)
        return Exit.REFUSED
    except BranchboxError as error:
        _complain(error)
        return Exit.PROBLEMS


def _complain(error: BranchboxError) -> None:
    for problem in error.problems:
        print(say_all(problem), file=sys.stderr)


def _wanted_language(words: Sequence[str]) -> str | None:
    """`--lang` before argparse, so that its own help speaks it too."""
    for at, word in enumerate(words):
        if word == "--lang" and at + 1 < len(words):
            return words[at + 1]
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return None
