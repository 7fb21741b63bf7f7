"""`./dev bench`: figures of this machine, each with its method, on a box or a disk image of its own."""

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path

from images.bench import applying, board, customers, desk, image, ingest, media, memory, recorder, screen
from images.bench.figures import Figure, as_json, as_markdown, as_text, machine
from images.bench.site import large
from images.box import Box
from images.dev.workshop import ready_for_machines, root_up_to_date, workshop
from images.disk.image import parts
from images.places import PROJECT
from images.rootfs import Root
from images.run import Failure, die
from images.steps import say

DOCS = PROJECT / "docs" / "bench.md"
IDLE_SECONDS = 15.0
"""Services have settled by then."""

PARTS: dict[str, Callable[[Box], list[Figure]]] = {
    "memory": memory.measure,  # first, while nothing has happened yet
    "apply": applying.measure,
    "screen": screen.measure,
    "board": board.measure,
    "desk": desk.measure,
    "media": media.measure,
    "recorder": recorder.measure,
    "ingest": ingest.measure,  # late: its calls never happened
    "customers": customers.measure,  # last: the database is a large one then
}
"""What is measured on a box in a container."""
OF_IMAGE = tuple(image.PARTS)
"""What is measured on the disk image, in QEMU."""
Measure = Callable[[], list[Figure]]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("of", nargs="?", choices=("services", "image"), default="services", help="default: services")
    every = (*PARTS, *OF_IMAGE)
    parser.add_argument("--only", metavar="PART", nargs="+", choices=every, help=f"of {', '.join(every)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures for programs")
    parser.add_argument("--docs", action="store_true", help="add a dated section to docs/bench.md")


def main(options: argparse.Namespace) -> int:
    """Measure and show; exit code 1 when a part could not be measured."""
    measured_on = machine()
    root = root_up_to_date(options.mirror)
    figures, failed = (_image if options.of == "image" else _services)(options, root)
    print(f"\n{measured_on}\n\n{as_text(figures)}")
    if options.json:
        options.json.write_text(as_json(figures, measured_on))
    if options.docs:
        add_to_docs(as_markdown(figures, dt.date.today().isoformat(), measured_on))
    return int(failed)


def _services(options: argparse.Namespace, root: Root) -> tuple[list[Figure], bool]:
    say("box with 1,000 extensions and 50 queues ... ")
    began = time.monotonic()
    box = Box.start(f"{options.box}-bench", root, document=large())
    say(f"{time.monotonic() - began:.1f} s\n")
    try:
        time.sleep(IDLE_SECONDS)
        return _measured({name: lambda part=part: part(box) for name, part in PARTS.items()}, options.only)  # type: ignore[misc]  # bound now
    finally:
        box.stop()
        box.remove()


def _image(options: argparse.Namespace, root: Root) -> tuple[list[Figure], bool]:
    ready_for_machines(options.mirror)
    made = parts(workshop(), root)
    return _measured(
        {name: lambda part=part: part(made, root) for name, part in image.PARTS.items()},  # type: ignore[misc]  # bound now
        options.only,
    )


def _measured(parts_of: dict[str, Measure], only: list[str] | None) -> tuple[list[Figure], bool]:
    """The figures of these parts or of some of them, and whether one failed."""
    if strange := [name for name in only or () if name not in parts_of]:
        die(f"{', '.join(strange)} is measured by the other kind of bench.", hint="./dev bench services|image")
    figures: list[Figure] = []
    failed = False
    # In the table's order: what is idle is measured before anything is laid on the box.
    for name in (name for name in parts_of if not only or name in only):
        say(f"{name} ... ")
        began = time.monotonic()
        try:
            figures += parts_of[name]()
            say(f"{time.monotonic() - began:.1f} s\n")
        except Failure as failure:
            failed = True
            say(f"FAILED: {failure}\n")
            figures.append(Figure(name, None, "", str(failure)))
    return figures, failed


def add_to_docs(section: str) -> None:
    """Put a section at the end of docs/bench.md."""
    before = DOCS.read_text() if DOCS.exists() else "# Measurements\n\n`./dev bench --docs` adds a section here.\n"
    DOCS.write_text(f"{before}\n{section}")
