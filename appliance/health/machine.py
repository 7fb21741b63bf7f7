"""The machine in figures: processor, memory, disk, clock. Shares are 0 to 1."""

from __future__ import annotations

import shutil
from pathlib import Path

import psutil

SYNCHRONIZED = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd makes it when the clock agreed with a server for the first time."""
CONTAINER = Path("/run/systemd/container")
"""Only containers have it; their clock is the host's, and timesyncd does not run."""


class Processor:
    """How busy all processors were since the last question. psutil's own memory of it is per thread."""

    def __init__(self) -> None:
        self._before = self._times()

    @staticmethod
    def _times() -> tuple[float, float]:
        times = psutil.cpu_times()
        idle = times.idle + times.iowait
        # user and nice hold guest and guest_nice already.
        return idle, sum(times) - times.guest - times.guest_nice

    def busy(self) -> float | None:
        """The share; None when no time has passed."""
        (idle_before, all_before), (idle, everything) = self._before, self._times()
        if everything <= all_before:
            return None
        self._before = idle, everything
        return min(1.0, max(0.0, 1 - (idle - idle_before) / (everything - all_before)))


def memory() -> float:
    """The share that no program could have any more."""
    figures = psutil.virtual_memory()
    return float(1 - figures.available / figures.total)


def disk(path: Path) -> float:
    """The share in use of what programs may use, on the file system of `path`."""
    usage = shutil.disk_usage(path)
    return usage.used / (usage.used + usage.free)


def clock_in_step(synchronized: Path = SYNCHRONIZED, container: Path = CONTAINER) -> bool | None:
    """Whether the clock follows a time server; None where it is the host's business."""
    if synchronized.exists():
        return True
    return None if container.exists() else False
