"""What explains what: one dead span, not thirty alarms. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Wrong = Callable[[str], bool]
Because = Callable[[str], Iterable[str]]


def root(key: str, wrong: Wrong, because: Because) -> str | None:
    """The first of the things that explain `key` and are wrong now, followed to where it begins; None when none is.

    A circle explains nothing beyond itself: the way back to where one has been is not gone.
    """
    found: str | None = None
    seen = {key}
    at = key
    while True:
        step = next((each for each in because(at) if each not in seen and wrong(each)), None)
        if step is None:
            return found
        seen.add(step)
        found = at = step
