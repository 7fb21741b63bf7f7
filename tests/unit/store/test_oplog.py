"""The operation log and its chain."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peewee import IntegrityError, SqliteDatabase

from appliance.api.contract import OperationFilter
from appliance.store import oplog
from appliance.store.database import open_site_db

DROP = "DROP TRIGGER oplog_is_not_changed; DROP TRIGGER oplog_is_not_shortened;"


def three(database: SqliteDatabase) -> None:
    oplog.append(database, 1.0, "zhang", "technician", "config/edit", "queue 维修: timeout 15 s -> 20 s", "done")
    oplog.append(database, 2.5, "wang", "agent", "config/apply", "", "refused")
    oplog.append(database, 3.0, "zhang", "technician", "config/apply", "longer rings", "failed")


def tamper(path: Path, sql: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.executescript(DROP + sql)
    connection.close()


def test_an_untouched_log_holds(database: SqliteDatabase) -> None:
    three(database)
    audit = oplog.verify(database)
    newest = oplog.page(database, OperationFilter()).operations[0]
    assert (audit.rows, audit.broken_at, audit.head) == (3, None, newest.hash)


def test_an_empty_log_holds(database: SqliteDatabase) -> None:
    assert oplog.verify(database).broken_at is None


@pytest.mark.parametrize(
    ("sql", "broken_at"),
    [
        ("UPDATE oplog SET detail = 'nothing' WHERE number = 1", 1),
        ("UPDATE oplog SET by = 'li' WHERE number = 2", 2),
        ("UPDATE oplog SET at = 3.5 WHERE number = 3", 3),
        ("UPDATE oplog SET result = 'done' WHERE number = 2", 2),
        ("UPDATE oplog SET hash = 'f' || substr(hash, 2) || '0' WHERE number = 3", 3),
        ("DELETE FROM oplog WHERE number = 1", 1),
        ("DELETE FROM oplog WHERE number = 2", 2),
        ("DELETE FROM oplog WHERE number = 3", 3),
        ("DELETE FROM oplog", 1),
        ("DELETE FROM oplog WHERE number = 2; UPDATE oplog SET number = 2 WHERE number = 3", 2),
        ("INSERT INTO oplog SELECT 4, at, by, role, method, detail, result, hash FROM oplog WHERE number = 3", 4),
    ],
)
def test_a_tampered_row_is_found(sql: str, broken_at: int, database: SqliteDatabase, path: Path) -> None:
    three(database)
    tamper(path, sql)
    assert oplog.verify(database).broken_at == broken_at


@pytest.mark.parametrize("sql", ["UPDATE oplog SET by = 'li'", "DELETE FROM oplog"])
def test_rows_cannot_be_changed_through_the_database(sql: str, database: SqliteDatabase) -> None:
    three(database)
    with pytest.raises(IntegrityError, match="only added to"):
        database.execute_sql(sql)
    assert oplog.verify(database).broken_at is None


def test_the_newest_comes_first_and_pages_go_on(database: SqliteDatabase) -> None:
    three(database)
    first = oplog.page(database, OperationFilter(limit=2)).operations
    rest = oplog.page(database, OperationFilter(limit=2, before=first[-1].number)).operations
    assert [row.number for row in (*first, *rest)] == [3, 2, 1]


def test_operations_are_found_by_person_and_by_refusal(database: SqliteDatabase) -> None:
    three(database)
    assert [row.number for row in oplog.page(database, OperationFilter(by="zhang")).operations] == [3, 1]
    assert [row.by for row in oplog.page(database, OperationFilter(refused_only=True)).operations] == ["wang"]


texts = st.text(max_size=20)
rows = st.tuples(
    st.floats(allow_nan=False, allow_infinity=False), texts, texts, texts, texts, st.sampled_from(["done", "refused"])
)


@settings(max_examples=15, deadline=None)
@given(st.lists(rows, min_size=1, max_size=6), st.data())
def test_any_log_holds_and_any_change_of_a_text_breaks_it(
    log: list[tuple[float, str, str, str, str, str]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "site.db"
        database = open_site_db(path)
        for row in log:
            oplog.append(database, *row)
        assert oplog.verify(database).broken_at is None
        number = data.draw(st.integers(1, len(log)))
        column = data.draw(st.sampled_from(["by", "role", "method", "detail", "result"]))
        tamper(path, f"UPDATE oplog SET {column} = {column} || '!' WHERE number = {number}")  # noqa: S608 - drawn from above
        assert oplog.verify(database).broken_at == number
        database.close()
