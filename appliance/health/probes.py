"""Questions to our own parts: does core answer, do recordings wait."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import time
from collections.abc import Callable
from pathlib import Path

from appliance.api import closures, recordings_health
from appliance.api.client import Client
from appliance.api.recordings_health import RecordingsHealth
from appliance.api.wire import Empty
from appliance.health.check import Measured
from appliance.site.exchange import RECORDING_SUFFIX
from appliance.site.problems import BranchboxError

PATIENCE = 5.0
"""Seconds; an idle core answers in a few milliseconds."""
SETTLED = 60.0
"""Seconds without a change. Without CAP_LEASE health cannot ask the kernel whether a file is closed, but
MixMonitor writes many times a second while a call is up."""
UNSEALED = 86_400.0
"""Seconds after which a box that nobody has given a manager should have one, for the recordings' sake."""
MANAGER_CAN, NOBODY_CAN = 2.0, 1.0
"""Values of `unsealed`."""
FORGED, HARMED, NOT_AUDITED, CUT_SHORT = 4.0, 3.0, 2.0, 1.0
"""Values of `audited`."""

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


def polls(trouble: str) -> Measured:
    """What stands against answering the network centre, in words; nothing when nobody is to be answered."""
    return Measured(float(bool(trouble)), {"words": trouble})


def of_recordings(path: Path) -> RecordingsHealth | None:
    """What core says of the recordings; None while it does not answer."""
    try:
        return asyncio.run(Client(path, timeout=PATIENCE).call(recordings_health.RECORDINGS_HEALTH, Empty()))
    except BranchboxError:
        return None


def filing(said: RecordingsHealth | None) -> Measured | None:
    """What stands against filing recordings, in the recorder's words; None while it is silent."""
    if said is None or said.filing is None:
        return None
    return Measured(float(bool(said.filing)), {"words": said.filing})


def unsealed(said: RecordingsHealth | None, now: float) -> Measured | None:
    """Whether recordings lie there without a key, and somebody should do something about it.

    Not before there is a recording; where nobody is a manager yet, not on the first day.
    """
    if said is None:
        return None
    if said.unsealed_since is None:
        return Measured(0.0)
    if said.managers:
        return Measured(MANAGER_CAN, {"who": ", ".join(said.managers)})
    return Measured(NOBODY_CAN if now - said.unsealed_since > UNSEALED else 0.0)


def audited(said: RecordingsHealth | None) -> Measured | None:
    """What the last audit of the recordings found; None until there was one since core started."""
    if said is None or said.audit is None:
        return None
    found = said.audit
    if found.days:
        return Measured(FORGED, {"days": ", ".join(found.days)}, extent=len(found.days))
    if found.harmed:
        return Measured(HARMED, {"count": str(len(found.harmed)), "first": found.harmed[0]}, extent=len(found.harmed))
    if found.failed:
        return Measured(NOT_AUDITED)
    if found.cut_short:
        return Measured(
            CUT_SHORT, {"count": str(len(found.cut_short)), "last": found.cut_short[-1]}, extent=len(found.cut_short)
        )
    return Measured(0.0)
