"""snmpd's helper: answers `pass_persist` (snmpd.conf(5)) from the file that branchbox-health makes at each look.

Started and ended by snmpd, under its user. It asks nobody: a storm of walks costs this process and snmpd, and nothing
else. It needs the standard library alone, so that it starts in a moment.
"""

from __future__ import annotations

import bisect
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

FILE = Path("/run/branchbox/noc/snmp")
OLDEST = 20.0
"""Seconds, as `appliance.health.noc.answers` has it: of an older picture only its age is told."""
OBJECTS = 1
BOX = 1
STATUS, AS_OF, AGE, WORDS = 4, 5, 6, 8
UNKNOWN = "4"
STUCK = "The watch over this box is stuck: what it knows is too old to be told."

Oid = tuple[int, ...]


class Tree:
    """The objects of now, sorted; read anew when the file is another one."""

    def __init__(self, file: Path = FILE, clock: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._clock = clock
        self._state: tuple[int, int] = (0, 0)
        self._at = 0.0
        self._oids: list[Oid] = []
        self._held: dict[Oid, tuple[str, str]] = {}

    def get(self, oid: Oid) -> tuple[Oid, str, str] | None:
        """The object of this very name."""
        self._read()
        return self._told(oid) if oid in self._held else None

    def after(self, oid: Oid) -> tuple[Oid, str, str] | None:
        """The next object behind this name."""
        self._read()
        for found in self._oids[bisect.bisect_right(self._oids, oid) :]:
            told = self._told(found)
            if told is not None:
                return told
        return None

    def _told(self, oid: Oid) -> tuple[Oid, str, str] | None:
        kind, value = self._held[oid]
        age = self._clock() - self._at
        scalar = oid[-2] if oid[-3:-2] == (BOX,) and oid[-1] == 0 and len(oid) == len(self._oids[0]) else 0
        if scalar == AGE:
            return oid, kind, str(int(age))
        if age <= OLDEST or scalar == AS_OF:
            return oid, kind, value
        if scalar == STATUS:
            return oid, kind, UNKNOWN
        return (oid, kind, STUCK) if scalar == WORDS else None

    def _read(self) -> None:
        try:
            seen = self._file.stat()
            state = seen.st_ino, seen.st_mtime_ns
            if state == self._state:
                return
            first, *lines = self._file.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return
        self._state, self._at = state, float(first)
        self._held = {}
        for line in lines:
            oid, kind, value = line.split("\t")
            self._held[parsed(oid)] = (kind, value)
        self._oids = sorted(self._held)


def parsed(dotted: str) -> Oid:
    """`.1.3.6` as numbers."""
    return tuple(int(part) for part in dotted.strip(".").split(".") if part)


def answers(tree: Tree, lines: Iterable[str]) -> Iterator[str]:
    """What is said to each of snmpd's questions."""
    asked = iter(lines)
    for line in asked:
        match line.strip():
            case "PING":
                yield "PONG\n"
            case "get":
                yield _said(tree.get(parsed(next(asked))))
            case "getnext":
                yield _said(tree.after(parsed(next(asked))))
            case "set":
                next(asked), next(asked)
                yield "not-writable\n"
            case "":
                return  # snmpd says farewell


def _said(found: tuple[Oid, str, str] | None) -> str:
    if found is None:
        return "NONE\n"
    oid, kind, value = found
    return f".{'.'.join(map(str, oid))}\n{kind}\n{value}\n"


def main() -> None:
    """Answer until snmpd goes."""
    lines = iter(sys.stdin.buffer.readline, b"")
    for said in answers(Tree(), (line.decode("utf-8", "replace") for line in lines)):
        # Whole at once: snmpd reads line by line.
        os.write(sys.stdout.fileno(), said.encode())


if __name__ == "__main__":
    main()
