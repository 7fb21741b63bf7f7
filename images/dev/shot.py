"""`./dev shot SCREEN`: a picture of a screen of the running box, as its technician sees it."""

from __future__ import annotations

import argparse
from pathlib import Path

from images.apt import install_missing
from images.box import TECHNICIAN, Box
from images.dev.drawing import drawable
from images.places import LOGS
from images.run import die, run

TOOLS = ("librsvg2-bin", "fonts-dejavu-core", "fonts-wqy-microhei")
DRAW = """
import sys
from pathlib import Path
from tui import shot
screen, columns, rows, language, socket = sys.argv[1:]
if screen not in shot.NAMES:
    sys.exit("Screens: " + ", ".join(shot.NAMES))
sys.stdout.write(shot.svg(screen, (int(columns), int(rows)), language, Path(socket)))
"""
"""Runs in the box as the technician: core knows people by their uid."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("screen", help="which screen; a wrong name lists them")
    parser.add_argument("--size", default="80x24", metavar="COLUMNSxROWS", help="default: 80x24")
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--to", type=Path, metavar="FILE", help="a .png or .svg (default: SCREEN.png)")


def main(options: argparse.Namespace) -> int:
    """Draw, convert, say where it is."""
    box = Box.find(options.box) or die(f"There is no box {options.box}.", hint="./dev up --detach")
    columns, _, rows = options.size.partition("x")
    if not (columns.isdigit() and rows.isdigit()):
        die(f"{options.size} is no size.", hint="COLUMNSxROWS, as in 132x43")
    target = options.to or Path(f"{options.screen}.png")
    drawn = box.as_user(
        TECHNICIAN,
        ["/opt/branchbox/bin/python", "-c", DRAW, options.screen, columns, rows, options.language,
         "/run/branchbox/core/api.sock"],
        check=False,
    )  # fmt: skip
    if drawn.code:
        die(drawn.err.strip().splitlines()[-1] if drawn.err.strip() else "The screen could not be drawn.")
    if target.suffix == ".svg":
        target.write_text(drawn.out)
    else:
        LOGS.mkdir(parents=True, exist_ok=True)
        install_missing(TOOLS, LOGS / "tools.log")
        run(["rsvg-convert", "--zoom=1.5", "--output", target], stdin=drawable(drawn.out))
    print(target)
    return 0
