"""`./dev shell`: a root shell in the box, or one command there. For developers only."""

from __future__ import annotations

import argparse

from images import run
from images.box import Box
from images.run import die


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("argv", nargs=argparse.REMAINDER, metavar="COMMAND", help="run this instead of a shell")


def main(options: argparse.Namespace) -> int:
    """Give the terminal to a shell in the box."""
    box = Box.find(options.box) or die(f"There is no box {options.box}.", hint="./dev up")
    return run.foreground(box.inside(options.argv or ["bash", "--login"]))
