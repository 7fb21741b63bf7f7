"""Questions to our own parts: does core answer, do recordings wait."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

from appliance.site.exchange import RECORDING_SUFFIX

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
