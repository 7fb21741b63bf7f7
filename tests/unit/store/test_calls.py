"""Lists, details and figures of calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import SqliteDatabase

from appliance.api.contract import Call, CallFilter, Direction, Leg, Outcome, TimelineEvent
from appliance.api.recorder import NewRecording
from appliance.site.problems import BranchboxError
from appliance.store import calls, history, recordings

CALL = Call(
    linkedid="WZN-1.0",
    started=100.0,
    ended=160.0,
    direction=Direction.IN,
    caller="13805772046",
    caller_name="王建国",
    called="96296",
    trunk="carrier",
    menu_path="main/1",
    queue="repair",
    agent="8003",
    waited=10.0,
    talked=40.0,
    held=0.0,
    outcome=Outcome.ANSWERED,
    hangup_cause=16,
)


def call(number: int, **changes: Any) -> Call:
    return CALL.model_copy(update={"linkedid": f"WZN-{number}.0", "started": 100.0 + number, **changes})


def put(database: SqliteDatabase, *all_calls: Call) -> None:
    history.put_calls(database, [(one, (), ()) for one in all_calls])


def listed(database: SqliteDatabase, **wanted: Any) -> list[str]:
    return [one.linkedid for one in calls.page(database, CallFilter(**wanted)).calls]


def test_a_call_comes_back_as_it_was_put(database: SqliteDatabase) -> None:
    put(database, CALL)
    assert calls.page(database, CallFilter()).calls == (CALL,)


def test_a_call_that_changes_is_one_row(database: SqliteDatabase) -> None:
    put(database, call(1, ended=None, outcome=None))
    put(database, call(1))
    assert calls.page(database, CallFilter()).calls == (call(1),)


DIFFERENT = (
    call(1),
    call(2, direction=Direction.OUT, caller="8021", called="13957701188", queue=None, agent=None),
    call(3, queue="billing", agent="8005"),
    call(4, outcome=Outcome.ABANDONED, agent=None),
    call(5, direction=Direction.INTERNAL, caller="8021", called="8003", queue=None, outcome=None, ended=None),
)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [5, 4, 3, 2, 1]),
        ({"since": 102.0}, [5, 4, 3, 2]),
        ({"until": 102.0}, [1]),
        ({"since": 102.0, "until": 104.0}, [3, 2]),
        ({"number": "5770"}, [2]),
        ({"number": "57720"}, [4, 3, 1]),
        ({"number": "577"}, [4, 3, 2, 1]),
        ({"number": "8021"}, [5, 2]),
        ({"number": "%"}, []),
        ({"queue": "repair"}, [4, 1]),
        ({"agent": "8003"}, [5, 1]),
        ({"direction": Direction.OUT}, [2]),
        ({"outcome": Outcome.ABANDONED}, [4]),
        ({"number": "138", "queue": "repair", "outcome": Outcome.ANSWERED}, [1]),
        ({"queue": "nothing"}, []),
    ],
)
def test_every_filter_must_match(wanted: dict[str, Any], found: list[int], database: SqliteDatabase) -> None:
    put(database, *DIFFERENT)
    assert listed(database, **wanted) == [f"WZN-{number}.0" for number in found]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(starts=st.lists(st.sampled_from([100.0, 100.5, 101.25]), max_size=12), limit=st.integers(1, 5))
def test_pages_show_every_call_once_newest_first(starts: list[float], limit: int, database: SqliteDatabase) -> None:
    database.execute_sql("DELETE FROM calls")
    put(database, *(call(number, started=started) for number, started in enumerate(starts)))
    seen: list[Call] = []
    cursor = None
    while True:
        page = calls.page(database, CallFilter(limit=limit, before=cursor))
        seen += page.calls
        cursor = page.cursor
        if cursor is None:
            break
        assert len(page.calls) == limit
    assert len({one.linkedid for one in seen}) == len(starts) == len(seen)
    assert [one.started for one in seen] == sorted(starts, reverse=True)


def test_a_cursor_from_nowhere_is_refused(database: SqliteDatabase) -> None:
    with pytest.raises(BranchboxError, match="cannot continue"):
        calls.page(database, CallFilter(before="nonsense"))


def test_a_call_is_shown_with_its_story(database: SqliteDatabase) -> None:
    timeline = (TimelineEvent(at=100.0, what="arrived", detail="13805772046"),)
    legs = tuple(
        Leg(channel=name, to_channel="", started=100.0, answered=None, ended=160.0, disposition="NO ANSWER")
        for name in ("PJSIP/b", "PJSIP/a")
    )
    history.put_calls(database, [(CALL, timeline, legs)])
    detail = calls.show(database, CALL.linkedid)
    assert detail is not None
    assert (detail.call, detail.timeline, detail.legs, detail.recordings) == (CALL, timeline, legs, ())


def test_there_is_no_call_to_show(database: SqliteDatabase) -> None:
    assert calls.show(database, "WZN-9.9") is None


RECORDING = NewRecording(
    name="2026/11/21/WZN-1.0-1.opus.sealed",
    linkedid="WZN-1.0",
    started=101.0,
    duration=39.5,
    size=280_044,
    sha256="ab" * 32,
    opus_size=279_000,
    opus_sha256="cd" * 32,
    cut_short=False,
)


def test_a_recording_may_come_before_its_call(database: SqliteDatabase) -> None:
    recordings.add(database, RECORDING)
    put(database, CALL, call(2))
    assert [(one.linkedid, one.recordings) for one in calls.page(database, CallFilter()).calls] == [
        ("WZN-2.0", 0),
        ("WZN-1.0", 1),
    ]
    detail = calls.show(database, CALL.linkedid)
    assert detail is not None
    assert [one.name for one in detail.recordings] == [RECORDING.name]
    assert detail.call.recordings == 1


def test_the_last_word_on_a_recording_counts(database: SqliteDatabase) -> None:
    recordings.add(database, RECORDING)
    recordings.add(database, RECORDING.model_copy(update={"size": 1}))
    assert [one.size for one in recordings.of_call(database, "WZN-1.0")] == [1]


def figures(database: SqliteDatabase, all_calls: Sequence[Call]) -> tuple[object, ...]:
    put(database, *all_calls)
    today = calls.today(database, 100.0, {"repair": 20.0})
    return tuple(today.model_dump().values())


def test_a_quiet_day_has_no_averages(database: SqliteDatabase) -> None:
    assert figures(database, [call(-50)]) == (0, 0, 0, None, None, None)


def test_the_figures_of_a_day(database: SqliteDatabase) -> None:
    day = [
        call(1, waited=20.0, talked=60.0),
        call(2, waited=21.0, talked=30.0),
        call(3, waited=7.0, agent=None, talked=0.0, outcome=Outcome.ABANDONED),
        call(4, waited=600.0, agent=None, talked=0.0, outcome=Outcome.OVERFLOWED),
        call(5, waited=2.0, talked=0.0, ended=None, outcome=None),
        call(6, waited=None, agent=None, talked=0.0, ended=None, outcome=None),
        call(7, queue="sales", waited=1.0, talked=15.0),
        call(8, queue=None, direction=Direction.OUT),
        call(9, direction=Direction.INTERNAL),
        call(-1),
    ]
    offered, answered, abandoned = 7, 4, 1
    in_time = 2  # calls 1 and 5; 2 waited too long, sales has no level
    average_wait = (20.0 + 21.0 + 7.0 + 600.0 + 2.0 + 1.0) / 6
    average_talk = (60.0 + 30.0 + 15.0) / 3
    assert figures(database, day) == (offered, answered, abandoned, in_time / offered, average_wait, average_talk)
