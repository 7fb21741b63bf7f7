"""The machine beyond its load: temperature, mirrored disks, how long the disk lasts, the clock's steps, the way out."""

from __future__ import annotations

import array
import fcntl
import os
import re
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from appliance.health.check import Measured, Readings
from appliance.health.memory import Memory

DAY = 86_400.0
MARK_EVERY = 3600.0
"""Seconds between two figures of the disk."""
LOOKED_BACK = 7 * DAY
LEAST = 1 * DAY
"""Seconds of history without which nothing is foretold."""
FAR = 3650.0
"""Days that stand for "not to be foreseen"."""
STEP = 5.0
"""Seconds by which a clock that is disciplined never jumps."""
SIOCETHTOOL, ETHTOOL_GLINK = 0x8946, 0x0A
"""linux/sockios.h, linux/ethtool.h."""
REMEMBERED = 3600.0
"""Seconds that a jump of the clock is news."""


def load() -> float:
    """The load of the last minute, for each processor."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)


def temperatures() -> Readings:
    """The warmest of each chip's sensors, degrees Celsius; None when there is none."""
    found = {
        chip: max(sensor.current for sensor in sensors)
        for chip, sensors in psutil.sensors_temperatures().items()
        if sensors
    }
    if not found:
        return None
    return {chip: Measured(warmth, {"value": f"{warmth:.0f}"}, label=chip) for chip, warmth in found.items()}


def mirrors(mdstat: Path = Path("/proc/mdstat")) -> Readings:
    """How many disks each mirrored pair lacks."""
    try:
        text = mdstat.read_text()
    except OSError:
        return None
    found = re.findall(r"^(md\S+) : .*\n.*\[(\d+)/(\d+)\]", text, re.MULTILINE)
    return {name: Measured(float(int(wanted) - int(there)), label=name) for name, wanted, there in found}


class Forecast:
    """In how many days the disk is full, if it goes on filling as in the last week."""

    def __init__(self, disk: Callable[[], float], memory: Memory, wall_clock: Callable[[], float]) -> None:
        self._disk = disk
        self._memory = memory
        self._wall_clock = wall_clock
        self._marked = float("-inf")

    def days(self) -> Measured | None:
        """None without a day of history."""
        now, used = self._wall_clock(), self._disk()
        if abs(now - self._marked) >= MARK_EVERY:
            self._marked = now
            self._memory.note("disk", now, used)
        days = days_left(self._memory.figures("disk", now - LOOKED_BACK), now, used)
        return None if days is None else Measured(days, {"value": f"{days:.0f}"})


def days_left(figures: list[tuple[float, float]], now: float, used: float) -> float | None:
    """By the least squares of the figures (time, share in use)."""
    if not figures or now - figures[0][0] < LEAST:
        return None
    middle_at = sum(at for at, _ in figures) / len(figures)
    middle = sum(share for _, share in figures) / len(figures)
    spread = sum((at - middle_at) ** 2 for at, _ in figures)
    slope = sum((at - middle_at) * (share - middle) for at, share in figures) / spread if spread else 0.0
    return min(FAR, (1.0 - used) / (slope * DAY)) if slope > 0 else FAR


class Jumps:
    """By how many seconds the clock jumped in the last hour: what it went on beside the time that passed."""

    def __init__(self, wall_clock: Callable[[], float], passed: Callable[[], float]) -> None:
        self._wall_clock = wall_clock
        self._passed = passed
        self._offset = wall_clock() - passed()
        self._jump = 0.0
        self._until = float("-inf")

    def seconds(self) -> Measured:
        """0 when it did not."""
        passed, offset = self._passed(), self._wall_clock() - self._passed()
        if abs(offset - self._offset) >= STEP:
            self._jump, self._until = offset - self._offset, passed + REMEMBERED
        self._offset = offset
        if passed >= self._until:
            return Measured(0.0)
        ago = passed - (self._until - REMEMBERED)
        when = time.strftime("%H:%M", time.localtime(self._wall_clock() - ago))
        return Measured(abs(self._jump), {"value": f"{self._jump:+.0f}", "time": when})


def since_boot() -> float:
    """Seconds that passed, suspended ones too."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def carries(link: str) -> bool:
    """Whether a link of this network namespace is switched on and has somebody at its other end (ethtool's GLINK).

    /sys is no witness: a container's may show the machine's own links. IFF_RUNNING follows up to a second late, so it
    hides a bad contact; it is what counts for links that GLINK does not know (ppp, tunnels).
    """
    answer = array.array("I", (ETHTOOL_GLINK, 0))
    request = struct.pack("16sP16x", link.encode(), answer.buffer_info()[0])
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            fcntl.ioctl(asking, SIOCETHTOOL, request)
    except OSError:
        found = psutil.net_if_stats().get(link)
        return found is not None and found.isup
    return bool(answer[1])


class WayOut:
    """Whether there is a way out of the branch: a default route over a link that is up, where there once was one."""

    def __init__(
        self, memory: Memory, proc: Path = Path("/proc/net"), carries: Callable[[str], bool] = carries
    ) -> None:
        self._memory = memory
        self._proc = proc
        self._carries = carries

    def open(self) -> Measured | None:
        """1 when it is gone; None on a box that never had one."""
        links = [name for name in self._routes() if self._carries(name)]
        if links:
            self._memory.put("way-out", links[0])
            return Measured(0.0, {"link": links[0]})
        link = self._memory.get("way-out")
        return Measured(1.0, {"link": link}) if link else None

    def _routes(self) -> list[str]:
        rows = [line.split() for line in (self._proc / "route").read_text().splitlines()[1:]]
        found = [row[0] for row in rows if row[1] == "00000000" and row[7] == "00000000"]
        try:
            rows = [line.split() for line in (self._proc / "ipv6_route").read_text().splitlines()]
        except FileNotFoundError:
            return found
        return found + [row[9] for row in rows if row[0] == "0" * 32 and row[1] == "00" and row[9] != "lo"]
