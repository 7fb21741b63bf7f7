"""branchbox-host: the composition root of the root side. Wiring only."""

from __future__ import annotations

import asyncio
import grp
import pwd
import time
from functools import partial
from importlib import metadata
from pathlib import Path

import asterisk_conf
from appliance.api import verbs
from appliance.api.contract import RestartKind
from appliance.api.server import application, serve
from appliance.site import document as documents
from appliance.site.exchange import LIVE, STATE
from provisioning import accounts, announcements
from provisioning.announcements import Announcements
from provisioning.apply import Applier
from provisioning.asterisk import LiveAsterisk
from provisioning.backup.backups import Backups
from provisioning.backup.content import Places
from provisioning.backup.restore import Owners as BackupOwners
from provisioning.backup.restore import Restoring
from provisioning.backup.verbs import BackupVerbs
from provisioning.booted import booted
from provisioning.effect import Generator
from provisioning.files import Access
from provisioning.first_boot import FirstBootVerbs
from provisioning.install.verbs import InstallVerbs
from provisioning.journal import to_journal
from provisioning.life import live_until_told
from provisioning.lines import Lines
from provisioning.machine import noc
from provisioning.machine.judging import Judge
from provisioning.machine.machine import Machine, group_now
from provisioning.machine.network_verbs import NetworkVerbs
from provisioning.machine.system import System
from provisioning.noc.certificates import Certificates
from provisioning.noc.verbs import NocVerbs
from provisioning.password_verbs import PasswordVerbs
from provisioning.passwords import Passwords
from provisioning.power import reset
from provisioning.power.mains import Mains
from provisioning.power.power import Before, Power
from provisioning.power.scan import ScanVerbs
from provisioning.power.verbs import PowerVerbs
from provisioning.prompt_verbs import PromptVerbs
from provisioning.revisions import Owners, Revisions
from provisioning.secret import ami_password, nut_passwords
from provisioning.service import CoreOnly, HostService
from provisioning.sounds import Workshop
from provisioning.stick_verbs import StickVerbs
from provisioning.trial import Trial
from provisioning.updates.rauc import Rauc
from provisioning.updates.records import Records
from provisioning.updates.sources import Disk, fetched
from provisioning.updates.updater import Updater
from provisioning.updates.verbs import UpdateVerbs

SEED = Path("/etc/branchbox/site.toml")
RUN = Path("/run/branchbox/host")
ROOTS = Access(0, 0, 0o644)
"""The machine's settings are root's, and everybody may read them."""


async def main() -> None:
    """Put the service together, take up what an earlier run left, and answer until told to stop."""
    to_journal("branchbox-host")
    core, asterisk = pwd.getpwnam("branchbox"), pwd.getpwnam("asterisk")
    readers = grp.getgrnam("branchbox").gr_gid
    secrets = asterisk_conf.Secrets(ami=ami_password(Path(STATE) / "secrets", 0, readers))
    kept = Passwords(Path(STATE) / "secrets")
    render = partial(asterisk_conf.render, secrets=secrets)
    trial = Trial(
        RUN / "trial",
        Access(asterisk.pw_uid, asterisk.pw_gid, 0o700),
        partial(render, lines=False),
        asterisk_conf.explain,
    )
    live = LiveAsterisk(LIVE)
    machine = Machine(Path("/"), RUN / "unsettled", ROOTS, nut_passwords(Path(STATE) / "secrets", 0, readers))
    certificates = Certificates(Path(noc.OWN_FOLDER), ROOTS, partial(group_now, noc.HEALTH))
    judge = Judge(machine, RUN / "check", ROOTS)
    revisions = Revisions(Path(STATE) / "revisions", Owners(0, 0, asterisk.pw_gid))
    own = Announcements(announcements.FOLDER, announcements.espeak, time.time)
    applier = Applier(
        revisions,
        Generator(partial(render, directories=LIVE), asterisk_conf.RELOADS, asterisk_conf.explain),
        trial,
        live,
        accounts.System(kept),
        machine=System(machine, judge, certificates),
        lines=Lines(Path("/"), ROOTS),
        clock=time.time,
        announcements=own.prepare,
    )
    box = booted()
    version = metadata.version("branchbox")
    updater = Updater(box, version, Rauc(), Disk(), fetched, records=Records(), note=RUN / "install.json")
    before: dict[RestartKind, Before] = {
        RestartKind.UPDATE: lambda restart: updater.switch(restart.by),
        RestartKind.ROLLBACK: lambda restart: updater.switch(restart.by),
        RestartKind.RESET: lambda restart: reset.order(reset.NOTE, keep_recordings=restart.keep_recordings),
    }
    power = Power(live, before, note=RUN / "power.json")
    mains = Mains(power, live.ask, cut=RUN / "cut-load")
    before[RestartKind.MAINS] = mains.order_cut
    power_verbs = PowerVerbs(power, box, lambda: documents.load(applier.read(None).toml).site.code, mains)
    places = Places()
    backups = Backups(
        places,
        revisions,
        home=RUN / "backup",
        version=version,
        tried=lambda site: trial.start(site).problems,
    )
    owners = BackupOwners((core.pw_uid, core.pw_gid), (asterisk.pw_uid, asterisk.pw_gid))
    restoring = Restoring(backups, applier, places, owners)
    service = HostService(applier, lambda: power.pending)
    await asyncio.to_thread(trial.prepare)
    await asyncio.to_thread(backups.prepare)
    await asyncio.to_thread(applier.begin, SEED.read_text() if SEED.exists() else None)
    noc_verbs = NocVerbs(applier.in_force, certificates)
    routes = service.routes()
    for chapter in (
        StickVerbs(),
        InstallVerbs(),
        UpdateVerbs(updater, power),
        power_verbs,
        ScanVerbs(applier.in_force),
        PasswordVerbs(kept),
        FirstBootVerbs(judge.probe),
        NetworkVerbs(applier.in_force, judge),
        BackupVerbs(backups, restoring, service),
        noc_verbs,
        PromptVerbs(own, Workshop(RUN / "sound"), applier.in_force),
    ):
        chapter.add_to(routes)
    app = application([verbs], routes, CoreOnly(core.pw_uid))
    runner = await serve(app, RUN / "verbs.sock", mode=0o660, gid=readers)
    service.count_down()
    updater.take_up()
    power_verbs.begin()
    certificates_kept = asyncio.create_task(noc_verbs.look_after())
    await live_until_told()
    certificates_kept.cancel()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
