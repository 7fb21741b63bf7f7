"""Composition root of branchbox-power."""

from __future__ import annotations

import asyncio
import logging
import pwd
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import ValidationError
from systemd import daemon, journal

from appliance.api import battery
from appliance.api.battery import TestAsked
from appliance.api.server import Routes, application, serve
from appliance.api.supply import POLICY_FILE, SUPPLY_FILE, Policy, Supply
from appliance.power import nut
from appliance.power.guard import OnlyCore
from appliance.power.watch import LOG, Watch
from appliance.site.exchange import STATE

SOCKET = SUPPLY_FILE.with_name("power.sock")
LOOK_EVERY = 2.0
"""Seconds; drivers ask their UPS as often."""


def policy() -> Policy:
    """What host wrote; nothing to watch until it has."""
    try:
        return Policy.model_validate_json(POLICY_FILE.read_bytes())
    except FileNotFoundError:
        return Policy()
    except (OSError, ValidationError) as error:
        LOG.error("the policy cannot be read, so no UPS is watched: %s", error)
        return Policy()


async def run(watch: Watch, eyes: ThreadPoolExecutor, core: int) -> None:
    """Look again and again, until SIGTERM."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    async def test(_caller: str, asked: TestAsked) -> Supply:
        return await loop.run_in_executor(eyes, watch.test, asked.name, asked.by)

    routes = Routes()
    routes.method(battery.TEST, test)
    await loop.run_in_executor(eyes, watch.look)
    # The folder is setgid: the socket is core's group's.
    runner = await serve(application([battery], routes, OnlyCore(core)), SOCKET, mode=0o660)
    daemon.notify("READY=1")
    while not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)
        except TimeoutError:
            await loop.run_in_executor(eyes, watch.look)
            daemon.notify("WATCHDOG=1")
    await runner.cleanup()


def main() -> None:
    """Run until SIGTERM."""
    to_journal = journal.JournalHandler(SYSLOG_IDENTIFIER="branchbox-power")
    logging.basicConfig(level=logging.INFO, handlers=[to_journal], format="%(message)s")
    book = Path(STATE / "power" / "book.json")
    # One thread looks and gives orders: nothing of the watch is met by two.
    with ThreadPoolExecutor(max_workers=1) as eyes:
        watch = Watch(policy(), nut.server, run=SUPPLY_FILE, book=book, clock=time.monotonic, wall_clock=time.time)
        asyncio.run(run(watch, eyes, pwd.getpwnam("branchbox").pw_uid))


if __name__ == "__main__":
    main()
