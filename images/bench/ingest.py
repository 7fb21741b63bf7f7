"""How fast core takes in what happened while it was off."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.api import contract
from appliance.api.contract import Call, CallFilter
from appliance.site.exchange import LIVE
from appliance.site.problems import BranchboxError
from images.asking import ask
from images.bench.figures import Figure
from images.bench.load import sign_in, traffic
from images.bench.site import DID, KEY
from images.box import Box
from images.run import die, poll
from images.traffic import Callers

CALLS = 2000
PREFIX = "1390001"
FILES = (LIVE.cel_csv, LIVE.cdr_csv, LIVE.queue_log)
_TIME = re.compile(r"\b1[0-9]{9}(\.[0-9]+)?\b")


@dataclass(frozen=True)
class Sample:
    """The lines of one real call in one of the three logs, its ids and its caller replaced by marks."""

    lines: tuple[str, ...]

    def again(self, number: int, shift: float) -> Iterator[tuple[float, str]]:
        """The same call once more: other ids, another caller, `shift` seconds later; each line with its time."""

        def later(found: re.Match[str]) -> str:
            moved = float(found[0]) + shift
            return f"{moved:.6f}" if "." in found[0] else f"{moved:.0f}"

        for line in self.lines:
            moved = _TIME.sub(later, line)
            first = _TIME.search(moved)
            text = moved.replace("<A>", f"WZN-9000000000.{number * 2}").replace(
                "<B>", f"WZN-9000000000.{number * 2 + 1}"
            )
            yield float(first[0]) if first else 0.0, text.replace("<CALLER>", f"{PREFIX}{number:04d}")


def rows(box: Box, prefix: str) -> list[Call]:
    """All rows of callers with that prefix."""
    found: list[Call] = []
    cursor = None
    while True:
        page = ask(box, contract.CALLS_LIST, CallFilter(number=prefix, limit=1000, before=cursor))
        found += page.calls
        if page.cursor is None:
            return found
        cursor = page.cursor


def real_call(box: Box) -> Call:
    """An answered queue call, placed now."""
    number = "13900000900"
    with traffic(box) as calls:
        sign_in(calls, box, talks=3)
        calls.call(Callers(int(number), 1, DID, KEY, patience=60))
        calls.wait(70)
    if not poll(lambda: any(row.ended and row.agent for row in rows(box, number)), seconds=20):
        die("The sample call is not in the history, or nobody answered it.")
    return rows(box, number)[0]


def samples(box: Box, call: Call) -> list[Sample]:
    """What the three logs hold about a call."""
    texts = [box.path(str(path)).read_text() for path in FILES]
    (other,) = {
        found
        for line in texts[0].splitlines()
        if call.linkedid in line
        for found in re.findall(r"WZN-[0-9]+\.[0-9]+", line)
        if found != call.linkedid
    }
    marks = ((call.linkedid, "<A>"), (other, "<B>"), (call.caller, "<CALLER>"))

    def marked(line: str) -> str:
        for text, mark in marks:
            line = re.sub(rf"{re.escape(text)}(?![0-9])", mark, line)
        return line

    return [
        Sample(tuple(marked(line) for line in text.splitlines() if call.linkedid in line or other in line))
        for text in texts
    ]


def measure(box: Box) -> list[Figure]:
    """Append 2,000 calls to the logs while core is off, start it, and wait for the last row. Raises Failure."""
    found = samples(box, real_call(box))
    box.run(["systemctl", "stop", "branchbox-core"])
    events = 0
    for path, sample in zip(FILES, found, strict=True):
        # A call begins every 0.4 s: neighbours overlap, as in a busy hour.
        lines = sorted(line for number in range(CALLS) for line in sample.again(number, (number - CALLS) * 0.4))
        events += len(lines)
        with box.path(str(path)).open("a") as log:
            log.writelines(line + "\n" for _, line in lines)
    last = f"{PREFIX}{CALLS - 1:04d}"

    def there() -> bool:
        try:
            return any(row.ended is not None for row in rows(box, last))
        except BranchboxError:
            return False

    began = time.monotonic()
    box.run(["systemctl", "start", "branchbox-core"])
    up = time.monotonic() - began
    if not poll(there, seconds=300, every=0.05):
        die("Core did not catch up within 300 s.")
    seconds = time.monotonic() - began
    complete = sum(row.ended is not None for row in rows(box, PREFIX))
    how = f"one real call's lines copied {CALLS} times with ids, times and caller changed: {events} lines in 3 files"
    return [
        Figure("ingest, catching up after 2,000 calls", seconds, "s", f"from start of core to the last row; {how}"),
        Figure("ingest, of it until core was ready", up, "s", "systemctl start until READY=1"),
        Figure("ingest, events", events / seconds, "per s", "lines by the whole of that time"),
        Figure("ingest, rows missing", CALLS - complete, "", "rows with an end, by calls/list", aim="0"),
    ]
