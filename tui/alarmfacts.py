"""What is known of an alarm, as the screens and the command line both tell it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.format import duration, moment, number, share
from tui.i18n import _, n_, say
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.alarms import AlarmDetail
    from appliance.api.contract import Alarm
    from appliance.api.picture import CheckInfo


def state(alarm: Alarm) -> str:
    """How it stands, in a word."""
    if alarm.cleared is not None:
        return _("over")
    return word(alarm.severity) if alarm.acknowledged is None else _("acknowledged")


def told(alarm: Alarm, zone: str, now: float) -> Iterator[str]:
    """What people did about it and what became of it, a line each."""
    if alarm.cleared is not None:
        yield _("over since {when}, after {time}").format(
            when=moment(alarm.cleared, zone, now), time=duration(alarm.cleared - alarm.since)
        )
    if alarm.acknowledged_by is not None:
        at = moment(alarm.acknowledged, zone, now)
        yield _("acknowledged by {who}, {when}").format(who=alarm.acknowledged_by, when=at)
    if alarm.owner is not None:
        yield _("{who} sees to it").format(who=alarm.owner)
    if alarm.flaps:
        yield n_("flapped {n} time", "flapped {n} times", alarm.flaps)


def limits(check: CheckInfo) -> Iterator[str]:
    """From which values on a check speaks up; nothing for one that is either well or not."""
    for level in check.levels if check.unit else ():
        sign = "<=" if check.below else ">="
        yield f"{word(level.severity)} {sign} {value(level.at, check.unit)}"


def value(of: float, unit: str) -> str:
    """A check's value in its unit."""
    match unit:
        case "share":
            return share(of)
        case "s":
            return duration(of) if of >= 60 else f"{of:g} s"
        case "days":
            return n_("{n} day", "{n} days", round(of))
        case "celsius":
            return _("{value} degrees C").format(value=f"{of:.0f}")
        case "mos":
            return f"{of:.1f} MOS"
        case _:
            return number(of)


def follows(detail: AlarmDetail) -> Iterator[str]:
    """What it explains, a sentence each."""
    for each in detail.consequences:
        yield say(each.problem)
