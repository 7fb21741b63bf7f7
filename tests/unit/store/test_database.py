"""Opening site.db, and every way from an earlier schema to this one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from peewee import SqliteDatabase

from appliance.api.contract import Call, CallFilter, Direction
from appliance.site.problems import BranchboxError
from appliance.store import calls, candidate, history, oplog
from appliance.store.database import MIGRATIONS, open_site_db
from appliance.store.tables import TABLES

SNAPSHOTS = Path(__file__).parent / "schemas"
NAMES = sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))

CALL = Call(
    linkedid="WZN-1.1",
    started=1.0,
    ended=2.0,
    direction=Direction.IN,
    caller="1",
    caller_name="",
    called="96296",
    trunk=None,
    menu_path="",
    queue=None,
    agent=None,
    waited=None,
    talked=0.0,
    held=0.0,
    outcome=None,
    hangup_cause=None,
)


def schema(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
            " AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')"  # what FTS5 makes by itself
            " ORDER BY type = 'index', type, name"
        )
        return "".join(" ".join(sql.split()) + ";\n" for (sql,) in rows)


def made_from(snapshot: str, path: Path) -> None:
    """A database as that release left it: its frozen schema, and a row that must outlive upgrades."""
    statements = (SNAPSHOTS / f"{snapshot}.sql").read_text()
    with sqlite3.connect(path) as connection:
        connection.executescript(statements)
        applied = NAMES[: NAMES.index(snapshot) + 1]
        connection.executemany(
            "INSERT INTO schema_migration (name, applied) VALUES (?, '2026-11-21 12:00:00')",
            [(name,) for name in applied],
        )
        connection.execute("INSERT INTO candidate (id, toml, base, author, at) VALUES (1, 'site', 41, 'zhang', 1.5)")
        connection.execute("INSERT INTO oplog_head (id, rows, hash) VALUES (1, 0, '')")


def test_every_migration_has_its_schema_frozen() -> None:
    assert sorted(path.stem for path in SNAPSHOTS.glob("*.sql")) == NAMES


@pytest.mark.parametrize("snapshot", NAMES)
def test_a_database_of_every_earlier_schema_becomes_the_newest(snapshot: str, tmp_path: Path) -> None:
    made_from(snapshot, tmp_path / "old.db")
    open_site_db(tmp_path / "old.db").close()
    open_site_db(tmp_path / "new.db").close()
    assert schema(tmp_path / "old.db") == schema(tmp_path / "new.db")
    with sqlite3.connect(tmp_path / "old.db") as connection:
        assert connection.execute("SELECT toml, base, author, at FROM candidate").fetchall() == [
            ("site", 41, "zhang", 1.5)
        ]


def test_the_newest_frozen_schema_is_what_the_migrations_make(tmp_path: Path) -> None:
    open_site_db(tmp_path / "new.db").close()
    assert schema(tmp_path / "new.db") == (SNAPSHOTS / f"{NAMES[-1]}.sql").read_text()


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in MIGRATIONS.glob("[0-9]*.py"):
        (folder / path.name).write_text(path.read_text())
    (folder / "9999_breaks.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('CREATE TABLE half (id INTEGER)')\n    raise RuntimeError\n"
    )
    monkeypatch.setattr("appliance.store.database.MIGRATIONS", folder)
    with pytest.raises(RuntimeError):
        open_site_db(tmp_path / "site.db")
    assert "half" not in schema(tmp_path / "site.db")
    assert "calls" in schema(tmp_path / "site.db")


TOMORROW = """
def up(migrator, db):
    db.execute_sql("ALTER TABLE calls ADD COLUMN mood TEXT")
    db.execute_sql("ALTER TABLE candidate ADD COLUMN note TEXT NOT NULL DEFAULT ''")
    db.execute_sql("CREATE TABLE surveys (linkedid TEXT PRIMARY KEY, points INTEGER NOT NULL) STRICT")
    db.execute_sql("CREATE INDEX calls_by_mood ON calls (mood) WHERE mood IS NOT NULL")
"""
"""A migration as the rule wants it: it only adds, and what it adds to a table has a default or may be NULL."""
TAKES_AWAY = """
def up(migrator, db):
    db.execute_sql("DROP TABLE candidate")
    db.execute_sql("PRAGMA user_version = 9999")
"""


def opened_by_tomorrow(path: Path, migration: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database after the next version has used it."""
    folder.mkdir()
    for known in MIGRATIONS.glob("[0-9]*.py"):
        (folder / known.name).write_text(known.read_text())
    (folder / "9999_tomorrow.py").write_text(migration)
    with monkeypatch.context() as patch:
        patch.setattr("appliance.store.database.MIGRATIONS", folder)
        open_site_db(path).close()


def test_this_version_works_on_in_the_database_of_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "site.db"
    opened_by_tomorrow(path, TOMORROW, tmp_path / "migrations", monkeypatch)
    database = open_site_db(path)
    candidate.put(database, candidate.StoredCandidate("site", 41, "zhang", 1.5))
    assert candidate.get(database) == candidate.StoredCandidate("site", 41, "zhang", 1.5)
    oplog.append(database, 1.0, "zhang", "technician", "config/edit", "", "done")
    assert oplog.verify(database).broken_at is None
    history.put_calls(database, [(CALL, (), ())])
    assert [call.linkedid for call in calls.page(database, CallFilter()).calls] == ["WZN-1.1"]
    database.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT mood FROM calls").fetchall() == [(None,)]
    opened_by_tomorrow(path, TOMORROW, tmp_path / "again", monkeypatch)


def test_a_database_from_which_something_was_taken_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "site.db"
    open_site_db(path).close()
    opened_by_tomorrow(path, TAKES_AWAY, tmp_path / "migrations", monkeypatch)
    before = schema(path)
    with pytest.raises(BranchboxError, match="newer Branchbox"):
        open_site_db(path)
    assert schema(path) == before


@pytest.mark.parametrize("migration", sorted(MIGRATIONS.glob("[0-9]*.py")), ids=lambda path: path.stem)
def test_no_migration_takes_anything_away_without_saying_so(migration: Path) -> None:
    text = migration.read_text().upper()
    taken = [word for word in ("DROP TABLE", "DROP COLUMN", "RENAME") if word in text]
    assert not taken or "USER_VERSION" in text


def test_settings_hold_on_every_thread_s_connection(database: SqliteDatabase) -> None:
    assert database.execute_sql("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert database.execute_sql("PRAGMA synchronous").fetchone()[0] == 2
    assert database.execute_sql("PRAGMA foreign_keys").fetchone()[0] == 1
    assert database.execute_sql("PRAGMA busy_timeout").fetchone()[0] >= 5000


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.table_name)
def test_the_models_are_the_schema(table: type, database: SqliteDatabase) -> None:
    meta = table._meta  # type: ignore[attr-defined]  # peewee adds it
    strict = dict(database.execute_sql("SELECT name, strict FROM pragma_table_list"))
    columns = {
        name: (kind, bool(required))
        for _, name, kind, required, *_ in database.execute_sql(f"PRAGMA table_info({meta.table_name})")
    }
    types = {"AUTO": "INTEGER", "INT": "INTEGER", "FLOAT": "REAL", "TEXT": "TEXT"}
    assert strict[meta.table_name] == 1
    assert {field.column_name: types[field.field_type] for field in meta.sorted_fields} == {
        name: kind for name, (kind, _) in columns.items()
    }
    for field in meta.sorted_fields:
        if not field.primary_key:
            assert columns[field.column_name][1] is not field.null, field.column_name
