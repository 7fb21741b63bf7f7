"""Steps keyed by content: what a step makes is kept under the hash of what it was made from.

A step fills a directory under a temporary name, which is renamed when it is whole: an
interrupted step is never half there. A later run with the same inputs finds it ready.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from images.run import Failure, run, tail

KEEP = 2
Make = Callable[[Path, Path], None]
"""Fill the directory (first) and write what is said to the log (second)."""


@dataclass(frozen=True)
class Step:
    """A named piece of work; `inputs` are texts, files and folders that its result depends on."""

    name: str
    inputs: tuple[str | Path, ...]
    make: Make
    keep: int = KEEP
    """So many of its results stay."""

    @property
    def key(self) -> str:
        """The hash of all inputs."""
        return digest(self.inputs)


def digest(inputs: Iterable[str | Path]) -> str:
    """Hash texts, files and folders by content, names and executability; 16 hex digits."""
    whole = hashlib.sha256()
    for item in inputs:
        if isinstance(item, str):
            whole.update(f"text {len(item.encode())}\n{item}".encode())
            continue
        for path in files(item):
            content = path.read_bytes()
            runs = int(os.access(path, os.X_OK))
            whole.update(f"file {path.relative_to(item.parent)} {runs} {len(content)}\n".encode() + content)
    return whole.hexdigest()[:16]


def files(item: Path) -> list[Path]:
    """A file, or all files below a folder in a fixed order, without Python's caches."""
    if item.is_file():
        return [item]
    return sorted(path for path in item.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


@dataclass(frozen=True)
class Workshop:
    """Where steps keep results and logs; `in_use` names results that must not be pruned."""

    root: Path
    in_use: Callable[[], frozenset[Path]] = frozenset

    def ready(self, step: Step) -> Path:
        """The step's finished directory, made now unless it is there.

        Raises Failure, with the log to read, when it cannot be made.
        """
        place = self.root / step.name / step.key
        if place.is_dir():
            os.utime(place)
            say(f"{step.name} ... ready\n")
            return place
        log = self.root / "log" / f"{step.name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.unlink(missing_ok=True)
        half = place.with_name(f".{step.key}.half")
        remove(half)
        half.mkdir(parents=True)
        say(f"{step.name} ... ")
        begun = time.monotonic()
        try:
            step.make(half, log)
        except Failure as failure:
            say("FAILED\n")
            hint = f"Read {log}, put it right, then run the same command again: finished steps are kept."
            text = str(failure) if str(failure) else tail(log)
            raise Failure(f"step {step.name}: {text}", failure.hint or hint) from failure
        half.rename(place)
        say(f"{time.monotonic() - begun:.1f} s\n")
        self._prune(step)
        return place

    def _prune(self, step: Step) -> None:
        places = [place for place in (self.root / step.name).iterdir() if not place.name.startswith(".")]
        kept = self.in_use()
        for old in sorted(places, key=lambda place: place.stat().st_mtime, reverse=True)[step.keep :]:
            if old not in kept:
                remove(old)


def remove(place: Path) -> None:
    """Remove a folder, whatever a killed program left mounted below it first: /dev must not go with it."""
    mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    for mount in reversed(mounts):
        if Path(mount).is_relative_to(place):
            run(["umount", "--lazy", mount])
    if place.exists():
        shutil.rmtree(place)


def say(text: str) -> None:
    """Show progress at once, also when it is no whole line."""
    sys.stdout.write(text)
    sys.stdout.flush()


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the workshop's lock: two `./dev` at once take turns."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another ./dev to finish its steps ...\n")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
