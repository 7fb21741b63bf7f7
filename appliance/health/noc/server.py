"""HTTPS for pollers: h11 on asyncio's streams, because what waits for whom, and for how long, is the point here.

aiohttp, which serves our own sockets, waits for a slow client's headers as long as it likes. Nothing is computed for a
poll: it is let in or not, and gets the bytes of the last look (decision 0035).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import h11

from appliance.health.noc import door
from appliance.health.noc.answers import PLAIN, Page
from appliance.health.noc.settings import Read, Settings, State

log = logging.getLogger("branchbox.health")

MOST = 64
"""Connections at once; the one that has been idle longest makes room."""
HANDSHAKE_SECONDS = 5.0
REQUEST_SECONDS = 5.0
"""From a request's first byte to its last."""
ANSWER_SECONDS = 10.0
IDLE_SECONDS = 90.0
"""A scrape a minute keeps its connection, and with it the handshake."""
LONGEST = 8192
"""Bytes of a request's head."""
TOLD_EVERY = 60.0
"""Seconds between two lines of the journal about the same refused address."""

PATHS = ("/health", "/metrics")
STUCK = Page(PLAIN, b"The watch over this box is stuck: what it knows is too old to be told. It is started again.\n")
REFUSED = Page(PLAIN, b"Show a token (Authorization: Bearer ...) or a certificate that this box knows.\n")
NOTHING = Page(PLAIN, b"Here are /health and /metrics.\n")
NO_METHOD = Page(PLAIN, b"Ask with GET.\n")
UNREADABLE = Page(PLAIN, b"This is no request.\n")


@dataclass(eq=False)
class Visit:
    """One connection; `idle_since` is None while a request is on its way."""

    writer: asyncio.StreamWriter
    idle_since: float | None = field(default_factory=time.monotonic)

    @property
    def address(self) -> str:
        """Where it comes from."""
        peer = self.writer.get_extra_info("peername")
        return str(peer[0]) if peer else "?"


class Polls:
    """Answers with the pages and their age that `ready` gives, the way that the settings say now."""

    def __init__(self, ready: Callable[[], tuple[dict[str, Page], float] | None]) -> None:
        self._ready = ready
        self._known: State | None = None
        self._settings: Settings | None = None
        self._server: asyncio.Server | None = None
        self._visits: set[Visit] = set()
        self._told: dict[str, float] = {}
        self.answered: Counter[int] = Counter()
        """How many polls each HTTP status was given to."""
        self.trouble = ""
        """Why nobody is answered though somebody should be; empty when all is well."""

    @property
    def settings(self) -> Settings | None:
        """What is in force; None when nobody polls."""
        return self._settings

    async def follow(self, found: Read) -> None:
        """Begin, begin anew with other settings, or end."""
        if found.state == self._known:
            return
        self._known = found.state
        await self.close()
        self._settings = found.settings
        if found.settings is not None:
            await self._open(found.settings)

    async def close(self) -> None:
        """Answer nobody any more."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for visit in tuple(self._visits):
            visit.writer.transport.abort()
        self.trouble = ""

    async def _open(self, wanted: Settings) -> None:
        try:
            self._server = await asyncio.start_server(
                self._visit,
                port=wanted.port,
                limit=LONGEST,
                ssl=wanted.context(),
                ssl_handshake_timeout=HANDSHAKE_SECONDS,
                ssl_shutdown_timeout=1.0,
            )
        except (OSError, ValueError) as error:
            self.trouble = str(error)
            self._known = None  # tried again at the next look
            log.error("polls of the NOC cannot be answered: %s", error)
        else:
            log.info("polls of the NOC are answered on port %d", wanted.port)

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = Visit(writer)
        if not self._room():
            writer.transport.abort()
            return
        self._visits.add(visit)
        try:
            await self._converse(visit, reader)
        except (OSError, TimeoutError, h11.LocalProtocolError):
            pass  # it went, or was too slow: nothing is owed to it
        finally:
            self._visits.discard(visit)
            writer.transport.abort() if writer.is_closing() else writer.close()
            with suppress(OSError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 2.0)

    def _room(self) -> bool:
        if len(self._visits) < MOST:
            return True
        idle = [visit for visit in self._visits if visit.idle_since is not None]
        if not idle:
            return False
        eldest = min(idle, key=lambda visit: visit.idle_since or 0.0)
        self._visits.discard(eldest)
        eldest.writer.transport.abort()
        return True

    async def _converse(self, visit: Visit, reader: asyncio.StreamReader) -> None:
        """Requests and answers, one after the other."""
        talk = h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST)
        while True:
            visit.idle_since = time.monotonic()
            first = await asyncio.wait_for(reader.read(LONGEST), IDLE_SECONDS)
            visit.idle_since = None
            if not first:
                return
            talk.receive_data(first)
            try:
                async with asyncio.timeout(REQUEST_SECONDS):
                    request = await _request(talk, reader)
            except h11.RemoteProtocolError as error:
                await self._say(visit, talk, error.error_status_hint, UNREADABLE, head=False)
                return
            if request is None:
                return
            status, page, age = self._answer(visit, request)
            await self._say(visit, talk, status, page, head=request.method == b"HEAD", age=age)
            if talk.our_state is not h11.DONE or talk.their_state is not h11.DONE:
                return
            talk.start_next_cycle()

    def _answer(self, visit: Visit, request: h11.Request) -> tuple[int, Page, float | None]:
        held = dict(request.headers)
        certificate = visit.writer.get_extra_info("peercert")
        if self._settings is None or not door.admits(self._settings, held.get(b"authorization"), certificate):
            self._tell(visit.address)
            return 401, REFUSED, None
        path = request.target.partition(b"?")[0].decode("ascii", "replace")
        if request.method not in (b"GET", b"HEAD"):
            return 405, NO_METHOD, None
        if path not in PATHS:
            return 404, NOTHING, None
        ready = self._ready()
        if ready is None:
            return 503, STUCK, None
        pages, age = ready
        return 200, pages[path], age

    async def _say(
        self, visit: Visit, talk: h11.Connection, status: int, page: Page, *, head: bool, age: float | None = None
    ) -> None:
        self.answered[status] += 1
        headers = [
            ("Content-Type", page.kind),
            ("Content-Length", str(len(page.body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            *([("Age", str(int(age)))] if age is not None else []),
            *([("WWW-Authenticate", 'Bearer realm="branchbox"')] if status == 401 else []),
            *([("Allow", "GET, HEAD")] if status == 405 else []),
            *([("Connection", "close")] if status >= 400 else []),
        ]
        events = [h11.Response(status_code=status, headers=headers), *([] if head else [h11.Data(page.body)])]
        for event in (*events, h11.EndOfMessage()):
            visit.writer.write(talk.send(event) or b"")
        await asyncio.wait_for(visit.writer.drain(), ANSWER_SECONDS)

    def _tell(self, address: str) -> None:
        now = time.monotonic()
        self._told = {each: at for each, at in self._told.items() if now - at < TOLD_EVERY}
        if address not in self._told:
            self._told[address] = now
            log.warning("a poll from %s was refused", address, extra={"BRANCHBOX_ADDRESS": address})


async def _request(talk: h11.Connection, reader: asyncio.StreamReader) -> h11.Request | None:
    """A whole request; None when the other side went. What a body says is read and forgotten, within limits."""
    request: h11.Request | None = None
    body = 0
    while True:
        event = talk.next_event()
        if event is h11.NEED_DATA:
            talk.receive_data(await reader.read(LONGEST))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += len(event.data)
            if body > LONGEST:
                raise h11.RemoteProtocolError("too long a body", error_status_hint=413)
        elif isinstance(event, h11.EndOfMessage):
            return request
        else:  # ConnectionClosed, PAUSED
            return None
