"""What the recorder says to core and asks it: the contract's page `recordings`, with the standard library's HTTP.

Not the wire's own client: see the package's memory figures.
"""

from __future__ import annotations

import dataclasses
import http.client
import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.recorder.filing import Recording

ADD, KEY, CARE, REMOVED = "recordings/add", "recordings/key", "recordings/care", "recordings/removed"
GAPS, DAY_CLOSED = "recordings/gaps", "recordings/day_closed"
TIMEOUT = 30.0
"""Seconds; core reads or writes a few rows."""


class NotAccepted(Exception):
    """Core did not take what was said."""


class CoreSilent(NotAccepted):
    """Core is away or has a fault: nothing else needs to be tried now."""


class CoreRefused(NotAccepted):
    """Core answers and does not want this; something else may be welcome."""


@dataclass(frozen=True)
class Report:
    """How the recorder fares; the fields of the contract's `RecorderReport`. Bytes; `oldest` is epoch seconds."""

    waiting: int
    waiting_bytes: int
    oldest: float | None
    free: int
    total: int
    trouble: str
    """The last thing that went wrong and still does; empty when all is well."""


@dataclass(frozen=True)
class Removal:
    """A recording that core wants gone, and why."""

    name: str
    why: str


Gap = tuple[float, float, str]
"""From, to (seconds within the file), and who paused."""


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("box", timeout=TIMEOUT)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


@dataclass(frozen=True)
class Core:
    """Core behind its socket. Each question may raise `NotAccepted`."""

    socket: Path

    def add(self, recording: Recording) -> None:
        """Give core a recording; returns when core has stored it."""
        self._ask(ADD, dataclasses.asdict(recording))

    def key(self) -> bytes | None:
        """The public key to seal for; None while a manager has not made one."""
        said = self._ask(KEY, {})["public"]
        return bytes.fromhex(said) if said else None

    def care(self, report: Report) -> tuple[Removal, ...]:
        """Say how things are; gives what core wants removed."""
        said = self._ask(CARE, dataclasses.asdict(report))
        return tuple(Removal(each["name"], each["why"]) for each in said["remove"])

    def removed(self, removal: Removal) -> None:
        """Say that a recording is gone."""
        self._ask(REMOVED, dataclasses.asdict(removal))

    def gaps(self, names: Sequence[str]) -> dict[str, list[Gap]]:
        """Where these recordings are silent because somebody paused them."""
        said = self._ask(GAPS, {"names": list(names)})["gaps"]
        return {name: [(gap["begins"], gap["ends"], gap["by"]) for gap in gaps] for name, gaps in said.items()}

    def day_closed(self, day: str, count: int, sha256: str, signer: str) -> None:
        """Say that a day's manifest is signed; core puts its hash into the operation log."""
        self._ask(DAY_CLOSED, {"day": day, "count": count, "sha256": sha256, "signer": signer})

    def _ask(self, method: str, takes: dict[str, Any]) -> dict[str, Any]:
        connection = _UnixConnection(self.socket)
        try:
            connection.request("POST", f"/{method}", json.dumps(takes), {"Content-Type": "application/json"})
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
        given: dict[str, Any] = json.loads(said)
        return given
