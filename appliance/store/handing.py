"""`site.db` handed over: a copy for a backup, and another box's history taken in.

Two files beside the database belong to `branchbox-host` too: it reads the copy, and it lays what is to be taken
in there, whole, before it asks for a restart.
"""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from appliance.api.verbs import OUTGOING_DB, RESTORED_DB, RESTORED_NOTE

BEFORE = "before-restore.db"
"""What the box had before; one such file stays."""
_TAKEN = "restored-taken.json"


class Note(BaseModel):
    """Whose history was taken in, as the operation log shall say it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: str
    why: str
    detail: str


@dataclass(frozen=True)
class Counts:
    """Rows that people ask after."""

    calls: int
    operations: int


def copy_out(site_db: Path) -> Counts:
    """Copy the database as it is now, beside it, for a backup. Raises sqlite3.Error, OSError."""
    to = site_db.with_name(OUTGOING_DB)
    to.unlink(missing_ok=True)
    source, target = sqlite3.connect(site_db), sqlite3.connect(to)
    try:
        source.backup(target)
        # One file, readable without its neighbours.
        target.execute("PRAGMA journal_mode=DELETE")
        counts = Counts(
            *(int(target.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in ("calls", "oplog"))  # noqa: S608  (two fixed names)
        )
    finally:
        target.close()
        source.close()
    _force(to)
    return counts


def take_in(site_db: Path) -> Note | None:
    """Put a history that waits in the database's place; gives what the log shall say, None when nothing waits.

    Every step can be done again: the power may go at any of them. Call it while nobody has the database open.
    """
    waiting, note, taken = (site_db.with_name(name) for name in (RESTORED_DB, RESTORED_NOTE, _TAKEN))
    if waiting.exists():
        if note.exists():
            note.replace(taken)
        if site_db.exists():
            _fold(site_db)
            site_db.replace(site_db.with_name(BEFORE))
        waiting.replace(site_db)
        _force(site_db.parent)
    else:
        note.unlink(missing_ok=True)  # its history never came
    return Note.model_validate_json(taken.read_text()) if taken.exists() else None


def written_down(site_db: Path) -> None:
    """The log has it: forget the note."""
    site_db.with_name(_TAKEN).unlink(missing_ok=True)


def _fold(site_db: Path) -> None:
    """Bring the write-ahead log into the database: left behind, it would be taken for that of the new one."""
    database = sqlite3.connect(site_db)
    try:
        database.execute("PRAGMA journal_mode=DELETE")
    finally:
        database.close()


def _force(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
