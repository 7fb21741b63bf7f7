"""A copy of `site.db` from before a program of another version touches it.

For the worst day only: schemas go both ways (see `appliance.store.database`), so nothing uses these copies by itself.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

KEPT = 2
"""Copies that stay: before this version, and before the one before."""
ROOM = 2.0
"""Times the database's size that must be free: the copy, and what is written meanwhile."""


class NoRoom(OSError):
    """The disk has no room for a copy."""


def before(version: str, database: Path) -> Path | None:
    """Copy the database unless `version` was the last to use it; gives the copy, None when none was due.

    Raises NoRoom, sqlite3.Error or OSError; the database itself is never touched.
    """
    folder = database.with_name("snapshots")
    note = folder / "used-by"
    used_by = note.read_text().strip() if note.exists() else ""
    if used_by == version:
        return None
    folder.mkdir(mode=0o700, exist_ok=True)
    made = None
    if database.exists():
        if shutil.disk_usage(folder).free < ROOM * database.stat().st_size:
            raise NoRoom(f"no room for a copy of {database.name}")
        made = folder / f"before-{version}.db"
        fresh = folder / ".new"
        fresh.unlink(missing_ok=True)
        _copy(database, fresh)
        fresh.rename(made)
    _write(note, version)
    _force(folder)
    for old in sorted(folder.glob("before-*.db"), key=lambda path: path.stat().st_mtime_ns)[:-KEPT]:
        old.unlink()
    return made


def _copy(database: Path, to: Path) -> None:
    source, target = sqlite3.connect(database), sqlite3.connect(to)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()
    _force(to)


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(f"{text}\n")
    _force(fresh)
    fresh.rename(path)


def _force(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
