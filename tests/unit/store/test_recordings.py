"""Recordings in the database: found by anything on their call, and which have to go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import SqliteDatabase

from appliance.api.contract import Call, Direction, Outcome, TimelineEvent
from appliance.api.recorder import NewRecording
from appliance.api.recordings import Gap, Hold, RecordingFilter
from appliance.site.problems import BranchboxError
from appliance.store import history, keeping, recording_proof, recordings
from appliance.store.database import open_site_db
from appliance.store.keeping import DAY

NOW = 1_795_000_000.0


def recording(number: int, *, started: float | None = None, size: int = 1000) -> NewRecording:
    return NewRecording(
        name=f"2026/11/18/WZN-{number}.0-1.opus",
        linkedid=f"WZN-{number}.0",
        started=NOW + number if started is None else started,
        duration=60.0 + number,
        size=size,
        sha256="ab" * 32,
        opus_size=size,
        opus_sha256="ab" * 32,
        cut_short=False,
    )


def call(number: int, timeline: tuple[TimelineEvent, ...] = (), **words: Any) -> tuple[Call, Any, tuple[()]]:
    said: dict[str, Any] = {
        "linkedid": f"WZN-{number}.0", "started": NOW + number - 5, "ended": NOW + number + 60, "trunk": None,
        "direction": Direction.IN, "caller": f"1380577{number:04d}", "caller_name": "", "called": "96296",
        "menu_path": "", "queue": "repair", "agent": "8003", "waited": 1.0, "talked": 60.0, "held": 0.0,
        "outcome": Outcome.ANSWERED, "hangup_cause": 16,
    }  # fmt: skip
    return Call(**{**said, **words}), timeline, ()


def numbers(database: SqliteDatabase, **wanted: Any) -> list[int]:
    page = recordings.page(database, RecordingFilter(**wanted))
    return [int(one.linkedid.removeprefix("WZN-").removesuffix(".0")) for one in page.recordings]


@pytest.fixture
def floor(database: SqliteDatabase) -> SqliteDatabase:
    for number in range(1, 7):
        recordings.add(database, recording(number))
    history.put_calls(
        database,
        [
            call(1),
            call(2, queue="sales", agent="8004"),
            call(3, direction=Direction.OUT, queue=None),
            call(4, outcome=Outcome.VOICEMAIL),
            call(5, called="88120003"),
        ],
    )
    return database


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [6, 5, 4, 3, 2, 1]),
        ({"number": "77000"}, [5, 4, 3, 2, 1]),
        ({"number": "770002"}, [2]),
        ({"number": "8812"}, [5]),
        ({"queue": "sales"}, [2]),
        ({"agent": "8003"}, [5, 4, 3, 1]),
        ({"direction": "out"}, [3]),
        ({"outcome": "voicemail"}, [4]),
        ({"since": NOW + 3, "until": NOW + 5}, [4, 3]),
        ({"queue": "repair", "since": NOW + 3, "until": NOW + 5}, [4]),
        ({"at_least": 64.0, "at_most": 65.0}, [5, 4]),
    ],
)
def test_a_recording_is_found_by_anything_on_its_call(
    floor: SqliteDatabase, wanted: dict[str, Any], found: list[int]
) -> None:
    assert numbers(floor, **wanted) == found


def test_a_recording_is_found_by_comment_tag_and_hold(floor: SqliteDatabase) -> None:
    recordings.note(floor, recording(2).name, "the customer was Rude", at=None, by="li", now=NOW)
    recordings.tag(floor, recording(3).name, "training", off=False)
    keeping.hold(floor, Hold(linkedid="WZN-4.0", why="court"), "ma", NOW)
    assert numbers(floor, text="rude") == [2]
    assert numbers(floor, tag="training") == [3]
    assert numbers(floor, held=True) == [4]
    recordings.tag(floor, recording(3).name, "training", off=True)
    keeping.hold(floor, Hold(linkedid="WZN-4.0", why="over", off=True), "ma", NOW)
    assert numbers(floor, tag="training") == numbers(floor, held=True) == []


@pytest.mark.parametrize("wanted", [{}, {"number": "138"}])
def test_pages_follow_each_other_without_loss(floor: SqliteDatabase, wanted: dict[str, Any]) -> None:
    whole, seen, cursor = numbers(floor, **wanted), list[int](), None
    while True:
        page = recordings.page(floor, RecordingFilter(**wanted, limit=2, before=cursor))
        seen += [int(one.linkedid[4:-2]) for one in page.recordings]
        if (cursor := page.cursor) is None:
            break
    assert seen == whole


@pytest.mark.parametrize("cursor", ["x", "[1]", "{}"])
def test_a_cursor_that_is_none_is_refused_in_words(floor: SqliteDatabase, cursor: str) -> None:
    with pytest.raises(BranchboxError, match="cannot continue"):
        recordings.page(floor, RecordingFilter(before=cursor))


def story(*events: tuple[float, str, str]) -> tuple[TimelineEvent, ...]:
    return tuple(TimelineEvent(at=NOW + 1 + at, what=what, detail=detail) for at, what, detail in events)


@pytest.mark.parametrize(
    ("events", "gaps"),
    [
        ((), []),
        (((5, "recording-paused", "8003"), (9, "recording-resumed", "8003")), [(5, 9, "8003")]),
        (((5, "recording-paused", "8003"),), [(5, 61, "8003")]),
        (((-9, "recording-paused", "8003"), (-5, "recording-resumed", "8003")), []),
        (((-9, "recording-paused", "8003"), (2, "recording-resumed", "li")), [(0, 2, "8003")]),
        (((4, "recording-resumed", "8003"),), []),
        (
            (
                (5, "recording-paused", "a"), (6, "recording-paused", "b"), (7, "recording-resumed", "a"),
                (8, "recording-paused", "c"), (9, "recording-resumed", "c"),
            ),
            [(5, 7, "a"), (8, 9, "c")],
        ),
    ],
)  # fmt: skip
def test_a_pause_is_a_gap_in_the_recording(
    database: SqliteDatabase, events: tuple[tuple[float, str, str], ...], gaps: list[tuple[float, float, str]]
) -> None:
    recordings.add(database, recording(1))
    history.put_calls(database, [call(1, story(*events))])
    name = recording(1).name
    expected = tuple(Gap(begins=begins, ends=ends, by=by) for begins, ends, by in gaps)
    assert recordings.gaps(database, [name]).get(name, ()) == expected
    (found,) = recordings.page(database, RecordingFilter()).recordings
    assert found.paused == sum(gap.ends - gap.begins for gap in expected)


# --- what goes ---------------------------------------------------------------------------------


def old(database: SqliteDatabase, *days: float, size: int = 1000) -> None:
    for number, age in enumerate(days):
        recordings.add(database, recording(number, started=NOW - age * DAY, size=size))


def goes(database: SqliteDatabase, keep_days: int | None = None, to_free: int = 0) -> list[tuple[int, str]]:
    return [(int(one.name.split("-")[1][:-2]), one.why) for one in keeping.due(database, NOW, keep_days, to_free)]


def test_what_is_too_old_goes(database: SqliteDatabase) -> None:
    old(database, 400, 100, 5)
    assert goes(database, keep_days=365) == [(0, "age")]
    assert goes(database, keep_days=None) == []


def test_for_room_the_oldest_go_as_far_as_needed_but_nothing_of_the_last_day(database: SqliteDatabase) -> None:
    old(database, 0.5, 3, 2, 4)
    assert goes(database, to_free=1500) == [(3, "space"), (1, "space")]
    assert goes(database, to_free=10**9) == [(3, "space"), (1, "space"), (2, "space")]


def test_what_was_removed_is_not_removed_again(database: SqliteDatabase) -> None:
    old(database, 400, 300)
    keeping.removed(database, recording(0).name, "age", NOW)
    assert goes(database, keep_days=1) == [(1, "age")]
    assert keeping.sums(database, NOW).count == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ages=st.lists(st.floats(0, 500), min_size=1, max_size=12),
    by_name=st.sets(st.integers(0, 11)),
    by_call=st.sets(st.integers(0, 11)),
    unwanted=st.sets(st.integers(0, 11)),
    keep_days=st.none() | st.integers(1, 400),
    to_free=st.integers(0, 20_000),
)
def test_what_is_under_legal_hold_never_goes_and_the_oldest_go_first(
    tmp_path: Path,
    *,
    ages: list[float],
    by_name: set[int],
    by_call: set[int],
    unwanted: set[int],
    keep_days: int | None,
    to_free: int,
) -> None:
    path = tmp_path / "held.db"
    path.unlink(missing_ok=True)
    database = open_site_db(path)
    try:
        old(database, *ages)
        for number in by_name:
            keeping.hold(database, Hold(name=recording(number).name, why="court"), "ma", NOW)
        for number in by_call:
            keeping.hold(database, Hold(linkedid=recording(number).linkedid, why="court"), "ma", NOW)
        for number in unwanted:
            keeping.unwanted(database, recording(number).name, "asked")
        gone = goes(database, keep_days, to_free)
        assert not {number for number, _ in gone} & (by_name | by_call)
        for number in unwanted - by_name - by_call:
            assert number >= len(ages) or (number, "asked") in gone
        aged = [ages[number] for number, why in gone if why != "asked"]
        assert aged == sorted(aged, reverse=True)
    finally:
        database.close()


@pytest.mark.parametrize("left", [True, False])
def test_a_recording_was_cut_short_when_asterisk_did_not_outlive_it(database: SqliteDatabase, left: bool) -> None:
    """The story of the call knows; the recorder's own guess counts only while there is no story."""
    guess = recording(1).model_copy(update={"cut_short": left})
    recordings.add(database, guess)
    assert recordings.page(database, RecordingFilter()).recordings[0].cut_short is left

    def cut_short(word: str, ended: float) -> tuple[bool, bool]:
        end = TimelineEvent(at=ended, what=word, detail="")
        history.put_calls(database, [call(1, (end,), ended=ended)])
        ((known,),) = recording_proof.known(database, 0.0, NOW * 2)
        return recordings.page(database, RecordingFilter()).recordings[0].cut_short, known.cut_short

    over = guess.started + guess.duration
    assert cut_short("ended", over) == (False, False)
    assert cut_short("cut-off", over - 20) == (True, True)
    # This recording was whole before the exchange stopped in another part of the call.
    assert cut_short("cut-off", over + 20) == (False, False)
