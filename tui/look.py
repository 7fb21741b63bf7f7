"""How states look: sixteen colours are enough, and every colour repeats a word."""

from __future__ import annotations

from collections.abc import Mapping

PLAIN = ""
HEAD = "bold"
QUIET = "bright_black"
WARN = "yellow"
BAD = "bold red"
CURSOR = "reverse"
CALLS = "bold reverse"
"""A phone that rings: the one thing on a screen that must be seen from the side."""

_STATES: Mapping[str, str] = {
    "down": BAD,
    "unknown": WARN,
    "unreachable": BAD,
    "paused": WARN,
    "waiting": WARN,
    "critical": BAD,
    "warning": WARN,
    "refused": WARN,
    "broken": BAD,
    "failed": BAD,
    "abandoned": WARN,
    "overflowed": WARN,
    "unknown-number": WARN,
    "inactive": BAD,
    "changed": PLAIN,
}


def of_state(word: str) -> str:
    """The style of a state's word; what is normal has none."""
    return _STATES.get(word, PLAIN)


def of_priority(priority: int) -> str:
    """The style of a journal line by syslog priority."""
    if priority <= 3:
        return BAD
    return WARN if priority == 4 else PLAIN
