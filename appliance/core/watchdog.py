"""What systemd hears of core: that it is ready, and that it still makes progress."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

LONGEST_PASS = 60.0
"""Seconds that one pass of the ingest may take before it counts as stuck."""


def tell(message: str) -> None:
    """Say something to systemd; without systemd nobody hears it."""
    if "NOTIFY_SOCKET" in os.environ:
        from systemd.daemon import notify  # noqa: PLC0415 - Debian's python3-systemd, on the box only

        notify(message)


async def watch(last_pass: Callable[[], float]) -> None:
    """Ping while the event loop runs (this does) and the ingest passes; returns when nobody asks for pings."""
    every = int(os.environ.get("WATCHDOG_USEC", "0")) / 3e6
    while every:
        if time.monotonic() - last_pass() < LONGEST_PASS:
            tell("WATCHDOG=1")
        await asyncio.sleep(every)
