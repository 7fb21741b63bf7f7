"""The machine in figures: processor, memory, disk, clock. Shares are 0 to 1."""

from __future__ import annotations

import ctypes
import os
import shutil
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

CONTAINER = Path("/run/systemd/container")
"""Only containers have it; their clock is the host's, and chrony does not run."""
_TIMEX = 256
"""Bytes; more than a `struct timex`. All zero, it asks and sets nothing."""
_ESTERROR = 4 * struct.calcsize("@l")
"""Where `esterror` stands: behind modes, offset, freq and maxerror, each a long's width (adjtimex(2))."""
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


@dataclass(frozen=True)
class KernelClock:
    """What adjtimex(2) says: its state, and how wrong the clock may be by chrony's word (seconds)."""

    state: int
    error: float


def adjtimex() -> KernelClock:
    """The kernel's clock. Raises OSError when it may not be asked."""
    timex = ctypes.create_string_buffer(_TIMEX)
    state: int = ctypes.CDLL(None, use_errno=True).adjtimex(timex)
    if state < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    (microseconds,) = struct.unpack_from("@l", timex, _ESTERROR)
    return KernelClock(state, microseconds / 1e6)


def clock_in_step(container: Path = CONTAINER, ask: Callable[[], KernelClock] = adjtimex) -> bool | None:
    """Whether the clock follows a time server: chrony's `rtcsync` tells the kernel. None where it is the host's."""
    return None if container.exists() else ask().state != _UNSYNCHRONISED


def clock_error(container: Path = CONTAINER, ask: Callable[[], KernelClock] = adjtimex) -> float | None:
    """How wrong the clock may be, in seconds; None where it is the host's, or follows nobody."""
    if container.exists():
        return None
    clock = ask()
    return clock.error if clock.state != _UNSYNCHRONISED else None
