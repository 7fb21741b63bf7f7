"""What callers did in the menus: counted once, where they were."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from peewee import SqliteDatabase

from appliance.api.menus import MenuFigures
from appliance.site.exchange import Mark
from appliance.store import history, survey
from appliance.store.history import RawEvent
from appliance.store.menus import Marked, figures, folded
from tests.unit.store.test_calls import call, put

UNTIL = 1000.0


def one_call(*marks: tuple[float, Mark, str], linkedid: str = "WZN-1.0", ended: float | None = 60.0) -> list[Marked]:
    return [Marked(linkedid, at, mark, text, ended) for at, mark, text in marks]


def of(menu: str, marks: list[Marked]) -> MenuFigures:
    return next(each for each in folded(marks, UNTIL).menus if each.menu == menu)


def test_a_key_leads_on_and_the_stay_is_from_entering_to_the_key() -> None:
    main = of("main", one_call((10, Mark.MENU, "main"), (14, Mark.CHOICE, "main/1")))
    assert (main.entered, main.keys, main.seconds, main.hung_up) == (1, {"1": 1}, 4.0, 0)


def test_who_goes_without_a_key_hung_up_there() -> None:
    main = of("main", one_call((10, Mark.MENU, "main"), (14, Mark.NO_INPUT, "main"), (18, Mark.WRONG_INPUT, "main/9")))
    assert (main.hung_up, main.no_input, main.wrong, main.seconds) == (1, 1, 1, 50.0)


def test_a_call_that_is_up_has_not_hung_up() -> None:
    main = of("main", one_call((10, Mark.MENU, "main"), ended=None))
    assert (main.entered, main.hung_up, main.seconds) == (1, 0, None)


def test_a_menu_that_sends_callers_away_says_so() -> None:
    main = of("main", one_call((10, Mark.MENU, "main"), (30, Mark.MENU_LEFT, "main/silence")))
    assert (main.given_up, main.hung_up, main.seconds) == (1, 0, 20.0)


def test_each_menu_on_the_way_counts_for_itself() -> None:
    marks = one_call(
        (10, Mark.MENU, "main"), (12, Mark.CHOICE, "main/2"), (12.1, Mark.MENU, "office"), (20, Mark.NO_INPUT, "office")
    )
    assert (of("main", marks).hung_up, of("office", marks).hung_up) == (0, 1)


def test_who_enters_after_the_period_is_not_in_it() -> None:
    marks = one_call(
        (UNTIL - 1, Mark.MENU, "main"), (UNTIL + 5, Mark.CHOICE, "main/1"), (UNTIL + 6, Mark.MENU, "office")
    )
    assert [each.menu for each in folded(marks, UNTIL).menus] == ["main"]
    assert of("main", marks).keys == {"1": 1}


MARKS = st.tuples(
    st.floats(0, 900),
    st.sampled_from([Mark.MENU, Mark.CHOICE, Mark.NO_INPUT, Mark.WRONG_INPUT, Mark.MENU_LEFT]),
    st.sampled_from(["main", "office"]),
)


@given(st.lists(st.lists(MARKS, min_size=1, max_size=8), max_size=6))
def test_whoever_entered_left_by_one_way_or_is_in_another_menu(calls: list[list[tuple[float, Mark, str]]]) -> None:
    marks = [
        each
        for number, one in enumerate(calls)
        for each in one_call(*((at, mark, f"{menu}/1") for at, mark, menu in sorted(one)), linkedid=f"WZN-{number}.0")
    ]
    for menu in folded(marks, UNTIL).menus:
        assert 0 < menu.entered == sum(m.mark == Mark.MENU and m.text.startswith(menu.menu) for m in marks)
        assert sum(menu.keys.values()) + menu.given_up + menu.hung_up <= menu.entered
        assert menu.seconds is None or menu.seconds >= 0


def event(at: float, mark: Mark, text: str, linkedid: str) -> RawEvent:
    extra = json.dumps({"extra": text})
    return RawEvent(
        linkedid, linkedid, at, "cel", mark.value, json.dumps(["PJSIP/x", "", "", "", "", "", "", "", extra])
    )


def test_the_period_is_asked_of_the_database(database: SqliteDatabase) -> None:
    put(database, call(1, ended=400.0), call(2, ended=5000.0))
    history.add_events(
        database,
        [
            event(110.0, Mark.MENU, "main", "WZN-1.0"),
            event(115.0, Mark.CHOICE, "main/1", "WZN-1.0"),
            event(2000.0, Mark.MENU, "main", "WZN-2.0"),
        ],
    )
    (main,) = figures(database, 100.0, 1000.0).menus
    assert (main.entered, main.keys, main.seconds) == (1, {"1": 1}, 5.0)
    assert figures(database, 3000.0, 9000.0).menus == ()
    plan = database.execute_sql(
        "EXPLAIN QUERY PLAN SELECT at FROM events WHERE type IN"
        " ('BB_MENU', 'BB_CHOICE', 'BB_NO_INPUT', 'BB_WRONG_INPUT', 'BB_MENU_LEFT') AND at >= 1 AND at < 2"
    ).fetchall()
    assert "events_of_menus" in str(plan)


def test_marks_of_callers_have_a_mean_by_agent_and_queue(database: SqliteDatabase) -> None:
    put(
        database,
        call(1, score=2),
        call(2, score=5),
        call(3, score=None),
        call(4, score=1, agent="8005"),
        call(5, score=4, agent=None),
    )
    assert survey.means(database, 0.0, 1000.0) == (
        survey.Mean("8003", "repair", 2, 3.5),
        survey.Mean("8005", "repair", 1, 1.0),
    )
    assert survey.means(database, 1000.0, 2000.0) == ()
