"""The service's life as systemd sees it: ready, still there, told to stop."""

from __future__ import annotations

import asyncio
import os
import signal

from systemd import daemon


async def live_until_told() -> None:
    """Say READY, feed the watchdog (`WatchdogSec=`), and return on SIGTERM or SIGINT."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    daemon.notify("READY=1")
    period = int(os.environ.get("WATCHDOG_USEC", "20000000")) / 2_000_000
    while not told.is_set():
        daemon.notify("WATCHDOG=1")
        try:
            await asyncio.wait_for(told.wait(), period)
        except TimeoutError:
            continue
    daemon.notify("STOPPING=1")
