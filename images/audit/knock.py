"""Knocking on ports from an address of one's own.

`python -m images.audit.knock QUESTION`: TCP gives the ports that took a connection; UDP sends one datagram to each
and gives nothing, because silence says nothing: the box is asked what came in.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Sequence
from typing import TypedDict

AT_ONCE = 4000
SECONDS = 1.0
"""A box in the same room answers in milliseconds; one that drops never does."""


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
            for port in ports:
                line.sendto(b"\r\n\r\n", (question["target"], port))
        return []
    return asyncio.run(_open(question["source"], question["target"], ports))


async def _open(source: str, target: str, ports: range) -> list[int]:
    places = asyncio.Semaphore(AT_ONCE)

    async def one(port: int) -> int | None:
        async with places:
            try:
                _, line = await asyncio.wait_for(
                    asyncio.open_connection(target, port, local_addr=(source, 0)), timeout=SECONDS
                )
            except OSError:  # TimeoutError is one
                return None
            line.close()
            return port

    return [port for port in await asyncio.gather(*map(one, ports)) if port is not None]


def main(argv: Sequence[str]) -> int:
    """Answer one question."""
    print(json.dumps(knock(json.loads(argv[0]))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
