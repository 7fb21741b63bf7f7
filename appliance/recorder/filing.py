"""The steps of filing one recording, each of which may be the last before a power cut.

1. the sound is compressed, decoded again and sealed beside the shelves (`.incoming/`), forced to the disk,
2. renamed to its place, the folder forced to the disk,
3. the day's journal has its line (see `manifest`),
4. core is told, and keeps it,
5. the raw file is removed.

The raw file is the only memory: while it is there all steps are done again after a crash, and give the same name and
the same sound. A sealed file has another key and hash then; core and the journal take the last word on a name.
Here are steps 1 and 2; `appliance.recorder.work` does the others.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance.recorder import opus, sealed, wave
from appliance.recorder.disk import force
from appliance.recorder.names import RawName

OPUS = ".opus"


@dataclass(frozen=True)
class Recording:
    """What core is told; the fields of the contract's `NewRecording`."""

    name: str
    linkedid: str
    started: float
    duration: float
    size: int
    sha256: str
    """Of the file as it lies there; `size` too."""
    opus_size: int
    opus_sha256: str
    cut_short: bool


@dataclass(frozen=True)
class Shelves:
    """The recordings folder. One process writes here. `booted` is when the machine started, epoch seconds."""

    root: Path
    booted: float

    @property
    def _incoming(self) -> Path:
        return self.root / ".incoming"

    def clear_incoming(self) -> None:
        """Remove what a crash left half written, while nothing is being put. Raises OSError."""
        if self._incoming.is_dir():
            for left in self._incoming.iterdir():
                left.unlink()

    def put(self, raw: Path, public: bytes | None, alive: Callable[[], None]) -> Recording:
        """Steps 1 and 2, sealed for `public` if there is a key. Raises OSError; ValueError when `raw` is no recording
        by its name."""
        name = RawName.parse(raw.name)
        if name is None:
            raise ValueError(raw.name)
        before = raw.stat()
        suffix = OPUS if public is None else OPUS + sealed.SUFFIX
        self._make_folder(self._incoming)
        with contextlib.ExitStack() as undo:
            sound = self._incoming / f"{raw.stem}{OPUS}"
            undo.callback(sound.unlink, missing_ok=True)
            audio = (
                wave.write(raw, sound, alive) if name.is_gate else opus.write(raw, sound, alive, swapped=name.of_phone)
            )
            began = name.began(before.st_mtime, audio.duration)
            shelf = name.shelf(began, suffix)
            size, sha256, ready = audio.size, audio.sha256, sound
            if public is not None and not name.is_gate:
                ready = self._incoming / f"{raw.stem}{suffix}"
                undo.callback(ready.unlink, missing_ok=True)
                size, sha256 = sealed.seal(sound, ready, public, str(shelf), alive)
            self._make_folder((self.root / shelf).parent)
            ready.rename(self.root / shelf)
        force((self.root / shelf).parent)
        # Nobody closed it properly: the machine went off while Asterisk wrote.
        cut_short = before.st_mtime < self.booted
        return Recording(
            str(shelf), name.linkedid, began, audio.duration, size, sha256, audio.size, audio.sha256, cut_short
        )

    def silent(self, raw: Path) -> Recording:
        """What core is told of a raw file without one sample. Raises ValueError as `put` does."""
        name = RawName.parse(raw.name)
        if name is None:
            raise ValueError(raw.name)
        began = name.began(raw.stat().st_mtime, 0.0)
        nothing = hashlib.sha256().hexdigest()
        return Recording(str(name.shelf(began, OPUS)), name.linkedid, began, 0.0, 0, nothing, 0, nothing, False)

    def remove(self, name: str) -> None:
        """Take a recording off its shelf; one that is gone already is no error. Raises OSError, ValueError for a name
        that leads elsewhere."""
        shelf = self.root / name
        if ".." in Path(name).parts or not shelf.is_relative_to(self.root):
            raise ValueError(name)
        shelf.unlink(missing_ok=True)
        if shelf.parent.is_dir():
            force(shelf.parent)

    def _make_folder(self, folder: Path) -> None:
        if folder == self.root or folder.is_dir():
            return
        self._make_folder(folder.parent)
        folder.mkdir(mode=0o750, exist_ok=True)
        force(folder.parent)
