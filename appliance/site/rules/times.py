"""Hours and holidays are each said once."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator

from appliance.site.models import SiteDocument
from appliance.site.rules.fault import Fault


def spans_do_not_overlap(document: SiteDocument) -> Iterator[Fault]:
    """A day's spans are apart."""
    for index, hours in enumerate(document.hours):
        for day, spans in hours.week.items():
            in_order = sorted(spans)
            for earlier, later in itertools.pairwise(in_order):
                if later[:5] < earlier[6:]:
                    yield Fault(
                        ("hours", index, "week", day),
                        "{earlier} and {later} overlap: make one span of them.",
                        {"earlier": earlier, "later": later},
                    )


def holidays_do_not_overlap(document: SiteDocument) -> Iterator[Fault]:
    """A holiday ends after it begins, and no day is in two of them."""
    days: dict[dt.date, int] = {}
    for index, holiday in enumerate(document.holidays):
        last = holiday.last or holiday.first
        if last < holiday.first:
            yield Fault(("holidays", index, "last"), "The last day is before the first: exchange them.")
            continue
        if (last - holiday.first).days > 366:
            yield Fault(("holidays", index, "last"), "This is longer than a year: correct the dates.")
            continue
        span = [holiday.first + dt.timedelta(days=day) for day in range((last - holiday.first).days + 1)]
        taken = next((day for day in span if day in days), None)
        if taken is not None:
            yield Fault(
                ("holidays", index, "first"),
                "{day} is in {other} already: a day belongs to one holiday.",
                {"day": taken.isoformat(), "other": f"holidays[{days[taken] + 1}]"},
            )
        for day in span:
            days.setdefault(day, index)


RULES = (spans_do_not_overlap, holidays_do_not_overlap)
