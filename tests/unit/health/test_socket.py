"""Health on its socket: who is answered, and that an answer costs nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from appliance.api import box
from appliance.api.client import Client
from appliance.api.contract import Box
from appliance.api.server import Peer, Routes, application, serve
from appliance.api.wire import Empty, Refused
from appliance.health.guard import OnlyCore

PICTURE = Box(cpu=0.1, memory=0.2, disk=0.3, as_of=1795000000.0, version="1.2.3")


async def test_core_is_answered_from_the_picture(tmp_path: Path) -> None:
    async def answer(caller: str, _: Empty) -> Box:
        return PICTURE

    routes = Routes()
    routes.method(box.BOX, answer)
    runner = await serve(application([box], routes, OnlyCore(os.getuid())), tmp_path / "health.sock", mode=0o660)
    client = Client(tmp_path / "health.sock")
    for _ in range(200):
        assert await client.call(box.BOX, Empty()) == PICTURE
    await runner.cleanup()


@pytest.mark.parametrize(("uid", "name"), [(0, "root"), (990, "core")])
async def test_core_and_root_may_ask(uid: int, name: str) -> None:
    assert await OnlyCore(990).admit(Peer(1, uid, 1), box.BOX) == name


async def test_nobody_else_may_ask() -> None:
    with pytest.raises(Refused, match="Ask core instead"):
        await OnlyCore(990).admit(Peer(1, 1000, 990), box.BOX)
