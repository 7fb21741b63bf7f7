"""The other end of AMI for tests: a server that says what a test tells it, byte by byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

Answer = Callable[[dict[str, str]], str]


def message(**headers: str) -> str:
    """One AMI message."""
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"


class FakeAmi:
    """Accepts logins, answers lists with `lists`, pings with pongs; `mute` freezes it."""

    def __init__(self) -> None:
        self.lists: dict[str, str] = {}
        self.accepts: dict[str, Callable[[dict[str, str]], dict[str, str] | None]] = {}
        """Actions that succeed, with further headers of the answer; None refuses this one."""
        self.actions: list[dict[str, str]] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.mute = False
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen, on the same port as before when there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Drop everybody and listen no more."""
        assert self._server
        self._server.close()
        for writer in self.writers:
            writer.transport.abort()
        self.writers.clear()

    def say(self, text: str | bytes) -> None:
        """Send something to everybody who listens."""
        for writer in self.writers:
            if not writer.is_closing():
                writer.write(text if isinstance(text, bytes) else text.encode())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mute:
            return
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        self.writers.append(writer)
        try:
            while True:
                block = (await reader.readuntil(b"\r\n\r\n")).decode()
                action = dict(line.split(": ", 1) for line in block.splitlines() if line)
                self.actions.append(action)
                if not self.mute:
                    writer.write(self._answer(action).encode())
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    def _answer(self, action: dict[str, str]) -> str:
        name, number = action["Action"], action["ActionID"]
        if name == "Login":
            if action["Secret"] != "s3cret":
                return message(Response="Error", ActionID=number, Message="Authentication failed")
            return message(Response="Success", ActionID=number) + message(Event="FullyBooted", Status="Fully Booted")
        if name == "Ping":
            return message(Response="Success", ActionID=number, Ping="Pong")
        if name == "PJSIPShowEndpoint":
            contact = message(
                Event="ContactStatusDetail",
                ActionID=number,
                EndpointName=action["Endpoint"],
                URI="sip:10.77.0.2:5060",
                Status="Reachable",
                RoundtripUsec="900",
            )
            end = message(Event="EndpointDetailComplete", ActionID=number, EventList="Complete")
            return message(Response="Success", ActionID=number, EventList="start") + contact + end
        if name in self.accepts and (further := self.accepts[name](action)) is not None:
            return message(Response="Success", ActionID=number, **further)
        if name in self.lists:
            start = message(Response="Success", ActionID=number, EventList="start")
            end = message(Event=f"{name}Complete", ActionID=number, EventList="Complete")
            return start + self.lists[name].replace("{id}", number) + end
        return message(Response="Error", ActionID=number, Message="No such thing found")


@asynccontextmanager
async def fake_ami() -> AsyncIterator[FakeAmi]:
    """A server that listens until the test's end."""
    server = FakeAmi()
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
