"""Whether a database file is sound, by SQLite's own word."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def check(path: Path) -> str:
    """What `PRAGMA quick_check` finds wrong, in SQLite's words; empty when it is sound. Reads the whole file."""
    try:
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            found = [str(row[0]) for row in database.execute("PRAGMA quick_check(3)")]
        finally:
            database.close()
    except sqlite3.Error as error:
        return str(error)
    return "" if found == ["ok"] else "; ".join(found)[:300]
