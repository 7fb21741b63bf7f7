"""What the box lives on, in words that screens and the command line share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui import look
from tui.format import DASH, duration, moment
from tui.i18n import N_, _, say
from tui.words import word

if TYPE_CHECKING:
    from appliance.api.supply import BatteryTest, Supply, UpsState

HOW_TO_NAME = N_(
    "No UPS is named: a power cut ends all calls at once. Plug in the UPS's USB cable, c shows it; F8 Setup, UPSes, n "
    "names it."
)
_RESULTS = {True: N_("passed"), False: N_("failed"), None: N_("it did not say")}


def style(supply: Supply) -> str:
    """How its phase is shown."""
    if supply.phase in {"draining", "switching off"}:
        return look.BAD
    return look.WARN if supply.phase == "on battery" or any(ups.feed == "lost" for ups in supply.upses) else ""


def short(supply: Supply | None) -> tuple[str, str]:
    """For Home: `mains, 100 %, 42 min`, and its style."""
    if supply is None:
        return _("unknown: the power service is silent"), look.WARN
    if not supply.upses:
        return _("none"), look.QUIET
    worst = min(supply.upses, key=lambda ups: (ups.runtime is None, ups.runtime or 0.0, ups.charge or 0.0))
    what = word("lost") if any(ups.feed == "lost" for ups in supply.upses) else word(supply.phase)
    return _("{phase}, {charge}, {left}").format(
        phase=what, charge=percent(worst.charge), left=minutes(worst.runtime)
    ), style(supply)


def percent(value: float | None) -> str:
    """`97 %`."""
    return DASH if value is None else f"{value:.0f} %"


def minutes(seconds: float | None) -> str:
    """`42 min`."""
    return DASH if seconds is None else _("{n} min").format(n=f"{seconds / 60:.0f}")


def phase_words(supply: Supply, now: float, zone: str) -> str:
    """`On battery for 3:05.`"""
    lasting = duration(max(0.0, now - supply.since))
    if supply.phase == "draining" and supply.until is not None:
        return _("Draining: no new calls go out; off when the calls are over, at the latest in {time}.").format(
            time=duration(max(0.0, supply.until - now))
        )
    if supply.phase == "switching off":
        return _("Switching off now. The box comes back by itself when mains does.")
    return _("{phase} for {time}").format(phase=word(supply.phase), time=lasting)


def ups_words(ups: UpsState, now: float, zone: str) -> str:
    """`mains  charge 100 %  left 42 min  load 18 %  battery since 2024-05-01`."""
    if ups.feed in {"lost", "not heard"}:
        heard = moment(ups.heard, zone, now)
        return _("{feed}, last heard {time}").format(feed=word(ups.feed), time=heard)
    return _("{feed}  charge {charge}  left {left}  load {load}  battery since {date}").format(
        feed=word(ups.feed),
        charge=percent(ups.charge),
        left=minutes(ups.runtime),
        load=percent(ups.load),
        date=ups.battery_since.isoformat() if ups.battery_since else DASH,
    )


def test_words(test: BatteryTest, zone: str, now: float) -> str:
    """`22 Nov 03:30 Office UPS: passed, 100 % to 96 %`."""
    return _("{time} {ups}: {result}, charge {before} to {after}").format(
        time=moment(test.at, zone, now),
        ups=test.label,
        result=_(_RESULTS[test.passed]),
        before=percent(test.charge_before),
        after=percent(test.charge_after),
    )


def tests_words(supply: Supply, now: float, zone: str) -> str:
    """The last test and the next."""
    if supply.testing:
        return _("The battery of {ups} is being tested.").format(
            ups=next((ups.label for ups in supply.upses if ups.name == supply.testing), supply.testing)
        )
    last = test_words(supply.tests[0], zone, now) if supply.tests else _("none yet")
    following = moment(supply.next_test, zone, now) if supply.next_test is not None else _("not scheduled")
    return _("Last battery test: {last}. Next: {next}.").format(last=last, next=following)


def remarks(supply: Supply) -> list[str]:
    """What needs a person."""
    return [say(remark) for ups in supply.upses for remark in ups.remarks]
