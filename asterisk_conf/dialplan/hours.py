"""One subroutine per hours object: make-up days first, then holidays, then the week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from appliance.site.models import Day, Holiday, Hours, SiteDocument
from asterisk_conf.dialplan import places
from asterisk_conf.dialplan.steps import Expression, Step, context, do
from asterisk_conf.syntax import Section

_ALL_DAY = "00:00-24:00"


def contexts(document: SiteDocument) -> Iterator[Section]:
    """The subroutines; their clock is the site's time zone, whatever the machine's is."""
    for hours in document.hours:
        steps = tuple(_steps(hours, document))
        yield context(places.hours(hours.name), {"s": steps}, of=f"hours {hours.name}")


def unless_open(name: str, otherwise: str) -> tuple[Step, Step]:
    """Ask the hours, and go elsewhere (a target of Goto) when they are over."""
    return (
        do("Gosub", places.hours(name), "s", 1),
        do("GotoIf", Expression(f'$["${{GOSUB_RETVAL}}" = "{places.CLOSED}"]?{otherwise}')),
    )


def _steps(hours: Hours, document: SiteDocument) -> Iterator[Step]:
    zone = document.site.time_zone
    holidays = document.holidays if hours.keeps_holidays else ()
    made_up = [holiday for holiday in holidays if holiday.works_as]
    days_off = [holiday for holiday in holidays if not holiday.works_as]
    if holidays:
        yield do("Set", Expression(f"BB_DATE=${{STRFTIME(,{zone},%Y%m%d)}}"))
    for holiday in made_up:
        yield _jump_on(holiday, f"as-{holiday.works_as}")
    for holiday in days_off:
        yield _jump_on(holiday, places.CLOSED)
    for day, spans in hours.week.items():
        for span in spans:
            yield _open_at(span, day, zone)
    yield do("Return", places.CLOSED, label=places.CLOSED)
    for day in dict.fromkeys(holiday.works_as for holiday in made_up if holiday.works_as):
        yield from _as(day, hours, zone)
    yield do("Return", places.OPEN, label=places.OPEN)


def _as(day: Day, hours: Hours, zone: str) -> Iterator[Step]:
    yield do("NoOp", label=f"as-{day}")
    for span in hours.week.get(day, ()):
        yield _open_at(span, "*", zone)
    yield do("Return", places.CLOSED)


def _jump_on(holiday: Holiday, label: str) -> Step:
    first, last = _number(holiday.first), _number(holiday.last or holiday.first)
    return do("GotoIf", Expression(f"$[${{BB_DATE}} >= {first} & ${{BB_DATE}} <= {last}]?{label}"))


def _open_at(span: str, day: str, zone: str) -> Step:
    return do("GotoIfTime", Expression(f"{_inclusive(span)},{day},*,*,{zone}?{places.OPEN}"))


def _inclusive(span: str) -> str:
    """Asterisk's ranges include their last minute (main/pbx_timing.c), the document's do not."""
    if span == _ALL_DAY:
        return "*"
    first, _, end = span.partition("-")
    hour, minute = end.split(":")
    last = int(hour) * 60 + int(minute) - 1
    return f"{first}-{last // 60:02}:{last % 60:02}"


def _number(day: dt.date) -> str:
    return day.strftime("%Y%m%d")
