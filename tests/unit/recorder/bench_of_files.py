"""A monitor folder, recordings folder and a core that keeps what it is told in a file."""

from __future__ import annotations

import array
import dataclasses
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.recorder import opus, sealed
from appliance.recorder.core_link import Gap, Removal, Report
from appliance.recorder.filing import Recording, Shelves
from appliance.recorder.keeping import Keeping
from appliance.recorder.manifest import Book
from appliance.recorder.work import Work

LOUD = 6000
SOUND = array.array(
    "h", [value for at in range(16_000) for value in (round(LOUD * math.sin(2 * math.pi * 440 * at / 8000)), 0)]
).tobytes()
"""2 s: a tone from the caller, nothing from the agent."""


@dataclass
class Clock:
    """Time that passes only when told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Bench:
    """A recorder's surroundings, and core as it sees it; `trouble` is raised instead of core's answer.

    `wanted_gone` and `paused` are what core answers; `site` is the site's pair of keys once a manager made it.
    """

    root: Path
    clock: Clock = field(default_factory=Clock)
    trouble: Exception | None = None
    asked: int = 0
    site: tuple[bytes, bytes] | None = None
    booted: float = 0.0
    wanted_gone: list[Removal] = field(default_factory=list)
    paused: dict[str, list[Gap]] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    gone: list[Removal] = field(default_factory=list)
    closed_days: dict[str, tuple[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for folder in (self.monitor, self.recordings):
            folder.mkdir(exist_ok=True)

    @property
    def monitor(self) -> Path:
        return self.root / "monitor"

    @property
    def recordings(self) -> Path:
        return self.root / "recordings"

    def raw(self, name: str = "1795000000.42-1.raw", sound: bytes = SOUND) -> Path:
        (self.monitor / name).write_bytes(sound)
        return self.monitor / name

    def _answer(self) -> None:
        self.asked += 1
        if self.trouble:
            raise self.trouble

    def key(self) -> bytes | None:
        self._answer()
        return self.site[0] if self.site else None

    def add(self, recording: Recording) -> None:
        self._answer()
        with (self.root / "core").open("a") as core:
            core.write(json.dumps(dataclasses.asdict(recording)) + "\n")

    def care(self, report: Report) -> tuple[Removal, ...]:
        self._answer()
        self.reports.append(report)
        return tuple(self.wanted_gone)

    def removed(self, removal: Removal) -> None:
        self._answer()
        self.wanted_gone = [other for other in self.wanted_gone if other != removal]
        self.gone.append(removal)

    def gaps(self, names: Sequence[str]) -> dict[str, list[Gap]]:
        self._answer()
        return {name: self.paused[name] for name in names if name in self.paused}

    def day_closed(self, day: str, count: int, sha256: str, signer: str) -> None:
        self._answer()
        self.closed_days[day] = (count, sha256)

    @property
    def told(self) -> dict[str, Recording]:
        """What core knows, by name; a name told twice must be the same sound at the same time."""
        known: dict[str, Recording] = {}
        if (self.root / "core").exists():
            for line in (self.root / "core").read_text().splitlines():
                recording = Recording(**json.loads(line))
                first = known.setdefault(recording.name, recording)
                assert (first.opus_sha256, first.started) == (recording.opus_sha256, recording.started)
                known[recording.name] = recording
        return known

    @property
    def shelves(self) -> Shelves:
        return Shelves(self.recordings, self.booted)

    def start(self) -> Work:
        """A recorder as after a start: shelves cleared, folder scanned."""
        work = Work(
            self.monitor,
            self.shelves,
            Book(self.recordings),
            self,
            clock=self.clock,
            wall_clock=self.clock,
            alive=lambda: None,
        )
        work.scan()
        return work

    def keeping(self, work: Work) -> Keeping:
        return Keeping(self.shelves, Book(self.recordings), self, work, wall_clock=self.clock, alive=lambda: None)

    @property
    def filed(self) -> list[str]:
        """Recordings on the shelves, by name."""
        return sorted(
            str(path.relative_to(self.recordings))
            for path in self.recordings.rglob("*")
            if path.is_file() and path.parent.name != ".manifest"
        )

    def heard(self, name: str) -> tuple[float, bool, bool]:
        """A recording's seconds, and whether there is a tone in the left and in the right channel."""
        path = self.recordings / name
        if name.endswith(sealed.SUFFIX):
            assert self.site is not None
            clear = self.root / "opened.opus"
            clear.write_bytes(b"".join(sealed.opened(path, *self.site, name)))
            path = clear
        samples = array.array("h", b"".join(opus.decode(path, lambda: None)))
        left, right = (
            math.sqrt(sum(value * value for value in side) / len(side)) for side in (samples[::2], samples[1::2])
        )
        return len(samples) / 16_000, left > LOUD / 2, right > LOUD / 100
