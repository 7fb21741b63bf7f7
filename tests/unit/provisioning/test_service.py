"""The verbs over a real socket: who may ask, and the countdown that nobody has to watch."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from appliance.api import verbs, wire
from appliance.api.client import Client
from appliance.api.server import application, serve
from appliance.api.verbs import ApplyDocument, Arrival, RevisionNumber, StoredDocument
from appliance.api.wire import Empty, Refused
from appliance.site.problems import BranchboxError
from provisioning.service import CoreOnly, HostService
from tests.unit.provisioning.conftest import Box, edited


async def _of_another_chapter(_caller: str, _takes: wire.Message) -> wire.Message:
    raise NotImplementedError


@asynccontextmanager
async def host(box: Box, path: Path, uid: int) -> AsyncIterator[Client]:
    service = HostService(box.service())
    routes = service.routes()
    for name, verb in wire.contract_of(verbs).items():
        if name not in routes.methods and isinstance(verb, wire.Method):
            routes.method(verb, _of_another_chapter)
    runner = await serve(application([verbs], routes, CoreOnly(uid)), path, mode=0o660)
    service.count_down()
    yield Client(path)
    await runner.cleanup()


async def test_core_applies_and_confirms(box: Box, seed: str, tmp_path: Path) -> None:
    box.clock.now = time.time()
    box.service().begin(seed)
    async with host(box, tmp_path / "verbs.sock", os.getuid()) as client:
        toml = edited(box.in_force(), 33)
        assert (await client.call(verbs.TRIAL, StoredDocument(toml=toml))).reloads == ("queue reload all",)
        wish = ApplyDocument(toml=toml, by="zhang", why="w", confirm_within=300)
        assert (await client.call(verbs.APPLY, wish)).revision == 2
        assert (await client.call(verbs.STATE, Empty())).pending == 2
        assert (await client.call(verbs.CONFIRM, Arrival())).pending is None
        assert (await client.call(verbs.READ, RevisionNumber())).toml == box.revisions.site(2)
        newest = (await client.call(verbs.REVISIONS, Empty())).revisions[0]
        assert (newest.number, newest.current, newest.confirmed) == (2, True, True)
        with pytest.raises(BranchboxError, match="no revision 9"):
            await client.call(verbs.READ, RevisionNumber(revision=9))


async def test_anybody_else_is_refused_whatever_the_verb(box: Box, seed: str, tmp_path: Path) -> None:
    box.service().begin(seed)
    async with host(box, tmp_path / "verbs.sock", os.getuid() + 1) as client:
        with pytest.raises(Refused, match="Only branchbox-core"):
            await client.call(verbs.STATE, Empty())
        with pytest.raises(Refused, match="Only branchbox-core"):
            await client.call(verbs.READ, RevisionNumber())
        with pytest.raises(Refused, match="Only branchbox-core"):
            await client.call(verbs.CONFIRM, Arrival())


async def test_the_countdown_goes_on_over_a_start_and_takes_the_old_revision_back(
    box: Box, seed: str, tmp_path: Path
) -> None:
    box.service().begin(seed)
    box.clock.now = time.time()
    box.service().apply(edited(box.in_force(), 33), by="zhang", why="w", confirm_within=0.2)
    assert box.revisions.current() == 2
    box.clock.now += 1
    async with host(box, tmp_path / "verbs.sock", os.getuid()) as client:
        deadline = time.monotonic() + 10
        while box.revisions.pending() is not None:
            assert time.monotonic() < deadline, "never went back"
            await asyncio.sleep(0.02)
        assert (await client.call(verbs.STATE, Empty())).current == 1
