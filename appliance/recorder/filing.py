"""The steps of filing one recording, each of which may be the last before a power cut.

1. the WAV is written beside the shelves (`.incoming/`) and forced to the disk,
2. renamed to its place, the folder forced to the disk,
3. core is told, and keeps it,
4. the raw file is removed.

The raw file is the only memory: while it is there all steps are done again after a crash, and
give the same name, the same bytes and the same hash; core takes a recording twice as once.
Here are steps 1 and 2; `appliance.recorder.work` does 3 and 4.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance.recorder import wave
from appliance.recorder.names import RawName


@dataclass(frozen=True)
class Recording:
    """What core is told; the fields of the contract's `NewRecording`."""

    name: str
    linkedid: str
    started: float
    duration: float
    size: int
    sha256: str


@dataclass(frozen=True)
class Shelves:
    """The recordings folder. One process writes here."""

    root: Path

    @property
    def _incoming(self) -> Path:
        return self.root / ".incoming"

    def clear_incoming(self) -> None:
        """Remove what a crash left half written."""
        self._incoming.mkdir(mode=0o750, exist_ok=True)
        for left in self._incoming.iterdir():
            left.unlink()

    def put(self, raw: Path, alive: Callable[[], None]) -> Recording:
        """Steps 1 and 2. Raises OSError; ValueError when `raw` is no recording by its name."""
        name = RawName.parse(raw.name)
        if name is None:
            raise ValueError(raw.name)
        before = raw.stat()
        incoming = self._incoming / f"{raw.stem}.wav"
        with contextlib.ExitStack() as undo:
            undo.callback(incoming.unlink, missing_ok=True)
            audio = wave.write(raw, incoming, alive)
            began = name.began(before.st_mtime, audio.duration)
            shelf = name.shelf(began)
            self._make_folder((self.root / shelf).parent)
            incoming.rename(self.root / shelf)
            undo.pop_all()
        _force((self.root / shelf).parent)
        return Recording(str(shelf), name.linkedid, began, audio.duration, audio.size, audio.sha256)

    def _make_folder(self, folder: Path) -> None:
        if folder == self.root or folder.is_dir():
            return
        self._make_folder(folder.parent)
        folder.mkdir(mode=0o750, exist_ok=True)
        _force(folder.parent)


def _force(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
