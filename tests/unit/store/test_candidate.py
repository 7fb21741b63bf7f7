"""The document being edited."""

from __future__ import annotations

from pathlib import Path

from peewee import SqliteDatabase

from appliance.store import candidate
from appliance.store.candidate import StoredCandidate
from appliance.store.database import open_site_db

FIRST = StoredCandidate("[site]\nname = '温州北'\n", 41, "zhang", 1_795_000_000.25)


def test_nobody_edits_at_first(database: SqliteDatabase) -> None:
    assert candidate.get(database) is None


def test_the_last_edit_replaces_the_one_before(database: SqliteDatabase) -> None:
    second = StoredCandidate("[site]\n", None, "li", 1_795_000_001.0)
    candidate.put(database, FIRST)
    candidate.put(database, second)
    assert candidate.get(database) == second


def test_an_edit_is_there_after_core_started_anew(database: SqliteDatabase, path: Path) -> None:
    candidate.put(database, FIRST)
    database.close()
    assert candidate.get(open_site_db(path)) == FIRST


def test_a_discarded_edit_is_gone(database: SqliteDatabase) -> None:
    candidate.put(database, FIRST)
    candidate.clear(database)
    assert candidate.get(database) is None
