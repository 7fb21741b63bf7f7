"""What the gate wrote down after the last start, as values for checks."""

from __future__ import annotations

import time
from pathlib import Path

from pydantic import ValidationError

from appliance.api.updates import RECORDS, Acknowledged, GateRecord
from appliance.health.check import Measured

WENT_BACK, DID_NOT_BOOT = 1.0, 2.0


def record(folder: Path = Path(RECORDS)) -> GateRecord | None:
    """The gate's record; None before it has judged a start."""
    try:
        return GateRecord.model_validate_json((folder / "state.json").read_text())
    except (FileNotFoundError, ValidationError):
        return None


def fall_back(folder: Path = Path(RECORDS)) -> Measured:
    """Whether the box left an update by itself and nobody has read of it yet."""
    found = record(folder)
    fell = found.fell_back if found else None
    if fell is None or fell.at == _read_of(folder):
        return Measured(0.0)
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(fell.at))
    words = {"version": fell.version, "old": fell.back_to, "time": when}
    return Measured(WENT_BACK if fell.problems else DID_NOT_BOOT, words)


def self_test(folder: Path = Path(RECORDS)) -> Measured:
    """How many things the test of the last start found wrong."""
    found = record(folder)
    return Measured(float(len(found.tested.problems)) if found and found.tested else 0.0)


def _read_of(folder: Path) -> float | None:
    try:
        return Acknowledged.model_validate_json((folder / "acknowledged.json").read_text()).at
    except (FileNotFoundError, ValidationError):
        return None
