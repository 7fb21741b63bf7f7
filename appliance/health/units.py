"""Which units run, read off /proc: every process names its unit in its control group's path.

Chosen over D-Bus because it needs no bus, no library, no right and no subprocess, and is
true of cgroup v1 and v2 alike. It cannot tell "failed" from "stopped", and a unit that is
just starting counts as running: whether core really answers is a check of its own.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from appliance.api.contract import ServiceState

UNITS = (
    "asterisk.service",
    "branchbox-core.service",
    "branchbox-host.service",
    "branchbox-recorder.service",
    "branchbox-health.service",
    "branchbox-power.service",
)

GOOD_FOR = 0.5
"""Seconds that one reading of /proc is good for: the questions of one look."""

_PROC = Path("/proc")
_GROUP = re.compile(r"^(?:0:|\d+:name=systemd):(/.*)$", re.MULTILINE)
_UNIT = re.compile(r"/([^/]+\.service)(?:/|$)")
_START = 19
"""The start time's place after the command in /proc/PID/stat (proc_pid_stat(5), field 22)."""


def running(proc: Path = _PROC) -> dict[str, float]:
    """Every service unit that has a process, with its oldest process's start (epoch seconds)."""
    booted = _booted(proc)
    ticks = os.sysconf("SC_CLK_TCK")
    found: dict[str, float] = {}
    for process in proc.iterdir():
        if not process.name.isdigit():
            continue
        try:
            groups = _GROUP.findall((process / "cgroup").read_text())
            unit = next((match[1] for group in groups if (match := _UNIT.search(group))), None)
            if unit is not None:
                fields = (process / "stat").read_text().rpartition(")")[2].split()
                started = booted + int(fields[_START]) / ticks
                found[unit] = min(started, found.get(unit, started))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
    return found


def _booted(proc: Path) -> float:
    match = re.search(r"^btime (\d+)$", (proc / "stat").read_text(), re.MULTILINE)
    return float(match[1]) if match else 0.0


class Units:
    """Our units and the exchange; several questions of one look read /proc once."""

    def __init__(
        self, read: Callable[[], dict[str, float]] = running, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read
        self._clock = clock
        self._known: dict[str, float] = {}
        self._until = float("-inf")

    def _now(self) -> dict[str, float]:
        if self._clock() >= self._until:
            self._known = self._read()
            self._until = self._clock() + GOOD_FOR
        return self._known

    def runs(self, unit: str) -> bool:
        """Whether a unit runs."""
        return unit in self._now()

    def states(self) -> tuple[ServiceState, ...]:
        """All of them, in a fixed order."""
        now = self._now()
        return tuple(
            ServiceState(
                unit=unit, active=unit in now, state="running" if unit in now else "stopped", since=now.get(unit)
            )
            for unit in UNITS
        )
