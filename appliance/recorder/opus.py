"""MixMonitor's interleaved samples become Opus in Ogg (RFC 6716, RFC 7845), by Debian's opus-tools.

Two channels at 24 kbit/s each: RFC 6716, 2.1.1, names 8 to 12 kbit/s for narrow-band speech and 16 to 20 for wide-band.
Measured: a tone in one channel is 67 dB lower in the other. The same samples give the same bytes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.recorder import run
from appliance.recorder.wave import FRAME, RATE, Audio

KILOBITS = 48
_ENCODE = (
    "opusenc", "--quiet", "--speech", "--vbr", "--bitrate", str(KILOBITS),
    "--raw", "--raw-bits", "16", "--raw-rate", str(RATE), "--raw-chan", "2", "--serial", "0",
)  # fmt: skip
_DECODE = ("opusdec", "--quiet", "--no-dither", "--rate", str(RATE))


class WrongLength(OSError):
    """What was compressed is not as long as what was recorded."""


def write(raw: Path, opus: Path, alive: Callable[[], None], *, swapped: bool = False) -> Audio:
    """Make `opus` of `raw`, force it to the disk, and decode it again; `alive` is called all the while.

    `swapped`: right is left. Without its first two bytes the file is that, one side an eighth of a millisecond early.
    A last sample that is cut (Asterisk was killed) is left out. Raises OSError; `WrongLength` when decoding gives
    another number of samples.
    """
    left_out = FRAME // 2 if swapped else 0
    samples = (raw.stat().st_size - left_out) // FRAME
    digest, size = hashlib.sha256(), 0
    with raw.open("rb") as source, opus.open("wb") as target:
        os.lseek(source.fileno(), left_out, os.SEEK_SET)
        for piece in run.output([*_ENCODE, "-", "-"], alive, source):
            target.write(piece)
            digest.update(piece)
            size += len(piece)
        target.flush()
        os.fsync(target.fileno())
    decoded = sum(len(piece) for piece in decode(opus, alive)) // FRAME
    if decoded != samples:
        raise WrongLength(f"{raw.name}: {samples} samples were recorded, {decoded} come back")
    return Audio(samples / RATE, size, digest.hexdigest())


def decode(opus: Path, alive: Callable[[], None]) -> Iterator[bytes]:
    """The samples of both channels, interleaved, 16-bit little-endian at 8000 Hz. Raises OSError."""
    return run.output([*_DECODE, opus, "-"], alive)
