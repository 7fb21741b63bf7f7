"""Whether a backup of this box, laid out in a folder, could be restored today: nothing of the box is changed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from appliance.site import document as documents
from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError, Problem
from provisioning.backup import content
from provisioning.backup.archive import Manifest

Tried = Callable[[SiteDocument], tuple[Problem, ...]]
"""A trial start of the exchange with a document."""
ROOM = 4
"""Times the database's size that the disk must have free: its copy, the file, what is laid out, and some air."""


def no_room(folder: Path, database: Path) -> Problem | None:
    """Why the disk is too full for a rehearsal."""
    free, needed = shutil.disk_usage(folder).free, database.stat().st_size * ROOM
    if free >= needed:
        return None
    text = "There is no room to try a restore: {needed} MB are needed, {free} MB are free. Export recordings first."
    return Problem(text=text, args={"needed": str(needed // 10**6), "free": str(free // 10**6)})


def restorable(folder: Path, manifest: Manifest, tried: Tried) -> Problem | None:
    """What stands against restoring what lies in `folder`; None when nothing does."""
    try:
        site = documents.load((folder / content.SITE).read_text())
    except BranchboxError as error:
        return error.problems[0]
    return _database(folder / content.DATABASE, manifest) or next(iter(tried(site)), None)


def _database(path: Path, manifest: Manifest) -> Problem | None:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            found = [str(row[0]) for row in database.execute("PRAGMA quick_check(3)")]
            calls = database.execute("SELECT count(*) FROM calls").fetchone()[0]
            operations = database.execute("SELECT count(*) FROM oplog").fetchone()[0]
    except sqlite3.Error as error:
        found, calls, operations = [str(error)], 0, 0
    if found != ["ok"]:
        text = (
            "The database in the backup is damaged. Restart the box at a quiet hour; if it stays so, restore an older "
            "backup."
        )
        return Problem(text=text, original="; ".join(found))
    facts = manifest.facts
    if (calls, operations) != (facts.calls, facts.operations):
        text = "The backup does not hold what the box had: {calls} calls instead of {of}."
        return Problem(text=text, args={"calls": str(calls), "of": str(facts.calls)})
    return None
