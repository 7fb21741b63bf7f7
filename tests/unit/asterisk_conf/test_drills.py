"""The two ends of a test call, as Asterisk walks them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.site import document as documents
from appliance.site.exchange import Mark
from appliance.site.line_test import DRILL_CONTEXT, DRILL_DIGITS, DRILL_OURS, LINE_TEST_CONTEXT, drill_answer
from appliance.site.models import SiteDocument
from tests.unit.asterisk_conf.interpreter import HANG_UP, SILENT, Act, Heard, Walk, World, presses
from tests.unit.asterisk_conf.reading import dialplan

DIGITS = st.text("0123456789", min_size=6, max_size=6)


def branch() -> SiteDocument:
    read, _problems = documents.parse(documents.example("en"))
    assert read is not None
    return documents.fill_secrets(read, None, generate=True)


PLAN = dialplan(branch())


def called(*acts: Act) -> Walk:
    walk = Walk(PLAN, World(), presses(*acts))
    walk.run("from-trunk-carrier", "88120009")
    return walk


@given(DIGITS)
def test_the_test_number_answers_a_drill_with_its_halves_changed(digits: str) -> None:
    heard = called(*digits).heard
    assert Heard("mark", f"{Mark.LINE_TEST},") in heard
    assert [each.text for each in heard if each.what == "digits"] == [drill_answer(digits)]
    assert drill_answer(drill_answer(digits)) == digits


@pytest.mark.parametrize("acts", [(SILENT,), ("1", SILENT), (*"12345", SILENT)])
def test_a_person_who_calls_it_hears_himself(acts: tuple[Act, ...]) -> None:
    heard = called(*acts).heard
    assert Heard("talk", "Echo") in heard
    assert not [each for each in heard if each.what == "digits"]


def test_who_hangs_up_is_gone() -> None:
    assert Heard("talk", "Echo") not in called(HANG_UP).heard


@given(DIGITS, DIGITS)
def test_the_calling_end_sends_its_digits_and_tells_what_came_back(digits: str, back: str) -> None:
    walk = Walk(PLAN, World(), presses(*back))
    walk.variables[DRILL_DIGITS] = digits
    walk.run(DRILL_CONTEXT, DRILL_OURS)
    assert Heard("digits", digits) in walk.heard
    assert walk.variables["BB_DRILL_BACK"] == back


def test_nothing_of_it_is_there_where_nobody_wants_it() -> None:
    bare = branch().model_copy(update={"drills": (), "dids": ()})
    assert not {LINE_TEST_CONTEXT, DRILL_CONTEXT} & dialplan(bare).keys()
