"""NUT's own server on this machine, asked over its line protocol.

Follows RFC 9271. Own code for these four requests: NUT's Python module is under the GPL, which this box's software is
not, and its replies have no upper limit (decision 0031).
"""

from __future__ import annotations

import shlex
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

HOST, PORT = "127.0.0.1", 3493
PATIENCE = 3.0
"""Seconds for one answer."""
_LONGEST_LINE, _MOST_LINES = 2048, 1000


class Silent(Exception):
    """The server is not there, or does not answer as it should."""


class Declined(Exception):
    """The server's own word against a request: DATA-STALE, DRIVER-NOT-CONNECTED, UNKNOWN-UPS, CMD-NOT-SUPPORTED."""


class Stream(Protocol):
    """What is needed of a connection."""

    def write(self, data: bytes, /) -> int:
        """Send."""

    def flush(self) -> None:
        """Send now."""

    def readline(self, size: int, /) -> bytes:
        """The next line, or as much of it."""


class Server:
    """One conversation with it."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def variables(self, ups: str) -> dict[str, str]:
        """What a UPS says of itself. Raises Silent and Declined."""
        return {words[-2]: words[-1] for words in self._list(f"VAR {ups}")}

    def commands(self, ups: str) -> tuple[str, ...]:
        """What it can be told. Raises Silent and Declined."""
        return tuple(words[-1] for words in self._list(f"CMD {ups}"))

    def command(self, ups: str, name: str, user: str, password: str) -> None:
        """Tell it. Raises Silent and Declined."""
        for request in (f"USERNAME {user}", f"PASSWORD {password}", f"INSTCMD {ups} {name}"):
            self._ask(request)
            answer = self._line()
            if answer[:1] != ["OK"]:
                raise Silent(f"unexpected {answer[:1]}")

    def _list(self, what: str) -> Iterator[list[str]]:
        self._ask(f"LIST {what}")
        kind = what.split(" ", 1)[0]
        if self._line()[:2] != ["BEGIN", "LIST"]:
            raise Silent("no list")
        for _ in range(_MOST_LINES):
            words = self._line()
            if words[:2] == ["END", "LIST"]:
                return
            if words[:1] != [kind] or len(words) < 3:
                raise Silent(f"unexpected {words[:1]}")
            yield words
        raise Silent("a list without end")

    def _ask(self, request: str) -> None:
        try:
            self._stream.write(request.encode() + b"\n")
            self._stream.flush()
        except OSError as error:
            raise Silent(str(error)) from error

    def _line(self) -> list[str]:
        try:
            line = self._stream.readline(_LONGEST_LINE)
            if not line.endswith(b"\n"):
                raise Silent("half a line")
            words = shlex.split(line.decode(errors="replace"))
        except (OSError, ValueError) as error:
            raise Silent(str(error)) from error
        if words[:1] == ["ERR"]:
            raise Declined(" ".join(words[1:]))
        return words


@contextmanager
def server(host: str = HOST, port: int = PORT) -> Iterator[Server]:
    """A conversation for one look: nothing of an earlier one is left. Raises Silent."""
    try:
        connection = socket.create_connection((host, port), PATIENCE)
    except OSError as error:
        raise Silent(str(error)) from error
    with connection, connection.makefile("rwb") as stream:
        yield Server(stream)
