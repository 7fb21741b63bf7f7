"""A copy before another version uses the database."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import NamedTuple

import pytest

from appliance.store import snapshot
from appliance.store.database import open_site_db


def rows(path: Path) -> list[tuple[str]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT toml FROM candidate").fetchall()
    finally:
        connection.close()


def write(path: Path, text: str) -> None:
    database = open_site_db(path)
    database.execute_sql("REPLACE INTO candidate (id, toml, base, author, at) VALUES (1, ?, 1, 'zhang', 1)", (text,))
    database.close()


def test_the_copy_holds_what_the_version_before_left(path: Path) -> None:
    assert snapshot.before("1.4.0", path) is None, "there is nothing to copy yet"
    write(path, "old")
    assert snapshot.before("1.4.0", path) is None, "the same version again"
    made = snapshot.before("1.5.0", path)
    write(path, "new")
    assert made is not None
    assert rows(made) == [("old",)]
    assert made.parent.stat().st_mode & 0o077 == 0
    assert snapshot.before("1.5.0", path) is None


def test_what_is_still_in_the_write_ahead_log_is_in_the_copy(path: Path) -> None:
    database = open_site_db(path)
    database.execute_sql("INSERT INTO candidate (id, toml, base, author, at) VALUES (1, 'hot', 1, 'zhang', 1)")
    made = snapshot.before("1.5.0", path)
    database.close()
    assert made is not None
    assert rows(made) == [("hot",)]


def test_going_back_makes_a_copy_too_and_two_stay(path: Path) -> None:
    write(path, "x")
    made = []
    for age, version in enumerate(("1.3.0", "1.4.0", "1.5.0", "1.4.0", "1.6.0")):
        copy = snapshot.before(version, path)
        assert copy is not None
        os.utime(copy, (age, age))
        made.append(copy)
    assert sorted(path.parent.glob("snapshots/before-*")) == sorted({made[-2], made[-1]})


def test_without_room_nothing_is_half_copied(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage(NamedTuple):
        free: int

    write(path, "x")
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage(free=10))
    with pytest.raises(snapshot.NoRoom):
        snapshot.before("1.5.0", path)
    assert list((path.parent / "snapshots").iterdir()) == []
