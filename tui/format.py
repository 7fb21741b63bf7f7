"""Numbers as people read them: 3:05, 86.2 %, 14 of 30, local time, a dash for "not known"."""

from __future__ import annotations

import datetime as dt
import math
import zoneinfo

from tui.i18n import N_, _

DASH = "-"
"""Stands for "not known"; never 0."""

_DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_MONTHS = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sep"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)


def number(value: float | None) -> str:
    """A count."""
    return DASH if value is None else f"{value:,.0f}"


def duration(seconds: float | None) -> str:
    """Seconds as 0:48, 3:05, 1:02:05 or, from a day on, `41 d 06:12`; begun seconds do not count."""
    if seconds is None:
        return DASH
    whole = max(0, math.floor(seconds))
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        return _("{days} d {hour}:{minute}").format(days=days, hour=f"{hour:02}", minute=f"{minute:02}")
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"


def seconds(value: float | None) -> str:
    """A short measured time: `1.8 s`."""
    return DASH if value is None else f"{value:.1f} s"


def share(value: float | None, digits: int = 0) -> str:
    """A share of 0 to 1 as `61 %` or, with digits, `86.2 %`."""
    return DASH if value is None else f"{value * 100:.{digits}f} %"


def of(part: float | None, whole: float | None) -> str:
    """`14 of 30`."""
    return _("{part} of {whole}").format(part=number(part), whole=number(whole))


def size(octets: int | None) -> str:
    """A file's size: `712 B`, `71 kB`, `2.1 MB`, `27.1 GB`, `2.0 TB` (powers of ten)."""
    if octets is None:
        return DASH
    if octets < 1000:
        return f"{octets} B"
    if octets < 999_500:
        return f"{octets / 1000:.0f} kB"
    if octets < 999_950_000:
        return f"{octets / 1e6:.1f} MB"
    if octets < 999_950_000_000:
        return f"{octets / 1e9:.1f} GB"
    return f"{octets / 1e12:.1f} TB"


def local(at: float, zone: str) -> dt.datetime:
    """A moment in the branch's own time; in the machine's while that is not known yet, in UTC where it is wrong."""
    if not zone:
        return dt.datetime.fromtimestamp(at).astimezone()
    try:
        tz: dt.tzinfo = zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        tz = dt.UTC
    return dt.datetime.fromtimestamp(at, tz)


def time(at: float | None, zone: str) -> str:
    """The time of day to the second: `14:31:02`."""
    return DASH if at is None else local(at, zone).strftime("%H:%M:%S")


def today(at: float, zone: str) -> str:
    """Day and time for the head of a screen: `Sat 21 Nov 14:32`."""
    there = local(at, zone)
    return _("{weekday} {day} {month} {time}").format(
        weekday=_(_DAYS[there.weekday()]),
        day=there.day,
        month=_(_MONTHS[there.month - 1]),
        mm=there.month,
        time=there.strftime("%H:%M"),
    )


def day(at: float, zone: str) -> str:
    """A day of this month or the last: `Sat 21`."""
    there = local(at, zone)
    return f"{_(_DAYS[there.weekday()])} {there.day}"


def moment(at: float | None, zone: str, now: float) -> str:
    """When something was: the time if today, day and time this year, the date before."""
    if at is None:
        return DASH
    there, here = local(at, zone), local(now, zone)
    if there.date() == here.date():
        return there.strftime("%H:%M:%S")
    if there.year == here.year:
        month = _(_MONTHS[there.month - 1])
        return _("{day} {month} {time}").format(
            day=f"{there.day:02}", month=month, mm=f"{there.month:02}", time=there.strftime("%H:%M")
        )
    return there.strftime("%Y-%m-%d")
