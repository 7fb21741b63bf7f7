"""Once a minute: say how things are, remove what core wants gone, sign the days that are over."""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from appliance.recorder.core_link import CoreRefused, CoreSilent, Gap, Removal, Report
from appliance.recorder.filing import Shelves
from appliance.recorder.manifest import Book
from appliance.recorder.work import Work

log = logging.getLogger("branchbox.recorder")

SETTLES = 600.0
"""Seconds after midnight before a day is closed: core has read of the pauses of its last calls by then."""
_AT_ONCE = 500
"""Names in one question about gaps."""


class Core(Protocol):
    """What keeping needs of core. Each may raise `NotAccepted`."""

    def care(self, report: Report) -> tuple[Removal, ...]:
        """Say how things are; gives what core wants removed."""

    def removed(self, removal: Removal) -> None:
        """Say that a recording is gone."""

    def gaps(self, names: Sequence[str]) -> dict[str, list[Gap]]:
        """Where recordings are silent."""

    def day_closed(self, day: str, count: int, sha256: str, signer: str) -> None:
        """Say that a day is signed."""


class Keeping:
    """The recorder's housekeeping; a failure is logged and comes again with the next minute."""

    def __init__(
        self,
        shelves: Shelves,
        book: Book,
        core: Core,
        work: Work,
        *,
        wall_clock: Callable[[], float],
        alive: Callable[[], None],
    ) -> None:
        self._shelves = shelves
        self._book = book
        self._core = core
        self._work = work
        self._wall_clock = wall_clock
        self._alive = alive
        self._trouble = ""

    def look(self) -> None:
        """Do all of it."""
        try:
            self._remove(self._core.care(self._report()))
            self._close_days()
            self._shelves.clear_incoming()
            self._trouble = ""
        except CoreSilent as silent:
            log.info("core does not answer: %s", silent)
        except CoreRefused as refused:
            log.error("core refuses the recorder's housekeeping: %s", refused)
        except OSError as error:
            self._trouble = str(error)
            log.error("the recordings cannot be looked after: %s", error)

    def _report(self) -> Report:
        sizes = [status for path in self._work.waiting() if (status := _status(path))]
        disk = os.statvfs(self._shelves.root)
        return Report(
            waiting=len(sizes),
            waiting_bytes=sum(status.st_size for status in sizes),
            oldest=min((status.st_mtime for status in sizes), default=None),
            free=disk.f_bavail * disk.f_frsize,
            total=disk.f_blocks * disk.f_frsize,
            trouble=self._work.trouble or self._trouble,
        )

    def _remove(self, removals: Sequence[Removal]) -> None:
        for removal in removals:
            # Gone first, told afterwards: what core was not told it asks for again.
            self._shelves.remove(removal.name)
            self._core.removed(removal)
            self._alive()
            log.info("removed %s (%s)", removal.name, removal.why, extra={"BRANCHBOX_RECORDING": removal.name})

    def _close_days(self) -> None:
        settled = dt.datetime.fromtimestamp(self._wall_clock() - SETTLES).astimezone().date().isoformat()
        for day in self._book.open_days(before=settled):
            names = [said["name"] for said in self._book.noted(day)]
            gaps: dict[str, list[Gap]] = {}
            for at in range(0, len(names), _AT_ONCE):
                gaps |= self._core.gaps(names[at : at + _AT_ONCE])
                self._alive()
            manifest = self._book.close(day, gaps)
            self._core.day_closed(day, len(manifest.entries), manifest.sha256, manifest.signer)
            self._book.done(day)
            log.info("%s is signed: %d recordings, %s", day, len(manifest.entries), manifest.sha256)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None
