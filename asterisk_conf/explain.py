"""From a line of one of our files back to the object of the site document."""

from __future__ import annotations


def explain(file: str, line: int, text: str) -> str:
    return ""
