"""Where a person sits: the serial line's terminal, or the screen and keyboard of the machine itself."""

from __future__ import annotations

import re
from typing import Protocol

from images.run import die, poll
from images.vm.machine import Machine

SEQUENCES = {
    "Enter": "\r", "Esc": "\x1b", "Tab": "\t", "Shift+Tab": "\x1b[Z", "Backspace": "\x7f", "Space": " ",
    "Up": "\x1b[A", "Down": "\x1b[B", "Right": "\x1b[C", "Left": "\x1b[D", "Home": "\x1b[1~", "End": "\x1b[4~",
    **{f"F{n}": f"\x1bO{'PQRS'[n - 1]}" for n in range(1, 5)},
    "F5": "\x1b[15~", "F6": "\x1b[17~", "F7": "\x1b[18~", "F8": "\x1b[19~", "F9": "\x1b[20~",
}  # fmt: skip
"""What a VT220 sends for its keys."""


class Seat(Protocol):
    """A screen to read and keys to press."""

    machine: Machine

    def text(self) -> str:
        """What stands there now, a line for each line."""

    def type(self, text: str) -> None:
        """Write a text."""

    def press(self, *presses: str) -> None:
        """Press keys by name: `F2`, `Enter`, `Ctrl+s`, `y`."""


class Serial:
    """The serial line, with a terminal of 80x24 at its other end."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def text(self) -> str:
        """What the terminal shows."""
        return self.machine.console.screen

    def type(self, text: str) -> None:
        """Write a text; a line end is the Enter key."""
        self.machine.console.send(text.replace("\n", "\r"))

    def press(self, *presses: str) -> None:
        """Press keys one after the other."""
        for press in presses:
            held, _, last = press.rpartition("+")
            sent = SEQUENCES.get(press) or (chr(ord(last) & 0x1F) if held == "Ctrl" else press)
            self.machine.console.send(sent)


def sees(seat: Seat, pattern: str, *, seconds: float) -> re.Match[str]:
    """Wait until a seat shows what fits (a regular expression). Raises Failure with what it shows instead."""
    found: list[re.Match[str]] = []

    def shown() -> bool:
        match = re.search(pattern, seat.text(), re.MULTILINE)
        found.extend([match] if match else [])
        return bool(found) or not seat.machine.alive

    poll(shown, seconds=seconds, every=0.3)
    if not found:
        die(f"After {seconds:g} s nothing fits {pattern!r}:\n{seat.text()}\n--- line\n{seat.machine.last_words()}")
    return found[0]
