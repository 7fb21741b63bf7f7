"""`./dev audit`: how hard the box is to break into, in figures; exit code 0 when all of them hold."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from images.apt import install_missing
from images.audit import credentials, lynis, ports, ssh, units
from images.audit.finding import Finding, as_text
from images.audit.place import Place
from images.box import Box
from images.dev.workshop import root_up_to_date
from images.places import LOGS
from images.steps import say

PARTS: dict[str, Callable[[Place], list[Finding]]] = {
    "units": units.look,
    "ssh": ssh.look,
    "ports": ports.look,
    "credentials": credentials.look,
    "lynis": lynis.look,
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--only", metavar="PART", nargs="+", choices=PARTS, help=f"of {', '.join(PARTS)}")


def main(options: argparse.Namespace) -> int:
    """Look at a box of its own and print what was found."""
    chosen = options.only or list(PARTS)
    root = root_up_to_date(options.mirror)
    if "lynis" in chosen:
        install_missing(["lynis"], LOGS / "tools.log")
    say("box ... ")
    box = Box.start(f"{options.box}-audit", root)
    say("up\n")
    findings: list[Finding] = []
    try:
        for part in chosen:
            say(f"{part} ... ")
            began = time.monotonic()
            findings += PARTS[part](Place(box))
            say(f"{time.monotonic() - began:.1f} s\n")
    finally:
        box.stop()
        box.remove()
    print(f"\n{as_text(findings)}\n\nReasons for what does not hold: docs/hardening.md.")
    return int(not all(each.holds for each in findings))
