"""A contract's server: HTTP on a Unix socket.

It refuses to start when a handler is missing. Who calls is the peer's uid (SO_PEERCRED); what the uid may do is the
server's `Guard`.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from aiohttp import web
from pydantic import ValidationError

from appliance.api.wire import FAULT, Message, Method, P, Problems, R, Refused, Stream, contract_of
from appliance.site.problems import BranchboxError, Problem


@dataclass(frozen=True)
class Peer:
    """Who calls: the kernel's word on the other end of the socket."""

    pid: int
    uid: int
    gid: int


class Guard(Protocol):
    """Decides who may call what, and is told how each call ended, before the caller is.

    Both wait, so that what goes into a log is there before the answer is.
    """

    async def admit(self, peer: Peer, called: Method[Any, Any] | Stream[Any]) -> str:
        """Give the caller's name, or raise `Refused`."""

    async def done(self, caller: str, called: Method[Any, Any], takes: Message, gave: Message | BranchboxError) -> None:
        """Hear how an admitted call ended: with its answer, or with what stood against it."""


Handler = Callable[[str, P], Awaitable[R]]
"""A method's code: caller's name and parameters in, result out."""
Source = Callable[[str], AsyncIterator[R]]
"""A stream's code: caller's name in, messages out."""


AnyMessage = TypeVar("AnyMessage", bound=Message)


class Seen(Protocol):
    """What one caller may see of an answer, whatever it is."""

    def __call__(self, caller: str, answer: AnyMessage, /) -> AnyMessage:
        """The answer as this caller sees it."""


def whole(_caller: str, answer: AnyMessage, /) -> AnyMessage:
    """Everybody sees everything that they may ask for."""
    return answer


class Routes:
    """A contract's handlers, typed as they are added."""

    def __init__(self) -> None:
        self.methods: dict[str, tuple[Method[Any, Any], Handler[Any, Any]]] = {}
        self.streams: dict[str, tuple[Stream[Any], Source[Any]]] = {}

    def method(self, called: Method[P, R], handler: Handler[P, R]) -> None:
        """Answer a method with `handler`."""
        self.methods[called.name] = (called, handler)

    def stream(self, called: Stream[R], source: Source[R]) -> None:
        """Answer a stream with `source`."""
        self.streams[called.name] = (called, source)


def peer_of(request: web.Request) -> Peer:
    """The kernel's word on who sent this request."""
    transport = request.transport
    if transport is None:
        raise ConnectionResetError
    sock: socket.socket = transport.get_extra_info("socket")
    pid, uid, gid = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return Peer(pid, uid, gid)


def _answer(status: int, *problems: Problem) -> web.Response:
    return _said(Problems(problems=problems), status)


def _said(message: Message, status: int = 200) -> web.Response:
    return web.Response(status=status, text=message.model_dump_json(), content_type="application/json")


class _Door:
    """Lets requests in and hands them to their handlers."""

    def __init__(self, routes: Routes, guard: Guard, seen: Seen) -> None:
        self._routes = routes
        self._guard = guard
        self._seen = seen
        self._streaming: set[asyncio.Task[None]] = set()

    async def call(self, request: web.Request) -> web.Response:
        """Answer a method."""
        name = request.match_info["name"]
        if name not in self._routes.methods:
            return _answer(404, Problem(text="There is no method {name}.", args={"name": name}))
        called, handler = self._routes.methods[name]
        try:
            caller = await self._guard.admit(peer_of(request), called)
        except Refused as refused:
            return _answer(403, *refused.problems)
        try:
            takes = called.takes.model_validate_json(await request.read() or b"{}")
        except ValidationError as wrong:
            return _answer(400, Problem(text="The request does not fit.", original=str(wrong)))
        try:
            gives = await handler(caller, takes)
        except Refused as refused:
            await self._guard.done(caller, called, takes, refused)
            return _said(self._seen(caller, Problems(problems=refused.problems)), 403)
        except BranchboxError as wrong:
            await self._guard.done(caller, called, takes, wrong)
            return _said(self._seen(caller, Problems(problems=wrong.problems)), 409)
        except Exception:
            await self._guard.done(caller, called, takes, BranchboxError(FAULT))
            raise
        await self._guard.done(caller, called, takes, gives)
        return _said(self._seen(caller, gives))

    async def follow(self, request: web.Request) -> web.StreamResponse:
        """Answer a stream until its reader goes or the service ends."""
        name = request.match_info["name"]
        if name not in self._routes.streams:
            return _answer(404, Problem(text="There is no stream {name}.", args={"name": name}))
        called, source = self._routes.streams[name]
        try:
            caller = await self._guard.admit(peer_of(request), called)
        except Refused as refused:
            return _answer(403, *refused.problems)
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        flow = asyncio.create_task(self._flow(caller, source(caller), response))
        self._streaming.add(flow)
        try:
            await flow
        except (asyncio.CancelledError, ConnectionResetError):
            flow.cancel()
        finally:
            self._streaming.discard(flow)
        return response

    async def _flow(self, caller: str, messages: AsyncIterator[Message], response: web.StreamResponse) -> None:
        async for message in messages:
            await response.write(self._seen(caller, message).model_dump_json().encode() + b"\n")

    async def close(self, _app: web.Application) -> None:
        """End the streams, which never end by themselves and would hold up the end of the service."""
        for flow in self._streaming:
            flow.cancel()


def application(pages: Sequence[object], routes: Routes, guard: Guard, seen: Seen = whole) -> web.Application:
    """An aiohttp application that answers exactly the contract of these modules; every answer passes `seen`.

    Raises LookupError when a method has no handler or a handler no method.
    """
    declared = contract_of(*pages)
    given = routes.methods.keys() | routes.streams.keys()
    if declared.keys() != given:
        raise LookupError(f"handlers and contract differ: {sorted(declared.keys() ^ given)}")
    door = _Door(routes, guard, seen)
    app = web.Application(client_max_size=4 * 1024 * 1024)
    app.on_shutdown.append(door.close)
    app.router.add_post("/{name:.+}", door.call)
    app.router.add_get("/{name:.+}", door.follow)
    return app


async def serve(app: web.Application, path: Path, *, mode: int, gid: int | None = None) -> web.AppRunner:
    """Listen on a Unix socket at `path` with these permissions; the caller cleans the runner up."""
    path.unlink(missing_ok=True)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.bind(str(path))
    if gid is not None:
        os.chown(path, -1, gid)
    path.chmod(mode)
    await web.SockSite(runner, sock).start()
    return runner
