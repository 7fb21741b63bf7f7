"""What a recording holds, by its spectrum."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence

RATE = 8000
WINDOW = RATE // 10
"""A tenth of a second: tones that are multiples of 10 Hz, as the lab's are, do not touch each other.
A longer window would add up what lies before and after a lost packet in opposite phase."""


def share(samples: Sequence[int], frequency: int) -> float:
    """How much of the samples' energy is a tone of `frequency` Hz: 1 for that tone alone, 0 for silence."""
    energy = sum(sample * sample for sample in samples)
    if not energy:
        return 0.0
    # Goertzel's algorithm: one term of the Fourier transform.
    turn = 2 * math.cos(2 * math.pi * frequency / RATE)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + turn * last - before
    power = before * before + last * last - turn * before * last
    return 2 * power / (len(samples) * energy)


def loudness(samples: Sequence[int]) -> float:
    """Root mean square, 0 to 32767."""
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))


def channels(interleaved: bytes) -> tuple[Sequence[int], Sequence[int]]:
    """Left and right of 16-bit little-endian stereo."""
    samples = struct.unpack(f"<{len(interleaved) // 4 * 2}h", interleaved[: len(interleaved) // 4 * 4])
    return samples[0::2], samples[1::2]


def windows(samples: Sequence[int], first: float, last: float) -> Iterator[Sequence[int]]:
    """The whole windows between two times in seconds."""
    for start in range(round(first * RATE), round(last * RATE) - WINDOW + 1, WINDOW):
        yield samples[start : start + WINDOW]
