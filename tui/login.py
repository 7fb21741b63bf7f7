"""`branchbox-login`, the login shell of people: the screens or one `branchbox` command, nothing else.

Exit code 4 when something else is asked for (sftp, scp, a shell).
"""

from __future__ import annotations

import json
import os
import pwd
import shlex
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path

from tui import cli, i18n
from tui.cli.context import Exit
from tui.i18n import _

KEPT = ("TERM", "LANG", "HOME", "USER", "LOGNAME", "TZ", "COLUMNS", "LINES", "PATH", "COLORTERM", "NO_COLOR")
"""What a session may bring along. Textual loads drivers and writes files that its variables name: those are gone."""
SSHD = ("SSH_CONNECTION",)
"""What sshd itself says, whatever a client sends: whoever confirms a moved box is asked where it was reached."""

SETUP_LOGIN = "branchbox-setup"
"""The consoles' own account: the installer or first boot, and nothing else."""
BOOTED = Path("/run/branchbox/boot.json")
"""How the image was started; a container and a bare machine have none."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what sshd or login asks for; gives the exit code."""
    _forget(os.environ)
    i18n.use(i18n.from_environment(os.environ))
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words in ([], ["-l"]):
        if _account() == SETUP_LOGIN:
            return cli.installer(cli.SOCKET) if _runs_from_stick() else cli.first_boot(cli.SOCKET)
        return cli.screens(cli.SOCKET, None)
    if (
        len(words) == 2
        and words[0] == "-c"
        and _account() != SETUP_LOGIN
        and (command := _command(words[1])) is not None
    ):
        return cli.main(command)
    refusal = _("This account opens the Branchbox screens or runs one branchbox command: ssh BOX branchbox status")
    sys.stderr.write(refusal + "\n")
    return Exit.REFUSED


def _account() -> str:
    """Whose login shell this is: by the kernel's number, not by what the session says of itself."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""


def _runs_from_stick() -> bool:
    """Whether this is the image on a stick that offers to install itself."""
    try:
        return bool(json.loads(BOOTED.read_text()).get("mode") == "setup")
    except (OSError, ValueError, AttributeError):
        return False


def _command(text: str) -> list[str] | None:
    """The arguments of a `branchbox` command; None for anything else."""
    try:
        words = shlex.split(text)
    except ValueError:
        return None
    if not words or words[0] not in ("branchbox", "/usr/bin/branchbox"):
        return None
    if any(word == "--socket" or word.startswith(("--socket=", "--so")) for word in words):
        return None
    return words[1:]


def _forget(environment: MutableMapping[str, str]) -> None:
    for name in list(environment):
        if name not in (*KEPT, *SSHD) and not name.startswith("LC_"):
            del environment[name]
