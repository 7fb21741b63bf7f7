"""Composition root of branchbox-health."""

from __future__ import annotations

import asyncio
import functools
import logging
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from systemd import daemon, journal

from appliance.api import box
from appliance.api.server import Routes, application, serve
from appliance.health import core_says, gate, hardware, lines, logins, machine, probes, units
from appliance.health.alarms import Alarms
from appliance.health.answers import Answers
from appliance.health.core_says import CoreSays
from appliance.health.guard import OnlyCore, core_uid
from appliance.health.laid_down import RootSays
from appliance.health.memory import Memory
from appliance.health.noc.notices import Notices
from appliance.health.noc.outlet import SNMP_ON, Outlet
from appliance.health.restarts import Restarts
from appliance.health.table import all_checks
from appliance.health.table.senses import Senses
from appliance.health.watch import Watch
from appliance.site.exchange import CURRENT, LIVE, STATE

SOCKET = Path("/run/branchbox/health/health.sock")
CORE_SOCKET = Path("/run/branchbox/core/api.sock")
LOOK_EVERY = 1.0
"""Seconds; each check says how often it is due."""


def senses(services: units.Units, core: CoreSays, memory: Memory, trouble: Callable[[], str]) -> Senses:
    """The real machine."""
    root = RootSays(memory, time.time)
    used = functools.partial(machine.disk, Path(STATE))
    set_up = Path(CURRENT).exists
    return Senses(
        cpu=machine.Processor().busy,
        memory=machine.memory,
        disk=used,
        running=services.runs,
        core_answers=functools.partial(probes.core_answers, CORE_SOCKET),
        clock_in_step=machine.clock_in_step,
        recordings_waiting=functools.partial(probes.recordings_waiting, Path(LIVE.monitor)),
        filing=lambda: probes.filing(probes.of_recordings(CORE_SOCKET)),
        unsealed=lambda: probes.unsealed(probes.of_recordings(CORE_SOCKET), time.time()),
        audited=lambda: probes.audited(probes.of_recordings(CORE_SOCKET)),
        set_up=set_up,
        fall_back=gate.fall_back,
        self_test=gate.self_test,
        closed=functools.partial(probes.closed, CORE_SOCKET),
        restarts=Restarts(services.states, time.monotonic).counted,
        load=hardware.load,
        temperatures=hardware.temperatures,
        mirrors=hardware.mirrors,
        disk_days=hardware.Forecast(used, memory, time.time).days,
        clock_error=machine.clock_error,
        clock_jump=hardware.Jumps(time.time, hardware.since_boot).seconds,
        way_out=hardware.WayOut(memory).open,
        logins=lambda: logins.failures(logins.of_journal, time.time()),
        disks=root.disks,
        certificates=root.certificates,
        backup_age=lambda: root.backup_age(set_up()),
        spans=lines.spans,
        upses=lines.upses,
        trunks=core.trunks,
        phones=core.phones,
        queues=core.queues,
        failed_calls=core.failed_calls,
        database=core.database,
        drills=core.drills,
        voices=core.voices,
        polls=lambda: probes.polls(trouble()),
    )


@dataclass(frozen=True)
class Looking:
    """What looks, what it hears of core, and what tells the network centre."""

    watch: Watch
    core: CoreSays
    outlet: Outlet
    notices: Notices

    def look(self, *hurry: str) -> None:
        """Look, at these checks whether due or not, and have the network centre's answers follow."""
        self.watch.look(hurry)
        self.outlet.renew(self.watch.picture)
        self.notices.send()


async def run(looking: Looking, eyes: ThreadPoolExecutor) -> None:
    """Answer from the picture, look again and again, and listen to core, until SIGTERM."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    in_thread = functools.partial(loop.run_in_executor, eyes)
    watch, outlet = looking.watch, looking.outlet
    routes = Routes()
    Answers(watch, in_thread, time.time).add_to(routes)
    await in_thread(looking.look)
    await outlet.follow()
    # The folder is setgid: the socket is core's group's.
    runner = await serve(application([box], routes, OnlyCore(core_uid())), SOCKET, mode=0o660)
    listening = asyncio.create_task(
        looking.core.follow(CORE_SOCKET, lambda: in_thread(looking.look, *core_says.CHECKS))
    )
    daemon.notify("READY=1")
    while not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)
        except TimeoutError:
            await in_thread(looking.look)
            await outlet.follow()
            daemon.notify("WATCHDOG=1")
    listening.cancel()
    await outlet.polls.close()
    await runner.cleanup()


def made(aside: ThreadPoolExecutor) -> Looking:
    """All that looks. Made in the one thread that has the database: its connection is that thread's."""
    alarms = Alarms(Path(STATE / "health" / "health.db"))
    services = units.Units()
    core = CoreSays(time.monotonic, time.time, alarms.memory)
    checks = all_checks(senses(services, core, alarms.memory, lambda: outlet.polls.trouble))
    titles = {check.key: check.title for check in checks}
    notices = Notices(
        Path(STATE / "health" / "notifications"),
        lambda alarm: alarm.said(titles.get(alarm.check, "")),
        wanted=SNMP_ON.exists,
    )
    outlet = Outlet({check.key: check.todo for check in checks}, lambda: notices.sequence)
    watch = Watch(
        checks,
        alarms,
        services.states,
        clock=time.monotonic,
        wall_clock=time.time,
        version=metadata.version("branchbox"),
        names=core.names,
        aside=aside,
        told=notices.told,
    )
    return Looking(watch, core, outlet, notices)


def main() -> None:
    """Run until SIGTERM."""
    to_journal = journal.JournalHandler(SYSLOG_IDENTIFIER="branchbox-health")
    logging.basicConfig(level=logging.INFO, handlers=[to_journal], format="%(message)s")
    with ExitStack() as stack:
        eyes = stack.enter_context(ThreadPoolExecutor(max_workers=1))
        aside = stack.enter_context(ThreadPoolExecutor(max_workers=1))
        looking = eyes.submit(made, aside).result()
        stack.callback(lambda: eyes.submit(looking.watch.alarms.close).result())
        asyncio.run(run(looking, eyes))


if __name__ == "__main__":
    main()
