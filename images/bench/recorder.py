"""How much sound the recorder compresses, and whether calls notice."""

from __future__ import annotations

import array
import math
import time

from appliance.api import recordings
from appliance.api.recordings import Found, RecordingFilter
from appliance.site.exchange import LIVE
from images.asking import ask
from images.bench.figures import Figure
from images.bench.load import queue_calls, traffic
from images.box import Box
from images.run import die, poll

HOURS = 2.0
FILES = 24
RATE = 8000
CALLS = 10
CALL_SECONDS = 120.0
UNIT = "branchbox-recorder"
CALL = "WZN-9000000001"
AIM = 20
"""Recorded hours an hour of processor: twenty agents who talk all the time are kept up with by one core."""


def talk(seconds: float) -> bytes:
    """Two sides that take turns: a tone that swells, then silence, as MixMonitor writes it."""
    turn = 4 * RATE
    swell = [round(8000 * abs(math.sin(at / 700)) * math.sin(2 * math.pi * 180 * at / RATE)) for at in range(turn)]
    left = array.array("h", [value for sample in swell for value in (sample, 0)])
    right = array.array("h", [value for sample in swell for value in (0, sample)])
    return ((left + right) * int(seconds / 8 + 1)).tobytes()[: int(seconds * RATE) * 4]


def processor_seconds(box: Box) -> float:
    """What the recorder and its children have used since it started."""
    said = box.run(["systemctl", "show", "--property=CPUUsageNSec", "--value", UNIT]).out
    return int(said) / 1e9


def filed(box: Box) -> list[Found]:
    """What is filed of the sound that was laid there."""
    page = ask(box, recordings.RECORDINGS_LIST, RecordingFilter(limit=1000))
    return [one for one in page.recordings if one.linkedid.startswith(CALL)]


def measure(box: Box) -> list[Figure]:
    """Lay two hours of sound before the recorder while ten recorded calls are up. Raises Failure."""
    sound = talk(HOURS * 3600 / FILES)
    monitor = box.path(str(LIVE.monitor))
    if not poll(lambda: not any(monitor.glob("*.raw")), seconds=300, every=1):
        die("The recorder has not filed what calls before have left.")
    with traffic(box) as calls:
        queue_calls(calls, box, CALLS, 13900020000, CALL_SECONDS)
        used, began = processor_seconds(box), time.monotonic()
        for number in range(FILES):
            fresh = monitor / f".bench-{number}"
            fresh.write_bytes(sound)
            fresh.rename(monitor / f"{CALL}.{number}-1.raw")
        if not poll(lambda: len(filed(box)) == FILES, seconds=1800, every=1):
            die("The recorder did not file two hours of sound within half an hour.")
        seconds, spent = time.monotonic() - began, processor_seconds(box) - used
        calls.wait(CALL_SECONDS + 60)
        lost = CALLS - sum(call.ended is not None and call.answered is not None for call in calls.placed())
    size = sum(one.size for one in filed(box)) / FILES
    how = f"{HOURS:.0f} h of sound in {FILES} files, two channels, while {CALLS} recorded calls were up"
    return [
        Figure("recorder, compressed", HOURS * 3600 / spent, "h per CPU h", how, aim=f"{AIM} or more"),
        Figure("recorder, of real time", HOURS * 3600 / seconds, "h per h", "from the first file to the last row"),
        Figure("recorder, size", size / (HOURS * 3600 / FILES) * 60 / 1e6, "MB per minute", "of the files as they lie"),
        Figure("recorder, calls lost meanwhile", float(lost), "", "placed, not answered or cut", aim="0"),
    ]
