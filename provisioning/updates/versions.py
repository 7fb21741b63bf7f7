"""Which of two versions is the older one. Pure."""

from __future__ import annotations

import re
from itertools import zip_longest

_PART = re.compile(r"\d+|[a-z]+")


def older(version: str, than: str) -> bool:
    """Whether a version is before another: 1.9 < 1.10 < 1.10.1, and 1.10rc1 < 1.10. What follows a + does not count."""
    for one, other in zip_longest(_parts(version), _parts(than), fillvalue=(1, 0, "")):
        if one != other:
            return one < other
    return False


def _parts(version: str) -> list[tuple[int, int, str]]:
    # A word (rc, dev, alpha) comes before the end, the end before a number.
    public = version.lower().partition("+")[0]
    return [(2, int(part), "") if part.isdigit() else (0, 0, part) for part in _PART.findall(public)]
