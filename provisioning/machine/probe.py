"""`python -m provisioning.machine.probe`: asks gateways, name servers and time servers whether they are there.

Runs in a unit of its own that has sockets of the Internet's families and nothing else, for
the host service has none. Standard library only. One JSON object comes out: by server, the
answer's seconds for name servers (RFC 1035), the clock's offset in seconds for time servers
(RFC 4330), null where nobody answered. Gateways are only sent something: whether they are
there, the kernel's neighbour table says.
"""

from __future__ import annotations

import argparse
import json
import secrets
import socket
import struct
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

SECONDS = 2.0
"""How long an answer is waited for, each of `TRIES` times."""
TRIES = 2
_DISCARD, _DNS, _NTP = 9, 53, 123
_EPOCH = 2_208_988_800
"""Seconds from NTP's epoch (1900) to Unix's."""


def knock(address: str) -> None:
    """Send something, so that the kernel looks for the neighbour."""
    for _ in range(3):
        try:
            with _socket(address, _DISCARD) as link:
                link.send(b"\0")
        except OSError:
            pass
        time.sleep(0.4)


def name_server(address: str) -> float | None:
    """Ask for the root's name servers: everybody may, and any answer is one."""
    query = struct.pack("!HHHHHH", secrets.randbelow(65536), 0x0100, 1, 0, 0, 0) + b"\0" + struct.pack("!HH", 2, 1)

    def ask() -> float | None:
        began = time.monotonic()
        with _socket(address, _DNS) as link:
            link.send(query)
            while link.recv(4096)[:2] != query[:2]:
                continue
        return time.monotonic() - began

    return _tried(ask)


def time_server(host: str) -> float | None:
    """Ask for the time; gives how much the server is ahead of the box."""

    def ask() -> float | None:
        with _socket(host, _NTP) as link:
            sent = time.time()
            link.send(b"\x23" + 47 * b"\0")
            answer = link.recv(512)
            back = time.time()
        if len(answer) < 48 or answer[1] in {0, 16}:  # kiss of death, or a server without time itself
            return None
        received, transmitted = (_seconds(answer[at : at + 8]) for at in (32, 40))
        return ((received - sent) + (transmitted - back)) / 2

    return _tried(ask)


def _tried(ask: Callable[[], float | None]) -> float | None:
    for _ in range(TRIES):
        try:
            return ask()
        except OSError:
            continue
    return None


def _socket(host: str, port: int) -> socket.socket:
    family, kind, _protocol, _name, where = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    link = socket.socket(family, kind)
    link.settimeout(SECONDS)
    try:
        link.connect(where)
    except OSError:
        link.close()
        raise
    return link


def _seconds(stamp: bytes) -> float:
    whole, part = struct.unpack("!II", stamp)
    return float(whole - _EPOCH) + float(part) / 2**32


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask all at once and print what came."""
    parser = argparse.ArgumentParser()
    for kind in ("gateway", "dns", "time"):
        parser.add_argument(f"--{kind}", action="append", default=[])
    said = parser.parse_args(arguments)
    with ThreadPoolExecutor(max_workers=16) as pool:
        list(pool.map(knock, said.gateway))
        dns = dict(zip(said.dns, pool.map(name_server, said.dns), strict=True))
        clocks = dict(zip(said.time, pool.map(time_server, said.time), strict=True))
    sys.stdout.write(json.dumps({"dns": dns, "time": clocks}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
