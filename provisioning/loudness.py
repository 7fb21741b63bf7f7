"""How loud speech is, and the same speech as loud as callers expect it. Pure.

Levels are dBov (0 is the loudest square wave, ITU-T G.100.1), measured over what is speech only, as ITU-T P.56
means it: frames of 20 ms that are more than 30 dB below the loudest one are pauses.
"""

from __future__ import annotations

import array
import math

RATE = 8000
TARGET = -23.0
"""Active speech level, dBov: as loud as what the box speaks by itself, 3 dB above ITU-T G.100.1's nominal level."""
MOST_GAIN = 20.0
"""dB: what is softer than that below the target is noise."""
PEAK = -1.0
"""dBov that no sample passes."""
_FRAME = RATE // 50
_PAUSE = 30.0
_SILENCE = -60.0
"""dBov below which there is no speech at all."""
_FULL = 32768.0


def active_level(samples: array.array[int]) -> float | None:
    """The level of the speech in 16-bit samples, dBov; None when there is none."""
    powers = [
        sum(sample * sample for sample in samples[at : at + _FRAME]) / _FRAME
        for at in range(0, len(samples) - _FRAME + 1, _FRAME)
    ]
    loudest = max(powers, default=0.0)
    if _dbov(loudest) < _SILENCE:
        return None
    speech = [power for power in powers if _dbov(power) > _dbov(loudest) - _PAUSE]
    return _dbov(sum(speech) / len(speech))


def levelled(samples: array.array[int]) -> array.array[int] | None:
    """The same at `TARGET`, or as near as `PEAK` and `MOST_GAIN` let it; None when there is no speech in it."""
    level = active_level(samples)
    if level is None:
        return None
    highest = max(abs(sample) for sample in samples)
    gain = min(10 ** (min(TARGET - level, MOST_GAIN) / 20), 10 ** (PEAK / 20) * _FULL / highest)
    return array.array("h", [round(sample * gain) for sample in samples])


def _dbov(power: float) -> float:
    return 10 * math.log10(power / _FULL**2) if power > 0 else -math.inf
