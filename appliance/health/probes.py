"""Questions to our own parts: does core answer, do recordings wait."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import time
from collections.abc import Callable
from pathlib import Path

from appliance.api import closures
from appliance.api.client import Client
from appliance.api.wire import Empty
from appliance.health.check import Measured
from appliance.site.exchange import RECORDING_SUFFIX
from appliance.site.problems import BranchboxError

PATIENCE = 5.0
"""Seconds; an idle core answers in a few milliseconds."""
SETTLED = 60.0
"""Seconds without a change. Without CAP_LEASE health cannot ask the kernel whether a file is closed, but
MixMonitor writes many times a second while a call is up."""

# A name that is no stream of the contract: core answers 404 before it asks who we are, so the
# question needs no right and leaves no row in the operation log.
_REQUEST = b"GET /health HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n"


def core_answers(path: Path) -> bool:
    """Whether core speaks HTTP on its socket; any answer will do."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(PATIENCE)
        try:
            sock.connect(str(path))
            sock.sendall(_REQUEST)
            return sock.recv(16).startswith(b"HTTP/1.1 ")
        except OSError:
            return False


def recordings_waiting(folder: Path, wall_clock: Callable[[], float] = time.time) -> int:
    """How many raw files nobody has touched for a minute. Raises OSError when the folder cannot be read."""
    now = wall_clock()
    waiting = 0
    for path in folder.iterdir():
        if path.suffix == RECORDING_SUFFIX:
            try:
                waiting += now - path.stat().st_mtime > SETTLED
            except FileNotFoundError:
                continue  # the recorder was quicker
    return waiting


def closed(path: Path) -> Measured | None:
    """What core says is closed for a while, since when and by whom; None while it or the exchange does not answer."""
    try:
        found = asyncio.run(Client(path, timeout=PATIENCE).call(closures.LIST, Empty()))
    except BranchboxError:
        return None
    shut = [
        f"{one.label} ({dt.datetime.fromtimestamp(one.since).strftime('%Y-%m-%d %H:%M')}, {one.by})"
        for one in found.closures
        if one.since is not None
    ]
    return Measured(float(bool(shut)), {"what": "; ".join(shut)})
