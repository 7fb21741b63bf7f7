"""`./dev down`: switch the box off; its disk stays for the next `./dev up`."""

from __future__ import annotations

import argparse

from images.box import Box


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--forget", action="store_true", help="remove its disk too: the next one begins anew")


def main(options: argparse.Namespace) -> int:
    """Switch off."""
    box = Box.find(options.box)
    if box is None:
        print(f"There is no box {options.box}.")
        return 0
    box.stop()
    if options.forget:
        box.remove()
    print(f"The box {box.name} is off{' and forgotten' if options.forget else ''}.")
    return 0
