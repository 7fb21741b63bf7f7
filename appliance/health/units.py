"""Which units run, read off /proc: every process names its unit in its control group's path.

Chosen over D-Bus because it needs no bus, no library, no right and no subprocess, and is
true of cgroup v1 and v2 alike. It cannot tell "failed" from "stopped", and a unit that is
just starting counts as running: whether core really answers is a check of its own.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
"""Seconds that one look is good for: the questions of one round."""
ALL_GOOD_FOR = 60.0
"""Seconds that one reading of all of /proc is good for, while every process that it found is there."""

_PROC = Path("/proc")
_GROUP = re.compile(r"^(?:0:|\d+:name=systemd):(/.*)$", re.MULTILINE)
_UNIT = re.compile(r"/([^/]+\.service)(?:/|$)")
_START = 19
"""The start time's place after the command in /proc/PID/stat (proc_pid_stat(5), field 22)."""


@dataclass(frozen=True)
class Process:
    """A unit's oldest process; its start in clock ticks since boot, and in epoch seconds."""

    pid: int
    ticks: int
    started: float


def running(proc: Path = _PROC) -> dict[str, Process]:
    """Every service unit that has a process, with the oldest of them."""
    booted = _booted(proc)
    found: dict[str, Process] = {}
    for process in proc.iterdir():
        if process.name.isdigit() and (seen := _seen(process, booted)):
            unit, one = seen
            if unit not in found or one.started < found[unit].started:
                found[unit] = one
    return found


def still(unit: str, process: Process, proc: Path = _PROC) -> bool:
    """Whether this very process is there and is this unit's."""
    seen = _seen(proc / str(process.pid), 0.0)
    return seen is not None and seen[0] == unit and seen[1].ticks == process.ticks


def _seen(process: Path, booted: float) -> tuple[str, Process] | None:
    try:
        groups = _GROUP.findall((process / "cgroup").read_text())
        unit = next((match[1] for group in groups if (match := _UNIT.search(group))), None)
        if unit is None:
            return None
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None  # it ended while we looked
    ticks = int(fields[_START])
    if fields[0] == "Z":
        return None
    return unit, Process(int(process.name), ticks, booted + ticks / os.sysconf("SC_CLK_TCK"))


def _booted(proc: Path) -> float:
    match = re.search(r"^btime (\d+)$", (proc / "stat").read_text(), re.MULTILINE)
    return float(match[1]) if match else 0.0


class Units:
    """Our units and the exchange. A look at one that runs is a look at its process; only when that is gone, and
    from time to time, all of /proc is read."""

    def __init__(
        self,
        read: Callable[[], Mapping[str, Process]] = running,
        still: Callable[[str, Process], bool] = still,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._still = still
        self._clock = clock
        self._known: Mapping[str, Process] = {}
        self._until = float("-inf")
        self._all_until = float("-inf")

    def _now(self) -> Mapping[str, Process]:
        now = self._clock()
        if now >= self._until:
            self._until = now + GOOD_FOR
            there = all(unit in self._known and self._still(unit, self._known[unit]) for unit in UNITS)
            if not there or now >= self._all_until:
                self._known = self._read()
                self._all_until = now + ALL_GOOD_FOR
        return self._known

    def runs(self, unit: str) -> bool:
        """Whether a unit runs."""
        return unit in self._now()

    def states(self) -> tuple[ServiceState, ...]:
        """All of them, in a fixed order."""
        now = self._now()
        return tuple(
            ServiceState(
                unit=unit,
                active=unit in now,
                state="running" if unit in now else "stopped",
                since=now[unit].started if unit in now else None,
            )
            for unit in UNITS
        )
