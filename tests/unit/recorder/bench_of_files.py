"""A monitor folder, recordings folder and a core that keeps what it is told in a file."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path

from appliance.recorder.filing import Recording, Shelves
from appliance.recorder.work import Work

SOUND = bytes(range(256)) * 250
"""2 s of both channels."""


@dataclass
class Clock:
    """Time that passes only when told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Bench:
    """A recorder's surroundings; `trouble` is raised instead of core's answer."""

    root: Path
    clock: Clock = field(default_factory=Clock)
    trouble: Exception | None = None
    asked: int = 0

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

    def tell(self, recording: Recording) -> None:
        self.asked += 1
        if self.trouble:
            raise self.trouble
        with (self.root / "core").open("a") as core:
            core.write(json.dumps(dataclasses.asdict(recording)) + "\n")

    @property
    def told(self) -> dict[str, Recording]:
        """What core knows, by name; a name told twice with another content is an error."""
        known: dict[str, Recording] = {}
        if (self.root / "core").exists():
            for line in (self.root / "core").read_text().splitlines():
                recording = Recording(**json.loads(line))
                assert known.setdefault(recording.name, recording) == recording
        return known

    def start(self) -> Work:
        """A recorder as after a start: shelves cleared, folder scanned."""
        shelves = Shelves(self.recordings)
        shelves.clear_incoming()
        work = Work(self.monitor, shelves, self.tell, clock=self.clock, wall_clock=self.clock, alive=lambda: None)
        work.scan()
        return work

    @property
    def wavs(self) -> list[str]:
        return sorted(str(path.relative_to(self.recordings)) for path in self.recordings.rglob("*") if path.is_file())
