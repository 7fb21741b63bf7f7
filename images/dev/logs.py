"""`./dev logs`: the box's journal."""

from __future__ import annotations

import argparse

from images import run
from images.box import Box
from images.run import die


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("unit", nargs="?", help="only this unit: branchbox-core, asterisk, ssh ...")
    parser.add_argument("-f", "--follow", action="store_true", help="go on as lines come")
    parser.add_argument("-n", "--lines", type=int, default=100, help="how many of the last lines (default: 100)")


def main(options: argparse.Namespace) -> int:
    """Show the journal."""
    box = Box.find(options.box) or die(f"There is no box {options.box}.", hint="./dev up")
    argv = ["journalctl", "--no-pager", f"--lines={options.lines}"]
    argv += ["--follow"] if options.follow else []
    argv += ["--unit", options.unit] if options.unit else []
    return run.foreground(box.inside(argv))
