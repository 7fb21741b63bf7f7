"""`./dev image`: the disk image, the update bundle, and what belongs to them."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from images.dev.workshop import root_up_to_date, workshop
from images.disk import image, keys, release
from images.places import CACHE
from images.steps import say


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which version, where to, signed by whom."""
    parser.add_argument("--version", metavar="V", default=image.project_version(), help="default: %(default)s")
    parser.add_argument("--output", metavar="DIR", type=Path, default=CACHE / "images", help="default: %(default)s")
    parser.add_argument(
        "--keys", metavar="DIR", type=Path, help="authority.pem, signing.pem, signing.key (default: a developer's own)"
    )


def main(options: argparse.Namespace) -> int:
    """Make what is missing and say what there is."""
    begun = time.monotonic()
    trusted = keys.given(options.keys.resolve()) if options.keys else None
    root = root_up_to_date(options.mirror)
    parts = image.parts(workshop(), root, trusted)
    files = release.hand_out(release.make(parts, options.version), options.output)
    say(f"\n{time.monotonic() - begun:.0f} s. In {options.output}:\n")
    for path in files:
        say(f"  {path.stat().st_size / 1e6:9.1f} MB  {path.name}\n")
    say(f"\nRoot hash: {parts.root_hash}\n")
    if parts.keys.development:
        say("Signed with this machine's own development key: not for a branch (docs/image.md).\n")
    return 0
