"""How long whoever applied a revision has left to confirm it."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_WAIT = 3600.0
"""Seconds; the contract's limit, which holds also when the clock was wrong."""


@dataclass(frozen=True)
class Countdown:
    """When a waiting revision goes back by itself: epoch seconds, and seconds from now."""

    deadline: float
    seconds: float
