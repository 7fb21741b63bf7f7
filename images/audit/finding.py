"""What an audit says: one line per thing looked at, with its figure and whether it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `more` are lines for who wants to know why."""

    part: str
    what: str
    figure: str
    holds: bool
    more: tuple[str, ...] = ()


def as_text(findings: Iterable[Finding]) -> str:
    """A table for people; what does not hold comes with its lines."""
    lines = []
    for each in findings:
        lines.append(f"{'ok  ' if each.holds else 'FAIL'}  {each.part:12} {each.what:44} {each.figure}")
        if not each.holds:
            lines += [f"      {line}" for line in each.more]
    return "\n".join(lines)


def as_markdown(findings: Iterable[Finding]) -> str:
    """The same as a table for the docs."""
    lines = ["| part | what | figure | |", "|---|---|---|---|"]
    lines += [f"| {each.part} | {each.what} | {each.figure} | {'ok' if each.holds else 'FAIL'} |" for each in findings]
    return "\n".join(lines) + "\n"
