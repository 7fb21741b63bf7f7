"""`./dev test`: everything that can be proved on this machine."""

from __future__ import annotations

import argparse
import sys

from images import run
from images.apt import install_missing
from images.dev.workshop import MACHINE_TOOLS, root_up_to_date
from images.places import CACHE, LOGS

AREAS = {
    "unit": ("tests/unit", "tests/test_architecture.py", "tests/test_lint.py"),
    "lab": ("tests/lab",),
    "vm": ("tests/vm",),
}
"""What each word means to pytest. `unit` needs no root file system, `vm` the disk image."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("area", nargs="?", choices=(*AREAS, "all"), default="all", help="default: all")
    parser.add_argument("-k", metavar="EXPRESSION", help="only tests whose names fit, as pytest reads it")
    parser.add_argument("-x", action="store_true", help="stop at the first failure")


def main(options: argparse.Namespace) -> int:
    """Run the tests and give pytest's exit code."""
    areas = list(AREAS) if options.area == "all" else [options.area]
    if {"lab", "vm"} & set(areas):
        root_up_to_date(options.mirror)
    if "vm" in areas:
        install_missing(MACHINE_TOOLS, LOGS / "tools.log")
    paths = [path for area in areas for path in AREAS[area]]
    chosen = (["-k", options.k] if options.k else []) + (["-x"] if options.x else [])
    # Not quiet: the closing line says how many passed. Caches stay out of the checkout, which root would own.
    argv = [sys.executable, "-m", "pytest", "-v", "--durations=10", "-o", f"cache_dir={CACHE}/pytest", *chosen, *paths]
    return run.foreground(argv, env={"RUFF_CACHE_DIR": f"{CACHE}/ruff", "MYPY_CACHE_DIR": f"{CACHE}/mypy"})
