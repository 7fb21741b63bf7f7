"""Terminals that show letters and lines of ASCII only: the kernel's own console, and serial ones.

They get English, since they have no Chinese letters, and nothing but ASCII: names in Chinese become question marks
that are as wide, so that columns stay where they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

_PLAIN = ("linux", "ansi", "dumb")
_LINES = str.maketrans({"─": "-", "│": "|", "└": "+", "├": "+"})


def is_plain(environment: Mapping[str, str]) -> bool:
    """Whether TERM names a terminal that shows ASCII only."""
    term = environment.get("TERM", "")
    return term in _PLAIN or term.startswith(("linux-", "vt1", "vt2", "vt3", "vt4", "vt5"))


def to_ascii(text: str) -> str:
    """A text in ASCII, in as many cells as before."""
    if text.isascii():
        return text
    return "".join(letter if letter.isascii() else "?" * cell_len(letter) for letter in text.translate(_LINES))


def driver(environment: Mapping[str, str]) -> type[Driver] | None:
    """What draws on this terminal; None where Textual's own choice is right."""
    return PlainDriver if is_plain(environment) else None


class PlainDriver(LinuxDriver):
    """Textual's way to a terminal, with nothing but ASCII on it."""

    def write(self, data: str) -> None:
        """Send what Textual has drawn."""
        super().write(to_ascii(data))
