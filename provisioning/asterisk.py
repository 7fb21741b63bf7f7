"""The live Asterisk, as the root side speaks to it: its command line and its unit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from appliance.site.exchange import Directories
from appliance.site.problems import BranchboxError, Problem
from asterisk_conf import LINES_MODULE
from provisioning.run import CommandFailed, run

PROGRAM = "/usr/sbin/asterisk"
UNIT = "asterisk.service"
ANSWER_SECONDS = 10.0
RELOAD_SECONDS = 30.0
"""A reload of 1,000 phones takes under 2 s; one that takes longer than this hangs (asterisk#1868)."""
START_SECONDS = 180.0

_DECLINED = re.compile(
    r"No such (?:module|command) |does not support reloads|request queued|reported a reload failure|"
    r"already in progress|not properly initialized"
)
"""What Asterisk's command line says (main/cli.c) when it did not reload; its chatter has other words."""


class NoAnswer(BranchboxError):
    """The live Asterisk's command line is silent."""


class ReloadFailed(BranchboxError):
    """The live Asterisk did not take a changed file."""


class LiveAsterisk:
    """The Asterisk that carries the calls."""

    def __init__(self, directories: Directories) -> None:
        self._configuration = str(directories.etc / "asterisk.conf")
        self._log = directories.messages

    def ask(self, command: str, *, timeout: float = ANSWER_SECONDS) -> str:
        """Give Asterisk's answer to a command of its command line. Raises NoAnswer."""
        try:
            return run([PROGRAM, "-C", self._configuration, "-rx", command], timeout=timeout).out
        except CommandFailed as failed:
            raise NoAnswer(
                Problem(
                    text="The exchange does not answer to {command}. Look at its service and log; if calls "
                    "stand still, restart it.",
                    args={"command": command},
                    original=str(failed),
                )
            ) from failed

    def runs(self) -> bool:
        """Whether its unit is up."""
        return run(["systemctl", "is-active", "--quiet", UNIT], timeout=ANSWER_SECONDS, check=False).code == 0

    def start(self) -> None:
        """Start it and wait until it is fully booted. Raises CommandFailed."""
        run(["systemctl", "reset-failed", UNIT], timeout=ANSWER_SECONDS, check=False)
        run(["systemctl", "start", UNIT], timeout=START_SECONDS)

    def restart(self) -> None:
        """Start it anew; every call drops. Raises CommandFailed."""
        run(["systemctl", "restart", UNIT], timeout=START_SECONDS)

    def restart_when_idle(self) -> None:
        """Let it start itself anew as soon as no call is up."""
        self.ask("core restart when convenient")

    def calls_up(self) -> int:
        """Channels that are up now."""
        match = re.search(r"(\d+) active channel", self.ask("core show channels count"))
        return int(match[1]) if match else 0

    def conversations_up(self) -> int:
        """Calls that are up now, as a person counts them: a waiting caller is one, a ringing phone is none."""
        match = re.search(r"(\d+) active calls?", self.ask("core show channels count"))
        return int(match[1]) if match else 0

    def started_at(self, now: float) -> float:
        """When it started, epoch seconds, to the second."""
        match = re.search(r"System uptime: (\d+)", self.ask("core show uptime seconds"))
        return now - int(match[1]) if match else now

    def reload(self, commands: Iterable[str]) -> None:
        """Make changed files effective. Raises ReloadFailed when Asterisk hangs or declines."""
        for command in commands:
            try:
                said = self.ask(command, timeout=RELOAD_SECONDS)
            except NoAnswer as failed:
                raise ReloadFailed(
                    Problem(
                        text="The exchange did not end {command}. If it hangs, calls go on but new ones may not: "
                        "restart it as soon as you can.",
                        args={"command": command},
                        original=failed.problems[0].original,
                    )
                ) from failed
            if _DECLINED.search(said):
                raise _declined(command, said)

    def lines_up(self) -> int:
        """Channels of lines by cards that are up now."""
        return len(re.findall(r"^DAHDI/", self.ask("core show channels concise"), re.MULTILINE))

    def let_lines_go(self) -> None:
        """Close all lines by cards; calls on them end. Raises ReloadFailed."""
        # It says no when the module is not there, which is as good.
        said = self.ask(f"module unload {LINES_MODULE}.so", timeout=RELOAD_SECONDS)
        if re.search(rf"^{LINES_MODULE}\.so\s", self.ask(f"module show like {LINES_MODULE}"), re.MULTILINE):
            raise _declined(f"module unload {LINES_MODULE}.so", said)

    def take_lines(self) -> None:
        """Open all lines of its files. Raises ReloadFailed."""
        command = f"module load {LINES_MODULE}.so"
        said = self.ask(command, timeout=RELOAD_SECONDS)
        # Not at its beginning: the command line says first what it lacks here ("Unable to open socket for ... EID").
        if not re.search(rf"^Loaded {LINES_MODULE}\.so", said, re.MULTILINE):
            raise _declined(command, said)

    def log_size(self) -> int:
        """Where its log ends now, bytes."""
        path = _path(self._log)
        return path.stat().st_size if path.exists() else 0

    def log_since(self, size: int) -> str:
        """Its log from an earlier end on; all of it when the file was rotated since."""
        path = _path(self._log)
        if not path.exists():
            return ""
        with path.open("rb") as log:
            if path.stat().st_size >= size:
                log.seek(size)
            return log.read().decode(errors="replace")


def _declined(command: str, said: str) -> ReloadFailed:
    return ReloadFailed(
        Problem(text="The exchange declined {command}.", args={"command": command}, original=said.strip())
    )


def _path(pure: PurePosixPath) -> Path:
    return Path(pure)
