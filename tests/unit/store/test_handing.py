"""The database goes into a backup and another box's history comes in, whatever moment the power goes."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from appliance.api.verbs import OUTGOING_DB, RESTORED_DB, RESTORED_NOTE
from appliance.core.backups import take_in, write_down
from appliance.store import handing, oplog
from appliance.store.database import open_site_db

NOTE = {"by": "zhang", "why": "the box burnt", "detail": "backup of WZN; why: the box burnt"}


def history(path: Path, rows: int) -> str:
    """A database with so many operations; gives the last hash."""
    database = open_site_db(path)
    for number in range(rows):
        oplog.append(database, float(number), "zhang", "technician", "config/apply", f"change {number}", "done")
    head = oplog.verify(database).head
    database.close()
    return head


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    """A box with 2 operations, for which a history of 5 waits."""
    site_db = tmp_path / "site.db"
    history(site_db, 2)
    other = tmp_path / "other.db"
    history(other, 5)
    assert handing.copy_out(other) == handing.Counts(calls=0, operations=5)
    other.with_name(OUTGOING_DB).rename(tmp_path / RESTORED_DB)
    (tmp_path / RESTORED_NOTE).write_text(json.dumps(NOTE))
    return site_db


def start(site_db: Path) -> tuple[int, int | None]:
    """What core does when it starts; gives rows and where the chain breaks."""
    note = take_in(site_db)
    database = open_site_db(site_db)
    if note is not None:
        write_down(database, site_db, note)
    audit = oplog.verify(database)
    database.close()
    return audit.rows, audit.broken_at


def test_a_copy_is_one_whole_file_while_the_database_is_in_use(tmp_path: Path) -> None:
    site_db = tmp_path / "site.db"
    database = open_site_db(site_db)
    oplog.append(database, 1.0, "zhang", "technician", "config/apply", "", "done")
    assert handing.copy_out(site_db).operations == 1
    database.close()
    alone = tmp_path / "elsewhere" / "site.db"
    alone.parent.mkdir()
    (tmp_path / OUTGOING_DB).rename(alone)
    assert sqlite3.connect(f"file:{alone}?mode=ro&immutable=1", uri=True).execute(
        "SELECT count(*) FROM oplog"
    ).fetchone() == (1,)


def test_the_restored_chain_goes_on_with_the_restore_itself(waiting: Path) -> None:
    assert start(waiting) == (6, None)
    before = sqlite3.connect(waiting.with_name(handing.BEFORE))
    assert before.execute("SELECT count(*) FROM oplog").fetchone() == (2,)
    assert start(waiting) == (6, None), "the restore was written down twice"


def test_a_new_box_has_nothing_to_keep(waiting: Path) -> None:
    waiting.unlink()
    assert start(waiting) == (6, None)
    assert not waiting.with_name(handing.BEFORE).exists()


def test_power_lost_between_any_two_steps_loses_nothing(waiting: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, left = Path.replace, [0]

    def dying(path: Path, target: Path) -> Path:
        if left[0] == 0:
            raise KeyboardInterrupt
        left[0] -= 1
        return real(path, target)

    for steps in (0, 1, 1):  # each run gets further: what is done already is not done again
        left[0] = steps
        monkeypatch.setattr(Path, "replace", dying)
        with pytest.raises(KeyboardInterrupt):
            take_in(waiting)
        monkeypatch.setattr(Path, "replace", real)
    assert start(waiting) == (6, None)


def test_a_history_that_never_came_is_not_told(waiting: Path) -> None:
    waiting.with_name(RESTORED_DB).unlink()
    assert start(waiting) == (2, None)
    assert not waiting.with_name(RESTORED_NOTE).exists()
