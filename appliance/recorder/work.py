"""Which files wait, and when each is tried: nothing is given up, nothing is tried in a hurry.

Pure but for the file system: the clock and core come from outside.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from appliance.recorder.closed import Writing, writing
from appliance.recorder.core_link import CoreRefused, CoreSilent, Removal
from appliance.recorder.filing import Recording, Shelves
from appliance.recorder.manifest import Book
from appliance.recorder.names import RawName
from appliance.recorder.wave import FRAME
from appliance.site.exchange import GATE_RECORDING

log = logging.getLogger("branchbox.recorder")

QUIET = 300.0
"""Seconds without a change after which a file counts as closed where the kernel cannot tell. While a
call is up MixMonitor writes many times a second; a call on hold without music may pause, so
the rule is generous. A file of which inotify said "closed" need not wait."""
NO_SOUND = "no sound"
"""Why a recording without one sample has no file."""
LONGEST_PAUSE = 60.0
"""Seconds between two attempts at most; the first comes after one."""


class Core(Protocol):
    """What filing needs of core."""

    def key(self) -> bytes | None:
        """The public key to seal for, if there is one. Raises `NotAccepted`."""

    def add(self, recording: Recording) -> None:
        """Give core a recording. Raises `NotAccepted`."""

    def removed(self, removal: Removal) -> None:
        """Say that there is no file. Raises `NotAccepted`."""


@dataclass
class Waiting:
    """A raw file on the list; `recording` once it is on its shelf and only core's word is missing."""

    said_closed: bool
    due: float = 0.0
    attempts: int = 0
    recording: Recording | None = None
    trouble: str = ""
    """What stood against it at the last attempt."""

    def later(self, now: float) -> float:
        """Put the next attempt off; gives the seconds."""
        pause = min(2.0**self.attempts, LONGEST_PAUSE)
        self.attempts += 1
        self.due = now + pause
        return pause


class Work:
    """The list of raw files, and the filing of the next one that is due."""

    def __init__(
        self,
        folder: Path,
        shelves: Shelves,
        book: Book,
        core: Core,
        *,
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
        alive: Callable[[], None],
        waits: Callable[[], bool] = lambda: False,
    ) -> None:
        self._folder = folder
        self._shelves = shelves
        self._book = book
        self._core = core
        self._clock = clock
        self._wall_clock = wall_clock
        self._alive = alive
        self._waits = waits
        self._waiting: dict[str, Waiting] = {}
        self._pause = Waiting(said_closed=True)
        self._told_of_leases = False

    def waiting(self) -> tuple[Path, ...]:
        """The raw files on the list."""
        return tuple(self._folder / name for name in self._waiting)

    @property
    def trouble(self) -> str:
        """What stands against filing, in the words of the system or of core; empty while all goes well."""
        if not self._waiting:
            return ""
        return next((entry.trouble for entry in (self._pause, *self._waiting.values()) if entry.trouble), "")

    def closed(self, name: str) -> None:
        """Hear from inotify that a writer closed this file."""
        if RawName.parse(name):
            self._waiting[name] = Waiting(said_closed=True)

    def scan(self) -> None:
        """Put every raw file of the folder on the list that is not there yet."""
        for path in sorted(self._folder.iterdir()):
            if RawName.parse(path.name):
                self._waiting.setdefault(path.name, Waiting(said_closed=False))

    def seconds_to_next(self) -> float | None:
        """How long nothing can be done; None when nothing waits."""
        if not self._waiting:
            return None
        if self._waits():
            return 0.0 if GATE_RECORDING in self._waiting else LONGEST_PAUSE
        due = min(entry.due for entry in self._waiting.values())
        return max(0.0, max(due, self._pause.due) - self._clock())

    def step(self) -> bool:
        """Deal with one file that is due; False when there is none."""
        now = self._clock()
        if self._pause.due > now:
            return False
        # On battery nothing is compressed; but whether the box is well is told by its own recording.
        those = {GATE_RECORDING} if self._waits() else self._waiting.keys()
        name = next((name for name, entry in self._waiting.items() if entry.due <= now and name in those), None)
        if name is None:
            return False
        try:
            self._deal_with(name, self._waiting[name])
        except FileNotFoundError:
            if (self._folder / name).exists():
                raise  # not the raw file but our own folder is missing
            del self._waiting[name]
        return True

    def _deal_with(self, name: str, entry: Waiting) -> None:
        raw = self._folder / name
        try:
            if self._is_closed(raw, entry):
                self._file(raw, entry)
                del self._waiting[name]
            elif entry.said_closed:
                # inotify speaks a moment before the kernel has let go of the file.
                entry.later(self._clock())
            else:
                # Its close event, or the next scan, brings it back.
                del self._waiting[name]
        except FileNotFoundError:
            raise
        except CoreSilent as silent:
            pause = self._pause.later(self._clock())
            self._pause.trouble = f"core: {silent}"
            log.warning(
                "core does not answer, %s waits %.0f s: %s", name, pause, silent, extra={"BRANCHBOX_RECORDING": name}
            )
        except CoreRefused as refused:
            entry.later(self._clock())
            entry.trouble = f"{name}: {refused}"
            log.error("core refuses %s: %s", name, refused, extra={"BRANCHBOX_RECORDING": name})
        except OSError as error:
            entry.later(self._clock())
            entry.trouble = f"{name}: {error}"
            log.error("%s cannot be filed yet: %s", name, error, extra={"BRANCHBOX_RECORDING": name})

    def _file(self, raw: Path, entry: Waiting) -> None:
        if raw.stat().st_size < FRAME:
            # Core hears of it all the same: the call's history says that it was recorded.
            silent = self._shelves.silent(raw)
            self._core.add(silent)
            self._core.removed(Removal(silent.name, NO_SOUND))
            raw.unlink()
            log.info("%s held no sound and was removed", raw.name, extra={"BRANCHBOX_RECORDING": raw.name})
            return
        ours = raw.name == GATE_RECORDING
        if entry.recording is None:
            # Asked each time: from the moment that there is a key, nothing is filed without it.
            entry.recording = self._shelves.put(raw, None if ours else self._core.key(), self._alive)
        if not ours:
            self._book.note(self._today(), entry.recording)
            self._core.add(entry.recording)
            self._pause = Waiting(said_closed=True)
        raw.unlink()
        filed = entry.recording
        fields = {"BRANCHBOX_RECORDING": filed.name, "BRANCHBOX_CALL": filed.linkedid, "BRANCHBOX_SHA256": filed.sha256}
        log.info("filed %s, %.1f s", filed.name, filed.duration, extra=fields)

    def _today(self) -> str:
        return dt.datetime.fromtimestamp(self._wall_clock()).astimezone().date().isoformat()

    def _is_closed(self, raw: Path, entry: Waiting) -> bool:
        state = writing(raw)
        if state is not Writing.UNKNOWN:
            return state is Writing.CLOSED
        if not self._told_of_leases:
            self._told_of_leases = True
            log.warning("the kernel gives no lease on %s: files count as closed when quiet for %.0f s", raw, QUIET)
        return entry.said_closed or self._wall_clock() - raw.stat().st_mtime > QUIET
