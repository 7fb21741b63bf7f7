"""`python -m appliance.core [--root DIR]`: the wiring of core."""

from __future__ import annotations

import argparse
import asyncio
import grp
import logging
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import Any

from aiohttp import web

from appliance.api.client import Client
from appliance.api.pages import PAGES
from appliance.api.server import Routes, application, serve
from appliance.api.verbs import INCOMING_PROMPT
from appliance.core import logs, roster, waiting, watchdog
from appliance.core.abandoned import Abandoned
from appliance.core.backups import Backups, take_in, write_down
from appliance.core.board import Boards
from appliance.core.closures import ClosureDesk
from appliance.core.configuration import Candidates, Configuration
from appliance.core.customers import CustomerDesk, DeskRules
from appliance.core.desk import Desks
from appliance.core.desk_calls import DeskCalls
from appliance.core.dialling import Dialling
from appliance.core.drills import DrillDesk
from appliance.core.facts import HealthFacts
from appliance.core.first_call import TestCall
from appliance.core.follower import Follower
from appliance.core.forwarded import OF_HEALTH, Forwarded
from appliance.core.guard import CoreGuard
from appliance.core.help import Help
from appliance.core.history import History
from appliance.core.imports import Imports
from appliance.core.in_force import InForce
from appliance.core.journal import Journal
from appliance.core.listening import Listening
from appliance.core.messages import MessageDesk
from appliance.core.operations import Operations
from appliance.core.passwords import Passwords
from appliance.core.paths import PEOPLE_GROUP, Paths
from appliance.core.people import People, login_of
from appliance.core.playback import Playback
from appliance.core.present import Present
from appliance.core.prompts import OwnPrompts
from appliance.core.quality import Quality
from appliance.core.recorder import Recorder
from appliance.core.recording_audit import RecordingAudit
from appliance.core.recording_calls import RecordingCalls
from appliance.core.recording_key import RecordingKey
from appliance.core.recordings import Recordings
from appliance.core.setup import FirstCall, Setup, runs_from_stick
from appliance.core.store import Store
from appliance.core.survey import Surveys
from appliance.core.upses import Upses
from appliance.site.problems import BranchboxError
from appliance.store import snapshot
from appliance.store.database import open_site_db
from appliance.telephony.ami import AmiLink
from appliance.telephony.errand import Manager
from appliance.telephony.ingest import Ingest

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds for an answer that a screen waits for."""
POWER_PATIENCE = 15.0
"""Seconds for a UPS to take an order."""
APPLY_PATIENCE = 300.0
"""Seconds for a trial start or an apply."""


@asynccontextmanager
async def core(
    paths: Paths, login_of: Callable[[int], str | None] = login_of, leave: Callable[[], None] = lambda: None
) -> AsyncIterator[None]:
    """All of core, from the open socket to the closed database. `leave` ends it, to be started anew."""
    restored = take_in(paths.site_db)
    take_snapshot(paths.site_db)
    database = open_site_db(paths.site_db)
    if restored is not None:
        write_down(database, paths.site_db, restored)
    async with AsyncExitStack() as stack:
        stack.callback(database.close)
        store = Store(database)
        stack.callback(store.close)
        host = Client(paths.host_socket, timeout=PATIENCE)
        at_work = Client(paths.host_socket, timeout=APPLY_PATIENCE)
        health = Client(paths.health_socket, timeout=PATIENCE)
        link = AmiLink(paths.ami_secret, port=paths.ami_port)
        in_force = InForce(host, link.ask_anew)
        first_call = FirstCall()
        people = People(in_force, login_of, first_call.allowed)
        candidates = Candidates(in_force, store)
        follower = Follower(Ingest(database, paths.asterisk).step)
        present = Present(
            people=people,
            in_force=in_force,
            link=link,
            store=store,
            candidates=candidates,
            host=host,
            health=health,
        )
        manager = Manager(paths.ami_secret, paths.ami_port)
        listening = Listening(in_force, manager)
        prompts = OwnPrompts(
            in_force=in_force,
            host=at_work,
            link=link,
            manager=manager,
            listening=listening,
            received=paths.site_db.with_name(INCOMING_PROMPT),
        )
        recording_key = RecordingKey(store)
        playback = Playback(
            store=store,
            in_force=in_force,
            keys=recording_key,
            manager=manager,
            shelves=paths.recordings,
            folder=paths.playback,
        )
        playback.clear()
        stack.push_async_callback(playback.close)
        audit = RecordingAudit(database, paths.recordings, Path(paths.asterisk.monitor))
        stack.push_async_callback(audit.close)
        facts = HealthFacts(in_force=in_force, link=link, store=store, live=present.picture, database=paths.site_db)
        setup = Setup(in_force, store, at_work, first_call, on_stick=runs_from_stick(paths.booted))
        rules = DeskRules(in_force, people)
        customers = CustomerDesk(store, rules)
        imports = Imports(store, rules, at_work, paths.site_db.parent / "import")
        help = Help(people=people, in_force=in_force, link=link)
        boards = Boards(
            people=people,
            in_force=in_force,
            link=link,
            manager=manager,
            present=present,
            help=help,
            store=store,
        )
        stack.push_async_callback(boards.close)
        backups = Backups(paths.site_db, at_work, leave)
        drills = DrillDesk(in_force, store, manager, backups)
        routes = Routes()
        dialling = Dialling(in_force, rules, link)
        abandoned = Abandoned(store=store, rules=rules, in_force=in_force, people=people, link=link, dialling=dialling)
        desks = Desks(
            people=people,
            in_force=in_force,
            link=link,
            present=present,
            customers=customers,
            abandoned=abandoned,
            help=help,
            store=store,
        )
        for chapter in (
            present,
            desks,
            DeskCalls(desks, dialling, link, customers),
            help,
            boards,
            Surveys(people, in_force, link),
            Upses(Client(paths.power_socket, timeout=POWER_PATIENCE)),
            History(store, rules),
            Quality(store=store, in_force=in_force),
            abandoned,
            *of_recordings(store, rules, in_force, recording_key, audit),
            RecordingCalls(link, in_force, people),
            playback,
            audit,
            facts,
            prompts,
            MessageDesk(
                store=store,
                in_force=in_force,
                people=people,
                link=link,
                listening=listening,
                dialling=dialling,
                customers=customers,
                voicemail=Path(paths.asterisk.spool) / "voicemail",
            ),
            ClosureDesk(in_force, link, manager),
            customers,
            imports,
            Configuration(in_force, candidates, at_work, present.calls_up),
            Journal(),
            Operations(store),
            Forwarded(at_work),
            Forwarded(health, OF_HEALTH),
            Passwords(in_force, at_work),
            backups,
            drills,
            setup,
            TestCall(in_force, link, manager),
        ):
            chapter.add_to(routes)
        app = application(PAGES, routes, CoreGuard(people, store), rules.seen)
        with suppress(BranchboxError):  # `keep` says so and goes on asking
            await in_force.refresh()
        work = (
            in_force.keep(),
            link.run(),
            follower.run(),
            roster.keep(in_force, link),
            waiting.keep(manager, link, in_force, rules, store),
            prompts.keep(),
            setup.watch(),
            imports.index(),
            audit.every_night(),
            drills.keep(),
            facts.every_night(),
            watchdog.watch(lambda: follower.passed),
        )
        async with _at_work(app, paths.api_socket, work):
            yield


def of_recordings(
    store: Store, rules: DeskRules, in_force: InForce, keys: RecordingKey, audit: RecordingAudit
) -> Iterable[Recorder | RecordingKey | Recordings]:
    """The chapters on recordings that are on the shelves."""
    recorder = Recorder(store, in_force)
    yield recorder
    yield keys
    yield Recordings(store=store, rules=rules, in_force=in_force, recorder=recorder, keys=keys, audit=audit)


@asynccontextmanager
async def _at_work(
    app: web.Application, socket: Path, work: Iterable[Coroutine[Any, Any, None]]
) -> AsyncIterator[None]:
    """Answer on the socket while all that goes on by itself does."""
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(part) for part in work]
        runner = await serve(app, socket, mode=0o660, gid=people_group())
        try:
            yield
        finally:
            await runner.cleanup()
            for task in running:
                task.cancel()


def take_snapshot(database: Path) -> None:
    """Copy the database when this version is new to it; core starts without a copy rather than not at all."""
    try:
        made = snapshot.before(metadata.version("branchbox"), database)
    except metadata.PackageNotFoundError:
        log.info("this program is not installed, so it has no version; no copy of the database is made")
    except (OSError, sqlite3.Error):
        log.exception("no copy of %s could be made before this version uses it", database)
    else:
        if made is not None:
            log.info("%s holds the database as it was before this version", made)


async def run(paths: Paths) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with core(paths, leave=stop.set):
        watchdog.tell("READY=1")
        await stop.wait()
        watchdog.tell("STOPPING=1")


def people_group() -> int | None:
    """The group that may knock; None on a machine that is no box (a test)."""
    try:
        return grp.getgrnam(PEOPLE_GROUP).gr_gid
    except KeyError:
        return None


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="branchbox-core", description=__doc__)
    arguments.add_argument("--root", type=Path, default=Path("/"), help="where the box's paths begin")
    logs.start()
    asyncio.run(run(Paths(arguments.parse_args().root)))
