"""Composition root of branchbox-health."""

from __future__ import annotations

import asyncio
import functools
import logging
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib import metadata
from pathlib import Path

from systemd import daemon, journal

from appliance.api import box
from appliance.api.server import Routes, application, serve
from appliance.health import gate, machine, probes, units
from appliance.health.alarms import Alarms
from appliance.health.answers import Answers
from appliance.health.guard import OnlyCore, core_uid
from appliance.health.noc.notices import Notices
from appliance.health.noc.outlet import SNMP_ON, Outlet
from appliance.health.table import all_checks
from appliance.health.table.senses import Senses
from appliance.health.watch import Watch
from appliance.site.exchange import CURRENT, LIVE, STATE

SOCKET = Path("/run/branchbox/health/health.sock")
CORE_SOCKET = Path("/run/branchbox/core/api.sock")
LOOK_EVERY = 1.0
"""Seconds; each check says how often it is due."""


def senses(services: units.Units) -> Senses:
    """The real machine."""
    return Senses(
        cpu=machine.Processor().busy,
        memory=machine.memory,
        disk=functools.partial(machine.disk, Path(STATE)),
        running=services.runs,
        core_answers=functools.partial(probes.core_answers, CORE_SOCKET),
        clock_in_step=machine.clock_in_step,
        recordings_waiting=functools.partial(probes.recordings_waiting, Path(LIVE.monitor)),
        filing=lambda: probes.filing(probes.of_recordings(CORE_SOCKET)),
        unsealed=lambda: probes.unsealed(probes.of_recordings(CORE_SOCKET), time.time()),
        audited=lambda: probes.audited(probes.of_recordings(CORE_SOCKET)),
        set_up=Path(CURRENT).exists,
        fall_back=gate.fall_back,
        self_test=gate.self_test,
        closed=functools.partial(probes.closed, CORE_SOCKET),
    )


async def run(watch: Watch, eyes: ThreadPoolExecutor, outlet: Outlet, notices: Notices) -> None:
    """Answer from the picture, and look again and again, until SIGTERM."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    routes = Routes()
    Answers(watch, functools.partial(loop.run_in_executor, eyes), time.time).add_to(routes)

    def look() -> None:
        watch.look()
        outlet.renew(watch.picture)
        notices.send()

    await loop.run_in_executor(eyes, look)
    await outlet.follow()
    # The folder is setgid: the socket is core's group's.
    runner = await serve(application([box], routes, OnlyCore(core_uid())), SOCKET, mode=0o660)
    daemon.notify("READY=1")
    while not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)
        except TimeoutError:
            await loop.run_in_executor(eyes, look)
            await outlet.follow()
            daemon.notify("WATCHDOG=1")
    await outlet.polls.close()
    await runner.cleanup()


def main() -> None:
    """Run until SIGTERM."""
    to_journal = journal.JournalHandler(SYSLOG_IDENTIFIER="branchbox-health")
    logging.basicConfig(level=logging.INFO, handlers=[to_journal], format="%(message)s")
    with ExitStack() as stack:
        eyes = stack.enter_context(ThreadPoolExecutor(max_workers=1))
        aside = stack.enter_context(ThreadPoolExecutor(max_workers=1))
        # One thread has the database: its connection is that thread's.
        alarms = eyes.submit(Alarms, Path(STATE / "health" / "health.db")).result()
        stack.callback(lambda: eyes.submit(alarms.close).result())
        services = units.Units()
        checks = all_checks(senses(services))
        titles = {check.key: check.title for check in checks}
        notices = Notices(
            Path(STATE / "health" / "notifications"),
            lambda alarm: alarm.said(titles.get(alarm.check, "")),
            wanted=SNMP_ON.exists,
        )
        outlet = Outlet({check.key: check.todo for check in checks}, lambda: notices.sequence)
        new_watch = functools.partial(
            Watch,
            checks,
            alarms,
            services.states,
            clock=time.monotonic,
            wall_clock=time.time,
            version=metadata.version("branchbox"),
            aside=aside,
            told=notices.told,
        )
        asyncio.run(run(eyes.submit(new_watch).result(), eyes, outlet, notices))


if __name__ == "__main__":
    main()
