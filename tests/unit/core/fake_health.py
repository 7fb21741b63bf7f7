"""A health service that is all script, on its real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from appliance.api import box
from appliance.api.server import Routes, application, serve
from appliance.api.wire import Message, Method, contract_of
from appliance.site.problems import BranchboxError, Problem
from tests.unit.core.fake_host import Anybody


@asynccontextmanager
async def health(socket: Path, answers: dict[str, Message]) -> AsyncIterator[list[tuple[str, Message]]]:
    """Answer these methods so, and no other; gives what was asked."""
    asked: list[tuple[str, Message]] = []

    def answer(name: str) -> Callable[[str, Any], Awaitable[Any]]:
        async def say(_caller: str, takes: Message) -> Message:
            asked.append((name, takes))
            if name not in answers:
                raise BranchboxError(Problem(text="The service failed. Its journal says why."))
            return answers[name]

        return say

    routes = Routes()
    for method in contract_of(box).values():
        if isinstance(method, Method):
            routes.method(method, answer(method.name))
    runner = await serve(application([box], routes, Anybody()), socket, mode=0o600)
    yield asked
    await runner.cleanup()
