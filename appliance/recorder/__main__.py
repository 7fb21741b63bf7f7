"""Composition root of branchbox-recorder."""

from __future__ import annotations

import functools
import logging
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from systemd import daemon, journal

from appliance.api.supply import should_wait
from appliance.recorder.core_link import Core
from appliance.recorder.filing import Shelves
from appliance.recorder.keeping import Keeping
from appliance.recorder.manifest import Book
from appliance.recorder.watch import watch
from appliance.recorder.work import Work
from appliance.site.exchange import LIVE, STATE

CORE_SOCKET = Path("/run/branchbox/core/api.sock")


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)  # every point is a safe one: see filing


def main() -> None:
    """Run until SIGTERM."""
    to_journal = journal.JournalHandler(SYSLOG_IDENTIFIER="branchbox-recorder")
    logging.basicConfig(level=logging.INFO, handlers=[to_journal], format="%(message)s")
    signal.signal(signal.SIGTERM, _end)
    # Somebody opened a file for writing while `closed` held its lease: the kernel's word would end us.
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    alive = functools.partial(daemon.notify, "WATCHDOG=1")
    shelves = Shelves(Path(STATE / "recordings"), booted=time.time() - time.clock_gettime(time.CLOCK_BOOTTIME))
    book = Book(shelves.root)
    core = Core(CORE_SOCKET)
    folder = Path(LIVE.monitor)
    work = Work(folder, shelves, book, core, clock=time.monotonic, wall_clock=time.time, alive=alive,
                waits=lambda: should_wait(time.time()))  # fmt: skip
    keeping = Keeping(shelves, book, core, work, wall_clock=time.time, alive=alive)
    watch(folder, work, keeping.look, alive=alive, ready=functools.partial(daemon.notify, "READY=1"))


if __name__ == "__main__":
    main()
