"""A day as a person writes it."""

from __future__ import annotations

import datetime as dt

from appliance.site.problems import BranchboxError, Problem
from tui.format import local


def day_span(text: str, now: float, zone: str) -> tuple[float, float]:
    """First and last moment of a day in the branch's time: 21, 11-21 or 2026-11-21.

    A day without a year is the last one that has been. Raises BranchboxError for what is no day.
    """
    there = local(now, zone)
    tz, today = there.tzinfo, there.date()
    try:
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 1:
            day = today.replace(day=parts[0])
            if day > today:
                day = (today.replace(day=1) - dt.timedelta(days=1)).replace(day=parts[0])
        elif len(parts) == 2:
            day = today.replace(month=parts[0], day=parts[1])
            if day > today:
                day = day.replace(year=today.year - 1)
        else:
            day = dt.date(*parts)
    except (TypeError, ValueError):
        no_day = Problem(text="{day} is no day: write 21, 11-21 or 2026-11-21.", args={"day": text})
        raise BranchboxError(no_day) from None
    start = dt.datetime.combine(day, dt.time(), tz)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tz)
    return start.timestamp(), end.timestamp()
