"""One connection to Asterisk's manager interface (AMI): actions out, replies and events in.

Ours instead of panoramisk's for the reasons in docs/decisions/0002-own-ami-client.md. Every
event, also one of a list that an action asked for, goes to `on_event` in the order of the
wire, so that a snapshot and the events around it cannot overtake each other.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from appliance.site.problems import BranchboxError, Problem

_MESSAGE_END = b"\r\n\r\n"
_MESSAGE_LIMIT = 1024 * 1024

Message = Mapping[str, str]


class AmiRefused(BranchboxError):
    """Asterisk answered an action with an error."""


@dataclass
class _Asked:
    """An action that waits for its reply."""

    reply: asyncio.Future[Message]
    is_list: bool = False
    answer: Message = field(default_factory=dict)


def parse(message: bytes) -> dict[str, str]:
    """The headers of one AMI message; variables a line each, of another name that comes twice the last one."""
    headers: dict[str, str] = {}
    for line in message.decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            value = value.removeprefix(" ")
            headers[name] = f"{headers[name]}\n{value}" if name == "Variable" and name in headers else value
    return headers


def _event_name(message: bytes) -> bytes:
    """The event's name when the message is one, without parsing the rest."""
    first = message.partition(b"\r\n")[0]
    return first[len(b"Event: ") :] if first.startswith(b"Event: ") else b""


class AmiConnection:
    """A connection that is logged in; made by `open`, ended by `close` or by `listen` returning."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        on_event: Callable[[Message], None],
        on_traffic: Callable[[], None],
        heard: frozenset[str],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._on_event = on_event
        self._on_traffic = on_traffic
        self._heard = frozenset(name.encode() for name in heard)
        self._asked: dict[str, _Asked] = {}
        self._numbers = itertools.count(1)

    @classmethod
    async def open(
        cls,
        host: str,
        port: int,
        on_event: Callable[[Message], None],
        on_traffic: Callable[[], None],
        heard: frozenset[str],
    ) -> AmiConnection:
        """Connect and read the greeting; `heard` are the events that `on_event` wants. Raises OSError."""
        reader, writer = await asyncio.open_connection(host, port, limit=_MESSAGE_LIMIT)
        greeting = await reader.readline()
        if not greeting.startswith(b"Asterisk Call Manager/"):
            writer.close()
            raise ConnectionError(f"no AMI greeting: {greeting[:80]!r}")
        return cls(reader, writer, on_event, on_traffic, heard)

    async def listen(self) -> None:
        """Read until the connection ends; actions that still wait then fail with ConnectionError."""
        try:
            while True:
                message = await self._reader.readuntil(_MESSAGE_END)
                self._on_traffic()
                name = _event_name(message)
                if not name or name in self._heard or b"\r\nActionID: " in message:
                    self._take(parse(message))
        except (asyncio.IncompleteReadError, OSError):
            return
        finally:
            self.close()
            for asked in self._asked.values():
                if not asked.reply.done():
                    asked.reply.set_exception(ConnectionError("AMI connection lost"))
                    asked.reply.exception()  # nobody may be left to ask for it
            self._asked.clear()

    def _take(self, message: Message) -> None:
        event = message.get("Event", "")
        if event.encode() in self._heard:
            self._on_event(message)
        asked = self._asked.get(message.get("ActionID", ""))
        if asked is None or asked.reply.done():
            return
        if "Response" in message:
            asked.answer = message
            asked.is_list = message.get("EventList") == "start"
            if not asked.is_list:
                asked.reply.set_result(message)
        elif asked.is_list and message.get("EventList") in {"Complete", "cancelled"}:
            asked.reply.set_result(asked.answer)

    async def action(self, name: str, headers: Mapping[str, str] | None = None, *, timeout: float = 10.0) -> Message:
        """Send an action and give its response, for a list action when the list is complete.

        Raises `AmiRefused` on an error response, TimeoutError after `timeout` seconds,
        ConnectionError when the connection ends, ValueError for a header that holds a line end.
        """
        number = str(next(self._numbers))
        lines = {"Action": name, "ActionID": number, **(headers or {})}
        if any(char in "\r\n" for pair in lines.items() for text in pair for char in text):
            raise ValueError("an AMI header cannot hold a line end")
        asked = self._asked[number] = _Asked(asyncio.get_running_loop().create_future())
        try:
            self._writer.write("".join(f"{key}: {value}\r\n" for key, value in lines.items()).encode() + b"\r\n")
            async with asyncio.timeout(timeout):
                await self._writer.drain()
                reply = await asked.reply
        finally:
            self._asked.pop(number, None)
        if reply.get("Response") == "Error":
            raise AmiRefused(
                Problem(
                    text="Asterisk refused the action {action}.",
                    args={"action": name},
                    original=reply.get("Message", ""),
                )
            )
        return reply

    def close(self) -> None:
        """Drop the connection at once."""
        self._writer.transport.abort()
