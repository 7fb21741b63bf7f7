"""A restart that waits, in one sentence; and when a person may let one come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.format import local, moment
from tui.i18n import N_, _, n_

if TYPE_CHECKING:
    from appliance.api.contract import Restart

_WHAT = {
    "reboot": N_("The box restarts"),
    "off": N_("The box switches itself off"),
    "update": N_("The box restarts into the update"),
    "rollback": N_("The box restarts into the system before"),
    "reset": N_("The box starts over"),
    "mains": N_("Mains is gone and the battery nearly empty: the box switches off"),
}


@dataclass(frozen=True)
class When:
    """A choice of when: `wait` seconds for calls from `begin` on; see the contract's `PowerRequest`."""

    wait: int
    begin: float | None = None
    anyway: bool = True


@dataclass(frozen=True)
class Choice:
    """A choice's name, its words, and what it means at a moment in a branch's zone."""

    name: str
    words: str
    of: Callable[[float, str], When]


NIGHT = (2, 5)
"""Hours of the branch's own time between which nobody calls."""


def _tonight(now: float, zone: str) -> When:
    here = local(now, zone)
    begin = dt.datetime.combine(here.date(), dt.time(NIGHT[0]), here.tzinfo)
    end = dt.datetime.combine(here.date(), dt.time(NIGHT[1]), here.tzinfo)
    if here >= end:
        begin, end = (at + dt.timedelta(days=1) for at in (begin, end))
    first = max(now, begin.timestamp())
    return When(int(end.timestamp() - first), first, anyway=False)


CHOICES = (
    Choice("calls", N_("When the last call has ended, in 10 minutes at the latest"), lambda _now, _zone: When(600)),
    Choice("hour", N_("When the last call has ended, in an hour at the latest"), lambda _now, _zone: When(3600)),
    Choice("night", N_("Between 02:00 and 05:00 when no call is up, else not at all"), _tonight),
    Choice("now", N_("At once: calls that are up are cut"), lambda _now, _zone: When(0)),
)


def said(restart: Restart, calls: int | None, now: float, zone: str) -> str:
    """`The box restarts when the last of 3 calls has ended, at the latest 14:40 (zhang: update)`."""
    latest = moment(restart.latest, zone, now)
    if now < restart.begin:
        begin = moment(restart.begin, zone, now)
        when = _("between {begin} and {latest} when no call is up").format(begin=begin, latest=latest)
    elif not calls or now >= restart.latest:
        when = _("now")
    else:
        ended = n_("when {n} call has ended", "when the last of {n} calls has ended", calls)
        when = _("{when}, at the latest {time}").format(when=ended, time=latest)
    what = _(_WHAT[restart.kind])
    if restart.kind == "mains":
        return f"{what} {when}"
    return _("{what} {when} ({who}: {why})").format(what=what, when=when, who=restart.by, why=restart.why)
