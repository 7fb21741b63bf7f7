"""How far an installation is, in a file that branchbox-host reads: written by the unit, whole at each step."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from appliance.api.disks import InstallPhase, InstallState, InstallStep
from appliance.site.problems import Problem
from provisioning import files
from provisioning.files import Access

FOLDER = Path("/run/branchbox/host/install")
ORDER = FOLDER / "order.json"
STATE = FOLDER / "state.json"
_ROOT = Access(0, 0, 0o600)
_EVERY = 0.3
"""Seconds between two writes within a step; a person reads no faster."""


def read(path: Path = STATE) -> InstallState:
    """The state as last written; idle when there is none."""
    try:
        return InstallState.model_validate_json(path.read_text())
    except (FileNotFoundError, ValidationError):
        return InstallState(phase=InstallPhase.IDLE)


def write(state: InstallState, path: Path = STATE, access: Access = _ROOT) -> None:
    """Replace the state."""
    files.write_whole(path, state.model_dump_json(), access)


class Progress:
    """Tells the steps of one installation."""

    def __init__(
        self,
        steps: tuple[InstallStep, ...],
        tell: Callable[[InstallState], None] = write,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._steps = steps
        self._tell = tell
        self._clock = clock
        self._step: InstallStep | None = None
        self._began = self._told = 0.0

    def begin(self, step: InstallStep) -> None:
        """A step begins."""
        self._step, self._began = step, self._clock()
        self._told = self._began
        self._tell(InstallState(phase=InstallPhase.RUNNING, steps=self._steps, step=step))

    def bytes_done(self, done: int, total: int) -> None:
        """So much of the step is done; told now and then."""
        now = self._clock()
        if now - self._told < _EVERY and done < total:
            return
        self._told = now
        rate = done / (now - self._began) if now > self._began else None
        left = (total - done) / rate if rate else None
        self._tell(
            InstallState(
                phase=InstallPhase.RUNNING,
                steps=self._steps,
                step=self._step,
                done=done / total if total else None,
                rate=rate,
                left=left,
            )
        )

    def end(self, phase: InstallPhase, problem: Problem | None = None) -> None:
        """The installation is over; a failed one says at which step."""
        step = self._step if problem is not None else None
        self._tell(InstallState(phase=phase, steps=self._steps, step=step, problem=problem))
