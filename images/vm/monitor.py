"""QEMU's monitor, spoken in QMP over a Unix socket (QEMU's docs/interop/qmp-spec)."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from typing import Any

from images.run import Failure, die

Event = dict[str, Any]


class Monitor:
    """One connection: commands are answered in order, events are kept until asked for."""

    def __init__(self, path: Path, *, seconds: float = 20) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._socket.connect(str(path))
                break
            except OSError:
                if time.monotonic() > deadline:
                    self._socket.close()
                    raise
                time.sleep(0.05)
        self._rest = b""
        self.events: list[Event] = []
        self._next(time.monotonic() + seconds)  # the greeting
        self.ask("qmp_capabilities")

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def ask(self, command: str, *, seconds: float = 60, **arguments: object) -> Any:
        """Run a command and give what it returns. Raises Failure with QEMU's words."""
        named = {name.replace("_", "-"): value for name, value in arguments.items()}
        request = {"execute": command, **({"arguments": named} if named else {})}
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
        except OSError as error:
            raise Failure(f"QEMU is gone, asked to {command}: {error}") from error
        deadline = time.monotonic() + seconds
        while True:
            message = self._next(deadline)
            if message is None:
                die(f"QEMU did not answer {command} in {seconds:g} s.")
            if "error" in message:
                die(f"QEMU refused {command}: {message['error']['desc']}")
            if "return" in message:
                return message["return"]

    def event(self, *names: str, seconds: float) -> Event | None:
        """The next event of one of these names since the last one asked for; None when none came in time."""
        deadline = time.monotonic() + seconds
        while True:
            for place, event in enumerate(self.events):
                if event["event"] in names:
                    del self.events[: place + 1]
                    return event
            try:
                if time.monotonic() > deadline or self._next(deadline) is None:
                    return None
            except Failure:
                return None  # QEMU is gone, and no such event came before

    def _next(self, deadline: float) -> Event | None:
        """The next message, events kept aside as well; None when the time is over. Raises Failure at the end."""
        while b"\n" not in self._rest:
            self._socket.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                got = self._socket.recv(65536)
            except TimeoutError:
                return None
            except OSError:
                got = b""
            if not got:
                die("QEMU is gone.")
            self._rest += got
        line, _, self._rest = self._rest.partition(b"\n")
        message: Event = json.loads(line)
        if "event" in message:
            self.events.append(message)
        return message
