"""Knocking on ports from an address of one's own.

`python -m images.audit.knock QUESTION`: TCP gives the ports that took a connection; UDP sends one datagram to each
and gives nothing, because silence says nothing: the box is asked what came in.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import select
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypedDict

AT_ONCE = 500
"""A TAP device holds a thousand packets for its guest and forgets the next."""
SECONDS = 1.6
"""A box in the same room answers in milliseconds; one that drops never does. The kernel asks again after one second."""
DATAGRAMS, PAUSE = 50, 0.02
"""So many go at once, and then none for so many seconds: an emulated guest takes no more."""


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
    batches = [ports[first : first + AT_ONCE] for first in range(0, len(ports), AT_ONCE)]
    return [port for batch in batches for port in _open(question["source"], question["target"], batch)]


def _open(source: str, target: str, ports: Sequence[int]) -> list[int]:
    """The ports among a batch that take a connection in time."""
    lines = {}
    try:
        for port in ports:
            line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            lines[line.fileno()] = (line, port)
            line.setblocking(False)
            line.bind((source, 0))
            if (error := line.connect_ex((target, port))) not in {0, errno.EINPROGRESS}:
                raise OSError(error, f"port {port}: {os.strerror(error)}")
        waiting = select.poll()
        for number in lines:
            waiting.register(number, select.POLLOUT)
        return sorted(_answers(waiting, lines))
    finally:
        for line, _ in lines.values():
            line.close()


def _answers(waiting: select.poll, lines: dict[int, tuple[socket.socket, int]]) -> Iterator[int]:
    deadline = time.monotonic() + SECONDS
    while (left := deadline - time.monotonic()) > 0:
        for number, _ in waiting.poll(left * 1000):
            waiting.unregister(number)
            line, port = lines[number]
            if not line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                yield port


def main(argv: Sequence[str]) -> int:
    """Answer one question."""
    print(json.dumps(knock(json.loads(argv[0]))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
