"""How fast the terminal paints, seen from outside at the end of its line."""

from __future__ import annotations

import os
import re
import select
import time
from dataclasses import dataclass, field

from images import run as gateway
from images.bench.figures import Figure, median, spread
from images.bench.load import queue_calls, traffic
from images.box import TECHNICIAN, Box
from images.run import die

CALLS = 50
TIMES = 10
SWITCHES = ((b"\x1bOR", "CALLS"), (b"\x1bOQ", "TODAY"))
"""Keys F3 and F2, and a word that only the screen behind each has."""
_CONTROL = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[@-Z\\-_])")


@dataclass
class Terminal:
    """A program on a terminal of 80x24."""

    argv: list[str]
    seen: bytes = b""
    _line: int = field(init=False)
    _process: gateway.Popen[bytes] = field(init=False)

    def __enter__(self) -> Terminal:
        self._process, self._line = gateway.start_on_terminal(self.argv, rows=24, columns=80)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)
        os.close(self._line)

    def press(self, key: bytes) -> None:
        """Send a key; what was seen before is forgotten."""
        self.forget()
        os.write(self._line, key)

    def forget(self) -> None:
        """Read what still comes, and count as seen only what comes from now on."""
        self.quiet(0.05)
        self.seen = b""

    def until(self, word: str, seconds: float) -> float:
        """Seconds until a word is on the screen. Raises Failure."""
        began = time.monotonic()
        while word not in _CONTROL.sub(b"", self.seen).decode(errors="replace"):
            left = began + seconds - time.monotonic()
            if left <= 0 or not self._read(left):
                die(f"The terminal did not show {word!r} within {seconds:g} s.")
        return time.monotonic() - began

    def quiet(self, seconds: float) -> None:
        """Read until nothing came for so long; live panes are allowed 2 s in all."""
        end = time.monotonic() + 2
        while self._read(seconds) and time.monotonic() < end:
            pass

    def _read(self, seconds: float) -> bool:
        if not select.select([self._line], [], [], seconds)[0]:
            return False
        try:
            self.seen += os.read(self._line, 65536)
        except OSError:  # the program has gone
            return False
        return True


def argv(box: Box, login: str = TECHNICIAN) -> list[str]:
    """A person's screen, as SSH would start it."""
    return box.inside(["runuser", "-u", login, "--", "env", "TERM=xterm-256color", "branchbox", "tui"])


def measure(box: Box) -> list[Figure]:
    """First paint, and key to repaint with 50 live calls. Raises Failure."""
    site = box.document.site.name
    first, filled, size = [], [], []
    repaint: list[float] = []
    with traffic(box) as calls:
        queue_calls(calls, box, CALLS, 13920000001, 120)
        for _ in range(3):
            began = time.monotonic()
            with Terminal(argv(box)) as terminal:
                terminal.until("TODAY", 20)
                first.append(time.monotonic() - began)
                terminal.until(site, 20)
                filled.append(time.monotonic() - began)
        with Terminal(argv(box)) as terminal:
            terminal.until(site, 20)
            for _ in range(TIMES):
                for key, word in SWITCHES:
                    terminal.press(key)
                    repaint.append(terminal.until(word, 5))
                    terminal.quiet(0.05)
                    size.append(len(terminal.seen) / 1000)
    return [
        Figure(
            "terminal, first painted screen", median(first), "s",
            f"from start of `branchbox tui` as the technician to the first screen on a pty of 80x24; {spread(first)}",
        ),
        Figure("terminal, first figures", median(filled), "s", f"until the site's name is there; {spread(filled)}"),
        Figure(
            "terminal, key to repaint", 1000 * median(repaint), "ms",
            f"F3 and F2 in turn with {CALLS} live calls, until the other screen's word came; {spread(repaint)} s",
        ),
        Figure("terminal, slowest repaint", 1000 * max(repaint), "ms", "of the same", aim="< 100 ms"),
        Figure("terminal, one screen change", median(size), "kB", f"bytes on the line; {spread(size)}", aim="< 4 kB"),
    ]  # fmt: skip
