"""A real call through the live exchange, recorded as every call is; its recording is looked at and never kept."""

from __future__ import annotations

import time
import wave
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from appliance.site.exchange import GATE_CALLED, GATE_CALLER, GATE_CONTEXT
from appliance.site.problems import Problem

SHORTEST = 0.5
"""Seconds of the recording at least."""
_LOUD = 200
"""Of 32767: a prompt reaches thousands, a line without sound single figures."""
_LOOK_EVERY = 0.5

ORIGINATE = f"channel originate Local/{GATE_CALLED}@{GATE_CONTEXT}/n extension {GATE_CALLER}@{GATE_CONTEXT}"


class Asked(Protocol):
    """What is needed of the live exchange."""

    def ask(self, command: str) -> str:
        """Answer a command of its command line."""


def call(
    exchange: Asked, recording: Path, seconds: float, *, pause: Callable[[float], None] = time.sleep
) -> tuple[Problem, ...]:
    """Call, and wait for the recording as long as `seconds`. Raises BranchboxError when the exchange is silent."""
    before = _written(recording)
    exchange.ask(ORIGINATE)
    looks = int(seconds / _LOOK_EVERY)
    for _ in range(looks):
        if _written(recording) not in {None, before}:
            return heard(recording)
        pause(_LOOK_EVERY)
    text = (
        "A test call of the box to itself left no recording within {seconds} s. The journals of asterisk and "
        "branchbox-recorder say why."
    )
    return (Problem(text=text, args={"seconds": f"{seconds:.0f}"}),)


def heard(recording: Path) -> tuple[Problem, ...]:
    """Whether both sides of the call are in its recording."""
    try:
        with wave.open(str(recording)) as sound:
            length = sound.getnframes() / sound.getframerate()
            samples = array("h", sound.readframes(sound.getnframes()))
            loudest = [max((abs(each) for each in samples[side::2]), default=0) for side in (0, 1)]
    except (OSError, EOFError, wave.Error) as error:
        text = "The recording of the box's test call cannot be read."
        return (Problem(text=text, original=str(error)),)
    if length >= SHORTEST and min(loudest) >= _LOUD:
        return ()
    text = "The recording of the box's test call lacks a side's voice: calls are not recorded as they should be."
    return (Problem(text=text, original=f"{length:.1f} s, left {loudest[0]}, right {loudest[1]}"),)


def _written(recording: Path) -> tuple[int, int] | None:
    try:
        facts = recording.stat()
    except FileNotFoundError:
        return None
    return facts.st_ino, facts.st_mtime_ns
