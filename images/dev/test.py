"""`./dev test`: everything that can be proved on this machine."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial

from images import run
from images.apt import install_missing
from images.dev import evidence
from images.dev.workshop import ready_for_machines, root_up_to_date
from images.places import CACHE, LOGS

AREAS = {
    "unit": ("tests/unit", "tests/test_architecture.py", "tests/test_lint.py"),
    "lab": ("tests/lab",),
    "vm": ("tests/vm",),
    "soak": ("tests/vm/test_power_cuts.py",),
}
"""What each word means to pytest. `unit` needs no root file system; `vm` and `soak` need the disk image."""
ALL = ("unit", "lab", "vm")
"""What `./dev test` means without a word."""
AT_ONCE = {"unit": (f"--numprocesses={2 * (os.cpu_count() or 1)}",)}
"""What runs at once (pytest-xdist): a screen's test waits half of its time. Others share a box, one after the other."""
BESIDE = {"lab": "vm"}
"""What begins with an area and gives way to it: the lab waits for its callers much of the time."""
NOTHING_FITS = 5
"""pytest's exit code when it ran no test."""
LINTERS = ("vagrant",)
"""What the linters of `unit` need beside Python's packages."""
CUTS = {"vm": 1, "soak": 20}
"""How often the power fails."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("area", nargs="?", choices=(*AREAS, "all"), default="all", help="default: all, without soak")
    parser.add_argument("-k", metavar="EXPRESSION", help="only tests whose names fit, as pytest reads it")
    parser.add_argument("-x", action="store_true", help="stop at the first failure")
    parser.add_argument("--cuts", type=int, metavar="N", help="how often the power fails (vm: 1, soak: 20)")
    parser.add_argument("--seed", type=int, metavar="N", help="when it fails (default: drawn and shown)")


def main(options: argparse.Namespace) -> int:
    """Run the tests and give pytest's exit code."""
    areas = ALL if options.area == "all" else (options.area,)
    if set(areas) - {"unit"}:
        root_up_to_date(options.mirror)
    if "unit" in areas:
        install_missing(LINTERS, LOGS / "tools.log")
    if set(areas) & CUTS.keys():
        ready_for_machines(options.mirror)
    chosen = (["-k", options.k] if options.k else []) + (["-x"] if options.x else [])
    cuts = options.cuts or next((CUTS[area] for area in areas if area in CUTS), 0)
    seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    report = CACHE / "soak.xml"
    # xunit1: the format that has properties.
    kept = [f"--junitxml={report}", "-o", "junit_family=xunit1"] if options.area == "soak" else []
    # Not quiet: the closing line says how many passed. Caches stay out of the checkout, which root would own.
    argv = [sys.executable, "-m", "pytest", "-v", "--durations=10", "-o", f"cache_dir={CACHE}/pytest"]
    settings = {
        "RUFF_CACHE_DIR": f"{CACHE}/ruff",
        "MYPY_CACHE_DIR": f"{CACHE}/mypy",
        "BRANCHBOX_CUTS": str(cuts),
        "BRANCHBOX_SEED": str(seed),
    }

    def command(area: str) -> list[str]:
        return [*argv, *AT_ONCE.get(area, ()), *kept, *chosen, *AREAS[area]]

    codes: list[int] = []
    begun: dict[str, Callable[[], int]] = {}
    with ExitStack() as ends:
        for area in areas:
            other = BESIDE.get(area)
            if other is not None and other in areas:
                begun[other] = ends.enter_context(_aside(command(other), settings))
            tests = begun.get(area, partial(run.foreground, command(area), env=settings))
            codes.append(tests())
            if options.x and codes[-1]:
                break
    # Words that fit nothing in one area may fit in another.
    code = next((code for code in codes if code not in {0, NOTHING_FITS}), min(codes))
    if options.area == "soak" and not options.k:
        evidence.keep(f"./dev test soak --cuts {cuts} --seed {seed}", report)
    return code


@contextmanager
def _aside(argv: list[str], settings: Mapping[str, str]) -> Iterator[Callable[[], int]]:
    """Start tests that give way to all others; what is given tells what they say to their end, then their exit code."""
    log = LOGS / "beside.log"
    log.unlink(missing_ok=True)
    tests = run.start(["nice", *argv], log=log, env=settings, before=run.end_with_us)

    def told() -> int:
        with log.open(encoding="utf-8", errors="replace") as said:
            while True:
                code = tests.poll()
                print(said.read(), end="", flush=True)
                if code is not None:
                    return code
                time.sleep(1)

    try:
        yield told
    finally:
        if tests.poll() is None:
            tests.send_signal(signal.SIGINT)  # a machine that they have started is put away
            tests.wait()
