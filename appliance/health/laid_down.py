"""What root laid down, as values for checks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from appliance.api.laid_down import BACKUP, FACTS, BackupDone, LaidDown
from appliance.health.check import Measured, Readings
from appliance.health.memory import Memory

DAY = 86_400.0
OLD = 2 * DAY
"""Seconds after which the hourly word of root is worth nothing."""
FAILING, HARMED, WORN = 3.0, 2.0, 1.0
"""Values of `smart`."""
WORN_OUT = 0.9


class RootSays:
    """The files, read anew at each look."""

    def __init__(
        self,
        memory: Memory,
        wall_clock: Callable[[], float],
        facts: Path = Path(FACTS),
        backup: Path = Path(BACKUP),
    ) -> None:
        self._memory = memory
        self._wall_clock = wall_clock
        self._facts = facts
        self._backup = backup

    def _read(self) -> LaidDown | None:
        try:
            found = LaidDown.model_validate_json(self._facts.read_bytes())
        except (OSError, ValidationError):
            return None
        return found if self._wall_clock() - found.at < OLD else None

    def disks(self) -> Readings:
        """How each disk is, by its own word."""
        found = self._read()
        if found is None:
            return None
        return {
            disk.name: Measured(
                FAILING
                if disk.failing
                else HARMED
                if disk.harmed
                else WORN
                if disk.worn is not None and disk.worn >= WORN_OUT
                else 0.0,
                {"harmed": str(disk.harmed), "worn": f"{(disk.worn or 0) * 100:.0f}"},
                label=f"{disk.name} ({disk.model})",
                extent=float(disk.harmed),
            )
            for disk in found.disks
        }

    def certificates(self) -> Readings:
        """How many days each has left."""
        found = self._read()
        if found is None:
            return None
        left = {each.file: (each.ends - self._wall_clock()) / DAY for each in found.certificates}
        return {
            file: Measured(days, {"value": f"{max(0.0, days):.0f}"}, label=file.rpartition("/")[2])
            for file, days in left.items()
        }

    def backup_age(self, set_up: bool) -> Measured | None:
        """Days since the last backup; before the first one, since health first saw the box set up."""
        if not set_up:
            return None
        now = self._wall_clock()
        try:
            done = BackupDone.model_validate_json(self._backup.read_bytes()).at
        except (OSError, ValidationError):
            if not self._memory.get("set-up"):
                self._memory.put("set-up", str(now))
            done = float(self._memory.get("set-up"))
        days = max(0.0, now - done) / DAY
        return Measured(days, {"value": f"{days:.0f}"})
