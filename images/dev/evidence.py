"""What is too long for every change, series of tests and audits: what the last one showed, kept in the docs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from images.audit.finding import Finding, as_markdown
from images.places import PROJECT
from images.run import run

DOCS = PROJECT / "docs" / "evidence.md"
HEAD = """# Evidence

What `./dev test` does not repeat each time. `./dev test soak` and `./dev audit --docs` add a section here.
"""


@dataclass(frozen=True)
class Row:
    """One test of a series: what was done to the box, when, and how it ended. `seconds` is the whole test."""

    told: tuple[tuple[str, str], ...]
    passed: bool
    seconds: float


def rows(report: Path) -> list[Row]:
    """The tests of pytest's JUnit report; a test that was not run is no row."""
    found = []
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314  # our own pytest wrote it
        if case.find("skipped") is not None:
            continue
        told = tuple((each.get("name", ""), each.get("value", "")) for each in case.iter("property"))
        bad = case.find("failure") is not None or case.find("error") is not None
        found.append(Row(told, not bad, float(case.get("time", "0"))))
    return found


def section(command: str, commit: str, date: str, shown: list[Row]) -> str:
    """A series as a section of docs/evidence.md."""
    names = list(dict.fromkeys(name for row in shown for name, _ in row.told))
    lines = [
        f"## {date}, commit {commit}",
        "",
        f"`{command}`: {sum(row.passed for row in shown)} of {len(shown)} as they should be.",
        "",
        f"| {' | '.join([*names, 'the box', 'seconds'])} |",
        f"|{'---|' * (len(names) + 2)}",
    ]
    for row in shown:
        told = dict(row.told)
        cells = [*(told.get(name, "-") for name in names), "came back" if row.passed else "FAILED"]
        lines.append(f"| {' | '.join(cells)} | {row.seconds:.0f} |")
    return "\n".join(lines) + "\n"


def keep(command: str, report: Path) -> None:
    """Add what a series showed to the docs, with the commit that was tested."""
    _add(section(command, _commit(), dt.date.today().isoformat(), rows(report)))


def keep_audit(command: str, findings: list[Finding]) -> None:
    """Add what an audit found to the docs, with the commit that was looked at."""
    held = sum(each.holds for each in findings)
    head = f"## {dt.date.today().isoformat()}, commit {_commit()}\n\n`{command}`: {held} of {len(findings)} hold."
    _add(f"{head}\n\n{as_markdown(findings)}")


def _commit() -> str:
    said = run(["git", "-C", PROJECT, "describe", "--always", "--dirty"], check=False).out.strip()
    return said or "unknown"


def _add(text: str) -> None:
    before = DOCS.read_text() if DOCS.exists() else HEAD
    DOCS.write_text(f"{before}\n{text}")
