"""A serial console: everything it says is in a file, what is typed goes through a pipe."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pyte

from images.run import Failure

ROWS, COLUMNS = 24, 80
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])|[\r\x00-\x08\x0e-\x1a]")
"""What a terminal obeys and does not show (ECMA-48)."""


class Console:
    """One boot's serial line. QEMU writes `PATH.out` itself, so that nothing is lost when nobody reads."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(path.name + ".out")
        self._pipe = path.with_name(path.name + ".in")
        for each in (self.path, self._pipe):
            each.unlink(missing_ok=True)
        self.path.touch()
        os.mkfifo(self._pipe)
        self._in = os.open(self._pipe, os.O_RDWR | os.O_NONBLOCK)
        self._read = 0
        self._seen = 0
        self._terminal = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._terminal)

    def close(self) -> None:
        """Let go of the pipe; the file stays."""
        os.close(self._in)

    @property
    def said(self) -> str:
        """All that was said in this boot, without what only moves and colours."""
        return ESCAPES.sub("", self.path.read_bytes().decode(errors="replace"))

    @property
    def screen(self) -> str:
        """What an 80x24 terminal on this line shows now, blanks at line ends removed."""
        with self.path.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        self._read += len(new)
        self._stream.feed(new)
        return "\n".join(line.rstrip() for line in self._terminal.display)

    def send(self, text: str) -> None:
        """Type into the line."""
        os.write(self._in, text.encode())

    def wait(self, pattern: str, *, seconds: float, alive: Callable[[], bool] = lambda: True) -> re.Match[str]:
        """Wait until the line says something new that fits (a regular expression), and go on from there.

        Raises Failure with the last lines when the time is over or the machine is no longer `alive`.
        """
        found: list[re.Match[str]] = []

        def fits() -> bool:
            match = re.compile(pattern, re.MULTILINE).search(self.said, self._seen)
            found.extend([match] if match else [])
            return bool(match)

        self._until(fits, f"line says {pattern!r}", seconds, alive)
        self._seen = found[0].end()
        return found[0]

    def shows(self, pattern: str, *, seconds: float, alive: Callable[[], bool] = lambda: True) -> str:
        """Wait until the terminal shows something that fits, and give its whole text. Raises Failure."""
        self._until(lambda: bool(re.search(pattern, self.screen)), f"screen shows {pattern!r}", seconds, alive)
        return self.screen

    def skip(self) -> None:
        """What was said until now is no answer to what is waited for next."""
        self._seen = len(self.said)

    def _until(self, condition: Callable[[], bool], what: str, seconds: float, alive: Callable[[], bool]) -> None:
        deadline = time.monotonic() + seconds
        while True:
            lives = alive()  # asked before: what it said as it died counts
            if condition():
                return
            if not lives or time.monotonic() > deadline:
                why = f"not after {seconds:g} s" if lives else "and the machine is off"
                last = "\n".join(self.said.splitlines()[-25:])
                raise Failure(f"The {what}: {why}.\n{last}\n--- screen\n{self.screen}", hint=f"Read {self.path}.")
            time.sleep(0.2)
