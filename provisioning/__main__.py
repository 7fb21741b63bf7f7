"""branchbox-host: the composition root of the root side. Wiring only."""

from __future__ import annotations

import asyncio
import grp
import pwd
import time
from functools import partial
from pathlib import Path

import asterisk_conf
from appliance.api import verbs, wire
from appliance.site.exchange import LIVE, STATE
from provisioning import accounts
from provisioning.apply import Applier
from provisioning.asterisk import LiveAsterisk
from provisioning.effect import Generator
from provisioning.files import Access
from provisioning.journal import to_journal
from provisioning.life import live_until_told
from provisioning.revisions import Owners, Revisions
from provisioning.secret import ami_password
from provisioning.service import CoreOnly, HostService
from provisioning.stick_verbs import StickVerbs
from provisioning.trial import Trial

SEED = Path("/etc/branchbox/site.toml")
RUN = Path("/run/branchbox/host")


async def main() -> None:
    """Put the service together, take up what an earlier run left, and answer until told to stop."""
    to_journal("branchbox-host")
    core, asterisk = pwd.getpwnam("branchbox"), pwd.getpwnam("asterisk")
    readers = grp.getgrnam("branchbox").gr_gid
    secrets = asterisk_conf.Secrets(ami=ami_password(Path(STATE) / "secrets", 0, readers))
    render = partial(asterisk_conf.render, secrets=secrets)
    trial = Trial(RUN / "trial", Access(asterisk.pw_uid, asterisk.pw_gid, 0o700), render, asterisk_conf.explain)
    applier = Applier(
        Revisions(Path(STATE) / "revisions", Owners(0, 0, asterisk.pw_gid)),
        Generator(partial(render, directories=LIVE), asterisk_conf.RELOADS, asterisk_conf.explain),
        trial,
        LiveAsterisk(LIVE),
        accounts.System(),
        clock=time.time,
    )
    service = HostService(applier)
    await asyncio.to_thread(trial.prepare)
    await asyncio.to_thread(applier.begin, SEED.read_text() if SEED.exists() else None)
    routes = service.routes()
    for chapter in (StickVerbs(),):
        chapter.add_to(routes)
    app = wire.application([verbs], routes, CoreOnly(core.pw_uid))
    runner = await wire.serve(app, RUN / "verbs.sock", mode=0o660, gid=readers)
    service.count_down()
    await live_until_told()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
