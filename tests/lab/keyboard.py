"""Somebody at a terminal of 80x24: types, and reads what is on the screen."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pyte

from images import run as gateway
from images.box import Box
from images.run import Failure

ROWS, COLUMNS = 24, 80
UP, DOWN, ENTER, ESCAPE, KEEP = "\x1b[A", "\x1b[B", "\r", "\x1b", "\x13"
BACKSPACE, END = "\x7f", "\x1b[F"


class Keyboard:
    """A program on a terminal of its own."""

    def __init__(self, argv: list[str]) -> None:
        self._process, self._line = gateway.start_on_terminal(argv, rows=ROWS, columns=COLUMNS)
        self._terminal = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._terminal)

    def close(self) -> None:
        """Hang up."""
        self._process.terminate()
        self._process.wait(timeout=10)
        os.close(self._line)

    @property
    def screen(self) -> str:
        """What is on the screen now."""
        while select.select([self._line], [], [], 0)[0]:
            try:
                self._stream.feed(os.read(self._line, 65536))
            except OSError:  # the program has gone
                break
        return "\n".join(line.rstrip() for line in self._terminal.display)

    @property
    def over(self) -> bool:
        """Whether the program has ended."""
        return self._process.poll() is not None

    def sees(self, *words: str, seconds: float = 30) -> None:
        """Wait until all words are on the screen. Raises Failure with the screen."""
        if not gateway.poll(lambda: all(word in self.screen for word in words), seconds=seconds):
            raise Failure(f"{words} did not come within {seconds:g} s:\n{self.screen}")

    def types(self, *keys: str) -> None:
        """Type."""
        for key in keys:
            os.write(self._line, key.encode())
            time.sleep(0.2 if key == ESCAPE else 0.05)  # a person's pace: what follows Esc is no part of it

    def writes_over(self, text: str) -> None:
        """Replace what stands in a field."""
        self.types(END, BACKSPACE * 40, text)


@contextmanager
def console(box: Box) -> Iterator[Keyboard]:
    """The box's own screen, as its console's account gets it."""
    login = ["runuser", "-u", "branchbox-setup", "--", "env", "TERM=xterm-256color", "/usr/bin/branchbox-login"]
    keyboard = Keyboard(box.inside(login))
    try:
        yield keyboard
    finally:
        keyboard.close()
