"""Agents' sessions and pauses, from the lines of the queue log."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import SqliteDatabase

from appliance.store import sessions
from appliance.store.database import open_site_db
from appliance.store.sessions import Span, State
from appliance.telephony.events import PARSERS, QUEUE
from appliance.telephony.sessions import note

IN, OUT, PAUSE, GO = "ADDMEMBER", "REMOVEMEMBER", "PAUSE", "UNPAUSE"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    opened = open_site_db(tmp_path / "site.db")
    yield opened
    opened.close()


def said(*lines: tuple[int, str, str, str]) -> bytes:
    """Lines for agent 8001: second, queue, event, reason."""
    text = "".join(f"{at}|NONE|{queue}|8001|{what}|{reason}\n" for at, queue, what, reason in lines)
    return text.encode()


def heard(database: SqliteDatabase, *lines: tuple[int, str, str, str]) -> list[Span]:
    note(database, PARSERS[QUEUE](said(*lines), True).events)
    return sessions.spans(database, "8001", 0)


def session(began: float, ended: float | None) -> Span:
    return Span("8001", State.SIGNED_IN, "", began, ended)


def pause(reason: str, began: float, ended: float | None) -> Span:
    return Span("8001", State.PAUSED, reason, began, ended)


def test_a_session_lasts_from_the_first_queue_to_the_last(database: SqliteDatabase) -> None:
    found = heard(database, (10, "a", IN, ""), (11, "b", IN, ""), (90, "a", OUT, ""))
    assert found == [session(10, None)]
    assert heard(database, (95, "b", OUT, "")) == [session(10, 95)]


def test_a_pause_is_one_however_many_queues_say_so(database: SqliteDatabase) -> None:
    lines = [(20, "a", PAUSE, "lunch"), (20, "b", PAUSE, "lunch"), (50, "a", GO, ""), (50, "b", GO, "")]
    assert heard(database, *lines) == [pause("lunch", 20, 50)]


def test_another_reason_is_another_pause(database: SqliteDatabase) -> None:
    found = heard(database, (20, "a", PAUSE, "wrap-up"), (30, "a", PAUSE, "lunch"), (60, "a", GO, ""))
    assert found == [pause("wrap-up", 20, 30), pause("lunch", 30, 60)]


def test_who_signs_out_is_no_longer_busy(database: SqliteDatabase) -> None:
    found = heard(database, (10, "a", IN, ""), (20, "a", PAUSE, "lunch"), (40, "a", OUT, ""))
    assert found == [session(10, 40), pause("lunch", 20, 40)]


def test_only_what_reaches_beyond_a_moment_is_told(database: SqliteDatabase) -> None:
    heard(database, (10, "a", IN, ""), (20, "a", PAUSE, "lunch"), (40, "a", GO, ""))
    assert sessions.spans(database, "8001", 40) == [session(10, None)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b"]), st.sampled_from([IN, OUT, PAUSE, GO]), st.sampled_from(["", "lunch", "x"])
        ),
        max_size=30,
    )
)
def test_spans_of_one_state_never_overlap_and_one_at_most_is_open(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, str, str]]
) -> None:
    database = open_site_db(tmp_path_factory.mktemp("spans") / "site.db")
    found = heard(database, *((at, *line) for at, line in enumerate(lines, 1)))
    database.close()
    for state in State:
        mine = [span for span in found if span.state is state]
        for earlier, later in pairwise(mine):
            assert earlier.ended is not None and earlier.began <= earlier.ended <= later.began
