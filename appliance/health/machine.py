"""The machine in figures: processor, memory, disk, clock. Shares are 0 to 1."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import psutil

CONTAINER = Path("/run/systemd/container")
"""Only containers have it; their clock is the host's, and chrony does not run."""
_TIMEX = 256
"""Bytes; more than a `struct timex`. All zero, it asks and sets nothing."""
_UNSYNCHRONISED = 5
"""TIME_ERROR of adjtimex(2)."""


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


def adjtimex() -> int:
    """The state of the kernel's clock (adjtimex(2)). Raises OSError when it may not be asked."""
    state: int = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(_TIMEX))
    if state < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return state


def clock_in_step(container: Path = CONTAINER, state: Callable[[], int] = adjtimex) -> bool | None:
    """Whether the clock follows a time server: chrony's `rtcsync` tells the kernel. None where it is the host's."""
    return None if container.exists() else state() != _UNSYNCHRONISED
