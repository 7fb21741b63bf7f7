"""Asking core over its socket, from outside the box: root is a technician to it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TypeVar

from appliance.api.client import Client
from appliance.api.wire import Message, Method
from images.box import Box

P = TypeVar("P", bound=Message)
R = TypeVar("R", bound=Message)
SOCKET = "run/branchbox/core/api.sock"


def ask(box: Box, called: Method[P, R], takes: P) -> R:
    """Call a method of the contract. Raises as `Client.call` does."""
    if box.running is None:
        raise RuntimeError("the box is switched off")
    # /proc/PID/root follows the mounts that only the box sees, such as its /run.
    socket = Path(f"/proc/{box.running.leader.pid}/root") / SOCKET

    return asyncio.run(Client(socket).call(called, takes))
