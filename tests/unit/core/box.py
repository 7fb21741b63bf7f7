"""A core with its real sockets and its real database in a folder of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance.api import contract
from appliance.api.client import Client
from appliance.api.contract import Operation, OperationFilter
from appliance.core.__main__ import core
from appliance.core.paths import Paths
from appliance.site import document
from appliance.site.models import Person, Role, SiteDocument
from tests.unit.core.fake_host import FakeHost

NO_AMI = 1
"""A port where nothing listens."""


def example() -> SiteDocument:
    """The example branch with passwords, and one person of every role, named by it."""
    read, problems = document.parse(document.example("en"))
    assert read is not None
    assert all("password" in str(problem) for problem in problems)
    people = tuple(
        Person(login=str(role), name=f"A {role}", role=role, extension="8021" if role is Role.SUPERVISOR else None)
        for role in Role
        if role is not Role.AGENT
    )
    agent = Person(login="agent", name="An agent", role=Role.AGENT, agent="8001")
    filled = document.fill_secrets(read, None, generate=True)
    return filled.model_copy(update={"people": (*people, agent)})


@dataclass
class Who:
    """Whose account the test's own uid is to core."""

    login: str | None


@dataclass
class Box:
    """A running core, its host, and who knocks."""

    client: Client
    host: FakeHost
    who: Who
    paths: Paths
    site: SiteDocument

    async def operations(self) -> list[Operation]:
        """The operation log, oldest first."""
        was, self.who.login = self.who.login, "root"
        page = await self.client.call(contract.OPLOG_LIST, OperationFilter(limit=1000))
        self.who.login = was
        return list(reversed(page.operations))


@asynccontextmanager
async def folder() -> AsyncIterator[Path]:
    """A root with a short path: a Unix socket's name holds 107 bytes."""
    root = Path(tempfile.mkdtemp(prefix="branchbox-core-"))
    for below in (
        "var/lib/branchbox/core",
        "var/lib/branchbox/recordings",
        "var/lib/branchbox/secrets",
        "var/log/asterisk",
        "var/spool/asterisk/monitor",
        "run/branchbox/playback",
    ):
        (root / below).mkdir(parents=True)
    for service in ("core", "host", "health"):
        (root / "run/branchbox" / service).mkdir(parents=True)
    try:
        yield root
    finally:
        shutil.rmtree(root)


@asynccontextmanager
async def box(
    *,
    login: str = "technician",
    ami_port: int = NO_AMI,
    host_is_up: bool = True,
    set_up: bool = True,
    site: SiteDocument | None = None,
) -> AsyncIterator[Box]:
    """A box whose caller is `login`, the example branch unless `site` says another; without `set_up` it has no revision
    yet."""
    site = site or example()
    async with folder() as root:
        paths = Paths(root, ami_port)
        paths.ami_secret.write_text("s3cret")
        host = FakeHost(document.dump(site) if set_up else None)
        who = Who(login)
        if host_is_up:
            await host.start(paths.host_socket)
        async with core(paths, lambda uid: who.login):
            yield Box(Client(paths.api_socket), host, who, paths, site)
        await host.stop()
