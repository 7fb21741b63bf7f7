"""`branchbox password`, `unlock`, `recovery`: passwords, typed and never given as an argument."""

from __future__ import annotations

import argparse
import getpass
import re
import sys
from typing import Any

from appliance.site.problems import BranchboxError, Problem
from tui.cli.context import Context, Exit
from tui.i18n import _

NO_TERMINAL = Problem(text="A password is typed at a terminal: log in with ssh -t, or use the screens.")
DIFFERENT = Problem(text="The two passwords differ: write them once more.")


def add(commands: Any) -> None:
    """Add this family to the command line."""
    password = commands.add_parser("password", help=_("change your password, or set somebody's first one"))
    password.add_argument("login", nargs="?", type=login, help=_("whose; without it your own"))
    password.set_defaults(run=set_password)
    unlock = commands.add_parser("unlock", help=_("let somebody try again who wrote a wrong password too often"))
    unlock.add_argument("login", type=login, help=_("whose"))
    unlock.set_defaults(run=unlock_login)
    recovery = commands.add_parser("recovery", help=_("make a new recovery password"))
    recovery.set_defaults(run=new_recovery)


def login(word: str) -> str:
    """A login, as argparse wants to hear of one that is none."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,30}", word):
        raise argparse.ArgumentTypeError(_("This is no login."))
    return word


async def set_password(context: Context, said: argparse.Namespace) -> int:
    """One's own with the old one; else a first one that must be changed."""
    from appliance.api.passwords import PASSWORDS_CHANGE, PASSWORDS_SET, ChangePassword, SetPassword

    own = said.login is None or (context.me is not None and said.login == context.me.login)
    old = _typed(_("Old password")) if own else ""
    new = _typed(_("New password"))
    if new != _typed(_("New password again")):
        raise BranchboxError(DIFFERENT)
    if own:
        await context.ask(PASSWORDS_CHANGE, ChangePassword(old=old, new=new))
        print(_("Your password is changed."))
    else:
        await context.ask(PASSWORDS_SET, SetPassword(login=said.login, new=new))
        print(_("{login} has a new password, to be changed at the next login.").format(login=said.login))
    return Exit.DONE


async def unlock_login(context: Context, said: argparse.Namespace) -> int:
    """Forget wrong passwords."""
    from appliance.api.passwords import PASSWORDS_UNLOCK, Login

    await context.ask(PASSWORDS_UNLOCK, Login(login=said.login))
    print(_("{login} may log in again.").format(login=said.login))
    return Exit.DONE


async def new_recovery(context: Context, _said: argparse.Namespace) -> int:
    """Show one, have it typed back."""
    from appliance.api.setup import RECOVERY_KEEP, RECOVERY_NEW, RecoveryTyped
    from appliance.api.wire import Empty

    _must_be_terminal()
    shown = await context.ask(RECOVERY_NEW, Empty())
    print(shown.password)
    await context.ask(RECOVERY_KEEP, RecoveryTyped(password=_typed(_("Type it from the paper"))))
    print(_("The new recovery password is in force."))
    return Exit.DONE


def _typed(label: str) -> str:
    _must_be_terminal()
    return getpass.getpass(f"{label}: ").strip()


def _must_be_terminal() -> None:
    if not sys.stdin.isatty():
        raise BranchboxError(NO_TERMINAL)
