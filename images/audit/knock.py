"""Knocking on ports from an address of one's own.

`python -m images.audit.knock QUESTION`: TCP gives the ports that took a connection; UDP sends one datagram to each
and gives nothing, because silence says nothing: the box is asked what came in.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import resource
import select
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self, TypedDict

SECONDS = 1.6
"""A box in the same room answers in milliseconds; one that drops never does. The kernel asks again after one second."""
DATAGRAMS, PAUSE = 50, 0.02
"""So many go at once, and then none for so many seconds: an emulated guest takes no more."""
CONNECTIONS = DATAGRAMS // 2
"""The same of TCP, where most are asked for twice."""


class Question(TypedDict):
    """Who knocks where: `kind` is tcp or udp, ports are `first` to `last`."""

    kind: str
    source: str
    target: str
    first: int
    last: int


def knock(question: Question) -> list[int]:
    """The TCP ports that are open; an empty list for UDP."""
    ports = range(question["first"], question["last"] + 1)
    if question["kind"] == "udp":
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.bind((question["source"], 0))
            for number, port in enumerate(ports, 1):
                line.sendto(b"\r\n\r\n", (question["target"], port))
                if not number % DATAGRAMS:
                    time.sleep(PAUSE)
        return []
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return sorted(_open(question["source"], question["target"], ports))


def _open(source: str, target: str, ports: Sequence[int]) -> Iterator[int]:
    """The ports that take a connection in time, each asked for a little after the one before it."""
    waiting = select.poll()
    asked: dict[int, Attempt] = {}
    for first in range(0, len(ports), CONNECTIONS):
        for port in ports[first : first + CONNECTIONS]:
            attempt = Attempt.at(source, target, port)
            asked[attempt.line.fileno()] = attempt
            waiting.register(attempt.line, select.POLLOUT)
        yield from _answers(waiting, asked, PAUSE)
    while asked:
        yield from _answers(waiting, asked, PAUSE)


@dataclass(frozen=True)
class Attempt:
    """A connection that was asked for."""

    line: socket.socket
    port: int
    deadline: float

    @classmethod
    def at(cls, source: str, target: str, port: int) -> Self:
        """Ask for it."""
        line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        line.setblocking(False)
        line.bind((source, 0))
        if (error := line.connect_ex((target, port))) not in {0, errno.EINPROGRESS}:
            raise OSError(error, f"port {port}: {os.strerror(error)}")
        return cls(line, port, time.monotonic() + SECONDS)


def _answers(waiting: select.poll, asked: dict[int, Attempt], seconds: float) -> Iterator[int]:
    """The ports that take a connection within so many seconds; who was answered or waited too long is let go."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        over = [number for number, _ in waiting.poll(left * 1000)]
        for number in over:
            if not asked[number].line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                yield asked[number].port
        # In the order in which they were asked for: the first that may still wait ends the search.
        over += itertools.takewhile(lambda number: asked[number].deadline < time.monotonic(), (*asked,))
        for number in dict.fromkeys(over):
            waiting.unregister(number)
            asked.pop(number).line.close()


def main(argv: Sequence[str]) -> int:
    """Answer one question."""
    print(json.dumps(knock(json.loads(argv[0]))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
