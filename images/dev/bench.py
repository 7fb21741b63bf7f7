"""`./dev bench`: figures of this machine, each with its method, on a box of its own."""

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path

from images.bench import applying, ingest, media, memory, screen
from images.bench.figures import Figure, as_json, as_markdown, as_text, machine
from images.bench.site import large
from images.box import Box
from images.dev.workshop import root_up_to_date
from images.places import PROJECT
from images.run import Failure
from images.steps import say

DOCS = PROJECT / "docs" / "bench.md"
IDLE_SECONDS = 15.0
"""Services have settled by then."""

PARTS: dict[str, Callable[[Box], list[Figure]]] = {
    "memory": memory.measure,  # first, while nothing has happened yet
    "apply": applying.measure,
    "screen": screen.measure,
    "media": media.measure,
    "ingest": ingest.measure,  # last: its calls never happened
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--only", metavar="PART", nargs="+", choices=PARTS, help=f"of {', '.join(PARTS)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures for programs")
    parser.add_argument("--docs", action="store_true", help="add a dated section to docs/bench.md")


def main(options: argparse.Namespace) -> int:
    """Measure and show; exit code 1 when a part could not be measured."""
    measured_on = machine()
    root = root_up_to_date(options.mirror)
    say("box with 1,000 extensions and 50 queues ... ")
    began = time.monotonic()
    box = Box.start(f"{options.box}-bench", root, document=large())
    say(f"{time.monotonic() - began:.1f} s\n")
    figures: list[Figure] = []
    failed = False
    try:
        time.sleep(IDLE_SECONDS)
        for part in options.only or PARTS:
            say(f"{part} ... ")
            began = time.monotonic()
            try:
                figures += PARTS[part](box)
                say(f"{time.monotonic() - began:.1f} s\n")
            except Failure as failure:
                failed = True
                say(f"FAILED: {failure}\n")
                figures.append(Figure(part, None, "", str(failure)))
    finally:
        box.stop()
        box.remove()
    print(f"\n{measured_on}\n\n{as_text(figures)}")
    if options.json:
        options.json.write_text(as_json(figures, measured_on))
    if options.docs:
        add_to_docs(as_markdown(figures, dt.date.today().isoformat(), measured_on))
    return int(failed)


def add_to_docs(section: str) -> None:
    """Put a section at the end of docs/bench.md."""
    before = DOCS.read_text() if DOCS.exists() else "# Measurements\n\n`./dev bench --docs` adds a section here.\n"
    DOCS.write_text(f"{before}\n{section}")
