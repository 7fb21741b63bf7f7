"""A contract's client: each question is a connection of its own, so that nothing stays open between two.

Programs that live for one question start often: this end of the wire loads no web framework.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import h11
from pydantic import ValidationError

from appliance.api.wire import FAULT, Method, P, Problems, R, Refused, Stream, Unreachable
from appliance.site.problems import BranchboxError, Problem

HEARTBEAT = 10.0
"""Seconds; a stream says something more often."""
_PIECE = 65536
"""Bytes read at once."""


class _Answer:
    """What comes back on a connection (RFC 9112, by h11)."""

    def __init__(self, talk: h11.Connection, reader: asyncio.StreamReader, patience: float | None) -> None:
        self._talk = talk
        self._reader = reader
        self._patience = patience

    async def status(self) -> int:
        """Its status code; comes first."""
        event = await self._next()
        return event.status_code if isinstance(event, h11.Response) else 0

    async def pieces(self) -> AsyncIterator[bytes]:
        """Its body, as it comes."""
        while isinstance(event := await self._next(), h11.Data):
            yield event.data

    async def body(self) -> bytes:
        """Its whole body."""
        return b"".join([piece async for piece in self.pieces()])

    async def _next(self) -> object:
        while (event := self._talk.next_event()) is h11.NEED_DATA:
            async with asyncio.timeout(self._patience):
                self._talk.receive_data(await self._reader.read(_PIECE))
        return event


class Client:
    """A typed client of one contract on one socket; `timeout` is seconds for a whole call."""

    def __init__(self, path: Path, *, timeout: float = 60.0) -> None:
        self._path = path
        self._timeout = timeout

    async def call(self, called: Method[P, R], takes: P) -> R:
        """Call a method. Raises `Refused`, `Unreachable` or `BranchboxError` with problems."""
        try:
            async with asyncio.timeout(self._timeout):
                async with self._asked("POST", called.name, takes.model_dump_json().encode()) as answer:
                    status, body = await answer.status(), await answer.body()
        except (OSError, TimeoutError, h11.ProtocolError) as error:
            raise self._unreachable(error) from error
        _raise_for(status, body)
        return called.gives.model_validate_json(body)

    async def follow(self, called: Stream[R]) -> AsyncIterator[R]:
        """Follow a stream until it ends. Raises as `call` does."""
        try:
            async with self._asked("GET", called.name, patience=HEARTBEAT) as answer:
                if (status := await answer.status()) != HTTPStatus.OK:
                    _raise_for(status, await answer.body())
                buffer = b""
                async for piece in answer.pieces():
                    *lines, buffer = (buffer + piece).split(b"\n")
                    for line in lines:
                        yield called.gives.model_validate_json(line)
        except (OSError, TimeoutError, h11.ProtocolError) as error:
            raise self._unreachable(error) from error

    @asynccontextmanager
    async def _asked(
        self, verb: str, name: str, body: bytes = b"", *, patience: float | None = None
    ) -> AsyncIterator[_Answer]:
        reader, writer = await asyncio.open_unix_connection(self._path)
        try:
            talk = h11.Connection(h11.CLIENT)
            headers = [("Host", "box"), ("Connection", "close"), ("Content-Length", str(len(body)))]
            for event in (
                h11.Request(method=verb, target=f"/{name}", headers=headers),
                h11.Data(body),
                h11.EndOfMessage(),
            ):
                writer.write(talk.send(event) or b"")
            yield _Answer(talk, reader, patience)
        finally:
            writer.close()

    def _unreachable(self, error: Exception) -> Unreachable:
        return Unreachable(
            Problem(
                text="The box's service at {socket} does not answer. Calls go on; try again in a moment.",
                args={"socket": str(self._path)},
                original=str(error) or type(error).__name__,
            )
        )


def _raise_for(status: int, body: bytes) -> None:
    if status == HTTPStatus.OK:
        return
    try:
        problems = Problems.model_validate_json(body).problems
    except ValidationError:
        problems = (FAULT.model_copy(update={"original": f"HTTP {status}"}),)
    raise (Refused if status == HTTPStatus.FORBIDDEN else BranchboxError)(*problems)
