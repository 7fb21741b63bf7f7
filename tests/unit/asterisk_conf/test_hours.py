"""The dialplan is open exactly when the document says so."""

from __future__ import annotations

import datetime as dt
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from appliance.site.models import Day, Holiday, Hours
from tests.unit.asterisk_conf.reading import dialplan, opening, steps
from tests.unit.asterisk_conf.test_nothing_injects import BASE

DAYS: tuple[Day, ...] = get_args(Day)
SPANS = ("00:00-24:00", "08:30-12:00", "13:30-17:30", "00:00-00:01", "23:59-24:00")

hours = st.builds(
    Hours,
    name=st.just("office"),
    label=st.just("x"),
    week=st.dictionaries(st.sampled_from(DAYS), st.lists(st.sampled_from(SPANS), max_size=3).map(tuple)),
    keeps_holidays=st.booleans(),
)
dates = st.dates(dt.date(2026, 12, 25), dt.date(2027, 1, 10))
holidays = st.lists(
    st.builds(
        lambda first, days, works_as: Holiday(
            first=first, last=first + dt.timedelta(days) if days else None, label="x", works_as=works_as
        ),
        dates,
        st.integers(0, 4),
        st.none() | st.sampled_from(DAYS),
    ),
    max_size=3,
).map(tuple)
moments = st.datetimes(dt.datetime(2026, 12, 25), dt.datetime(2027, 1, 12))
edges = st.builds(
    dt.datetime.combine, dates, st.sampled_from([dt.time(8, 30), dt.time(11, 59, 59), dt.time(12), dt.time(23, 59)])
)


def by_the_document(when: Hours, days: tuple[Holiday, ...], now: dt.datetime) -> bool:
    day = DAYS[now.weekday()]
    if when.keeps_holidays:
        today = [h for h in days if h.first <= now.date() <= (h.last or h.first)]
        worked = [h.works_as for h in today if h.works_as]
        if worked:
            day = worked[0]
        elif today:
            return False
    return any(span[:5] <= now.strftime("%H:%M") < span[6:] for span in when.week.get(day, ()))


@given(hours, holidays, moments | edges)
def test_open_and_closed_agree_with_the_document(when: Hours, days: tuple[Holiday, ...], now: dt.datetime) -> None:
    document = BASE.model_copy(update={"hours": (when,), "holidays": days, "dids": ()})
    wanted = "open" if by_the_document(when, days, now) else "closed"
    assert opening(dialplan(document), "hours-office", now) == wanted


def test_the_clock_is_the_branchs_own() -> None:
    office = [step for step in steps(BASE, "hours-office") if step.startswith("GotoIfTime")]
    assert office[0] == "GotoIfTime(08:30-11:59,mon,*,*,Asia/Shanghai?open)"
    assert all(",Asia/Shanghai?" in step for step in office)
