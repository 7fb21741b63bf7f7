"""`./dev audit`: how hard the booted image is to break into, in figures; exit code 0 when all of them hold."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from images.apt import install_missing
from images.audit import apparmor, credentials, lynis, ports, ssh, units
from images.audit.booted import booted
from images.audit.finding import Finding, as_text
from images.audit.place import Place
from images.dev import evidence
from images.dev.workshop import ready_for_machines, root_up_to_date, workshop
from images.disk.image import parts
from images.places import LOGS
from images.run import Failure
from images.steps import say

PARTS: dict[str, Callable[[Place], list[Finding]]] = {
    "units": units.look,
    "ssh": ssh.look,
    "ports": ports.look,
    "credentials": credentials.look,
    "lynis": lynis.look,
    "apparmor": apparmor.look,  # last: what the others provoked counts too
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--only", metavar="PART", nargs="+", choices=PARTS, help=f"of {', '.join(PARTS)}")
    parser.add_argument("--docs", action="store_true", help="add a dated section to docs/evidence.md")


def main(options: argparse.Namespace) -> int:
    """Boot the image in a machine of its own, look at it and print what was found."""
    chosen = [part for part in PARTS if part in (options.only or PARTS)]
    root = root_up_to_date(options.mirror)
    ready_for_machines(options.mirror)
    if "lynis" in chosen:
        install_missing(["lynis"], LOGS / "tools.log")
    made = parts(workshop(), root)
    findings: list[Finding] = []
    say("first boot ... ")
    began = time.monotonic()
    with booted(f"{options.box}-audit", made) as box:
        say(f"{time.monotonic() - began:.1f} s\n")
        for part in chosen:
            say(f"{part} ... ")
            began = time.monotonic()
            try:
                findings += PARTS[part](Place(box))
                say(f"{time.monotonic() - began:.1f} s\n")
            except Failure as failure:
                say("FAILED\n")
                findings.append(Finding(part, "could not be looked at", "", False, tuple(str(failure).splitlines())))
    print(f"\n{as_text(findings)}\n\nReasons for what does not hold: docs/hardening.md.")
    if options.docs:
        evidence.keep_audit(f"./dev audit{' --only ' + ' '.join(chosen) if options.only else ''}", findings)
    return int(not all(each.holds for each in findings))
