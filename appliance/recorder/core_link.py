"""Telling core: one method of the contract, with the standard library's HTTP over the Unix socket.

Not the wire's own client: see the package's memory figures.
"""

from __future__ import annotations

import dataclasses
import http.client
import json
import socket
from pathlib import Path

from appliance.recorder.filing import Recording

METHOD = "recordings/add"
TIMEOUT = 30.0
"""Seconds; core writes one row."""


class NotAccepted(Exception):
    """Core did not take the recording."""


class CoreSilent(NotAccepted):
    """Core is away or has a fault: nothing else needs to be tried now."""


class CoreRefused(NotAccepted):
    """Core answers and does not want this recording; another one may be welcome."""


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("box", timeout=TIMEOUT)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def tell(path: Path, recording: Recording) -> None:
    """Give core a recording; returns when core has stored it. Raises `NotAccepted`."""
    connection = _UnixConnection(path)
    try:
        body = json.dumps(dataclasses.asdict(recording))
        connection.request("POST", f"/{METHOD}", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        said = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        raise CoreSilent(str(error) or type(error).__name__) from error
    finally:
        connection.close()
    if answer.status >= 500:
        raise CoreSilent(f"HTTP {answer.status}: {said[:500]}")
    if answer.status != 200:
        raise CoreRefused(f"HTTP {answer.status}: {said[:500]}")
