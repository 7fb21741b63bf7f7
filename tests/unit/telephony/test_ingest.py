"""From the three logs to call rows: nothing lost, nothing twice."""

from __future__ import annotations

import logging
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peewee import SqliteDatabase

from appliance.api.contract import CallFilter, Outcome
from appliance.site.exchange import Directories
from appliance.store import calls, history
from appliance.store.database import open_site_db
from appliance.telephony.ingest import Ingest
from tests.unit.telephony import synthetic
from tests.unit.telephony.synthetic import Line, directories, logs_of, passes, write

ROOT = Path(__file__).parents[3]


def content(database: SqliteDatabase) -> dict[str, list[Any]]:
    """Everything that was ingested, without the order in which the logs were met."""
    return {
        table: sorted(database.execute_sql(f"SELECT {columns} FROM {table}"), key=repr)  # noqa: S608 - from below
        for table, columns in (
            ("calls", "*"),
            ("legs", "*"),
            ("timelines", "*"),
            ("channels", "*"),
            ("events", "linkedid, uniqueid, at, source, type, data"),
            ("positions", 'role, "offset", head, skipped'),
            ("agent_spans", "agent, state, reason, began, ended"),
            ("agent_places", "*"),
        )
    }


def ingested(root: Path, lines: list[Line]) -> dict[str, list[Any]]:
    """What one clean pass over these lines gives."""
    made = directories(root)
    write(made, lines)
    database = open_site_db(root / "site.db")
    list(passes(Ingest(database, made)))
    found = content(database)
    database.close()
    return found


@pytest.fixture
def made(tmp_path: Path) -> Directories:
    return directories(tmp_path)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    opened = open_site_db(tmp_path / "site.db")
    yield opened
    opened.close()


def test_every_call_is_one_row(made: Directories, database: SqliteDatabase) -> None:
    write(made, synthetic.calls(40))
    list(passes(Ingest(database, made)))
    rows = database.execute_sql("SELECT outcome, count(*) FROM calls GROUP BY outcome").fetchall()
    assert sum(count for _, count in rows) == 40
    assert {outcome for outcome, _ in rows} == {Outcome.ANSWERED.value, Outcome.ABANDONED.value}


def test_nothing_new_is_nothing_stored(made: Directories, database: SqliteDatabase) -> None:
    write(made, synthetic.calls(3))
    ingest = Ingest(database, made)
    list(passes(ingest))
    before = content(database)
    assert ingest.step() == 0
    assert content(database) == before


def test_logs_that_are_not_there_yet_are_empty(made: Directories, database: SqliteDatabase) -> None:
    assert Ingest(database, made).step() == 0


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, 400), max_size=6), batch=st.integers(700, 4000), restarts=st.booleans())
def test_however_the_logs_grow_the_calls_are_the_same(
    cuts: list[int], batch: int, restarts: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = synthetic.calls(10)
    root = tmp_path_factory.mktemp("grows")
    made = directories(root)
    database = open_site_db(root / "site.db")
    ingest = Ingest(database, made, batch=batch)
    begun = 0
    for cut in [*sorted(cuts), len(lines)]:
        write(made, lines[begun:cut])
        begun = max(begun, cut)
        ingest.step()
        if restarts:
            ingest = Ingest(database, made, batch=batch)
    list(passes(ingest))
    assert content(database) == ingested(tmp_path_factory.mktemp("clean"), lines)


def test_a_queue_line_before_its_channel_is_known_joins_the_call_later(
    made: Directories, database: SqliteDatabase
) -> None:
    lines = synthetic.calls(1)
    ingest = Ingest(database, made)
    write(made, [line for line in lines if line[1] == "queue"])
    list(passes(ingest))
    assert database.execute_sql("SELECT count(*) FROM calls").fetchone()[0] == 0
    write(made, [line for line in lines if line[1] == "cel"])
    list(passes(ingest))
    (call,) = calls.page(database, CallFilter()).calls
    assert call.agent is not None
    assert database.execute_sql("SELECT count(*) FROM events WHERE linkedid IS NULL").fetchone()[0] == 0


def test_lines_without_sense_are_counted_said_and_stop_nothing(
    made: Directories, database: SqliteDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    lines = synthetic.calls(4)
    paths = logs_of(made)
    write(made, lines[:40])
    for path in paths.values():
        with path.open("ab") as opened:
            opened.write(b'"torn","1795\n\x00\x00\xff\xfe|\n"a","nan"\n17|\n"x"y,"\n\n')
    write(made, lines[40:])
    with caplog.at_level(logging.WARNING):
        list(passes(Ingest(database, made)))
    skipped = {role: position.skipped for role, position in history.positions(database).items()}
    assert skipped == {"cel": 2, "cdr": 2, "queue": 6}  # an open quote takes the lines up to the next record with it
    assert sum("makes no sense" in message for message in caplog.messages) == sum(skipped.values())
    assert database.execute_sql("SELECT count(*) FROM calls WHERE ended IS NOT NULL").fetchone()[0] == 4


@pytest.mark.parametrize("at", ["nan", "inf", "-inf", "1e999"])
def test_a_time_that_is_none_is_no_line(at: str, made: Directories, database: SqliteDatabase) -> None:
    paths = logs_of(made)
    paths["queue"].write_text(f"{at}|NONE|NONE|NONE|QUEUESTART|\n")
    assert Ingest(database, made).step() == 1
    assert history.positions(database)["queue"].skipped == 1


def test_a_name_with_a_newline_and_quotes_is_one_record(made: Directories, database: SqliteDatabase) -> None:
    lines = synthetic.calls(1)
    write(made, [(at, role, text.replace('"王"', '"Wang ""J"",\nfloor 2"')) for at, role, text in lines])
    list(passes(Ingest(database, made)))
    (call,) = calls.page(database, CallFilter()).calls
    assert call.caller_name == 'Wang "J",\nfloor 2'
    assert call.ended is not None


def test_a_record_is_left_until_its_second_line_is_there(made: Directories, database: SqliteDatabase) -> None:
    path = logs_of(made)["cel"]
    first = synthetic.calls(1)[0][2].replace('"王"', '"Wang\nJ"')
    half, rest = first.split("\n")
    ingest = Ingest(database, made)
    path.write_text(half + "\n")
    assert ingest.step() == 0
    with path.open("a") as opened:
        opened.write(rest + "\n")
    assert ingest.step() == 1
    assert history.positions(database)["cel"].skipped == 0


def test_calls_that_were_up_when_asterisk_stopped_are_over(made: Directories, database: SqliteDatabase) -> None:
    lines = synthetic.calls(6)
    seen = lines[: len(lines) // 2]
    ingest = Ingest(database, made)
    write(made, seen)
    list(passes(ingest))
    up = database.execute_sql("SELECT count(*) FROM calls WHERE ended IS NULL").fetchone()[0]
    assert up > 0
    write(made, [(0.0, "queue", f"{int(seen[-1][0]) + 5}|NONE|NONE|NONE|QUEUESTART|")])
    list(passes(ingest))
    rows = database.execute_sql("SELECT ended, outcome FROM calls").fetchall()
    assert all(ended is not None and outcome is not None for ended, outcome in rows)


def test_a_restart_that_is_read_before_the_calls_of_its_time_cuts_only_those_off(
    made: Directories, database: SqliteDatabase
) -> None:
    lines = synthetic.calls(6)
    write(made, [(0.0, "queue", f"{int(lines[-1][0]) + 5}|NONE|NONE|NONE|QUEUESTART|")])
    write(made, lines)
    list(passes(Ingest(database, made, batch=900)))
    found = {call.linkedid: call for call in calls.page(database, CallFilter()).calls}
    assert len(found) == 6
    assert {call.outcome for call in found.values()} <= {Outcome.ANSWERED, Outcome.ABANDONED}
    assert all(call.hangup_cause is not None for call in found.values())


CHILD = """
import sys
from pathlib import Path
from appliance.store.database import open_site_db
from appliance.telephony.ingest import Ingest
from tests.unit.telephony.synthetic import directories
root = Path(sys.argv[1])
ingest = Ingest(open_site_db(root / "site.db"), directories(root), batch=3000)
while True:
    ingest.step()
"""


def offsets(root: Path) -> int:
    """How far the logs have been read, in bytes; 0 before there is a database."""
    if not (root / "site.db").exists():
        return 0
    with closing(sqlite3.connect(f"file:{root / 'site.db'}?mode=ro", uri=True)) as connection:
        try:
            return int(connection.execute('SELECT total("offset") FROM positions').fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # its first migration runs


def test_killed_again_and_again_it_ends_as_one_clean_pass(tmp_path: Path) -> None:
    lines = synthetic.calls(200)
    root, clean = tmp_path / "killed", tmp_path / "clean"
    root.mkdir()
    clean.mkdir()
    made = directories(root)
    chance = random.Random(7)  # noqa: S311 - the same moments each time
    share, kills_in_the_middle = len(lines) // 6, 0
    for turn in range(6):
        fresh = iter(lines[turn * share :] if turn == 5 else lines[turn * share : (turn + 1) * share])
        before, deadline = offsets(root), time.monotonic() + 30
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(root)], cwd=ROOT)  # noqa: S603 - our own ingest
        steps = chance.randint(2, 12)
        while steps and time.monotonic() < deadline:
            write(made, list(islice(fresh, 30)))
            time.sleep(0.01)  # lines come one after the other, so that a part of them is read when it is killed
            steps -= offsets(root) > before
        child.kill()
        child.wait()
        kills_in_the_middle += before < offsets(root)
        write(made, list(fresh))
    assert kills_in_the_middle == 6
    database = open_site_db(root / "site.db")
    list(passes(Ingest(database, made)))
    assert content(database) == ingested(clean, lines)
    database.close()


def test_the_first_record_behind_a_torn_one_is_kept(made: Directories, database: SqliteDatabase) -> None:
    lines = synthetic.calls(2)
    write(made, lines[:3])
    with logs_of(made)["cel"].open("a") as opened:
        opened.write(lines[3][2][:70])
    write(made, lines[3:])
    list(passes(Ingest(database, made)))
    assert history.positions(database)["cel"].skipped == 1
    assert database.execute_sql("SELECT count(*) FROM events").fetchone()[0] == len(lines)
