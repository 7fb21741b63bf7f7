"""How a check stands, and how it comes to stand otherwise. Pure: `now` is monotonic, `wall` epoch seconds."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from appliance.health.alarms import Kept
from appliance.health.check import Check, Level, Measured
from appliance.site.problems import Problem

FLAPPING = 5
"""So many times wrong again within FLAP_WINDOW seconds is wrong, however short each time is."""
FLAP_WINDOW = 60.0


@dataclass(frozen=True)
class Standing:
    """One check, or one instance of it. `level` is what its value says, `alarm` what people hear."""

    since: float
    """When the value last went between well and wrong."""
    wall: float
    measured: Measured | None = None
    level: Level | None = None
    alarm: Kept | None = None
    turns: tuple[float, ...] = ()
    """When it lately became wrong."""
    flaps: int = 0
    explained: float | None = None
    """When something else last explained it."""
    because: str | None = None
    seen_well: bool = False

    @property
    def idle(self) -> bool:
        """Whether nothing is wrong, nothing stands, and nothing is remembered."""
        return self.level is None and self.alarm is None and not self.turns and self.because is None


def observe(check: Check, before: Standing, measured: Measured | None, *, now: float, wall: float) -> Standing:
    """What the value says; unknown changes nothing but that."""
    if measured is None:
        return dataclasses.replace(before, measured=None)
    level = check.level(measured.value, before.level)
    after = dataclasses.replace(before, measured=measured, level=level, seen_well=before.seen_well or level is None)
    if (level is None) == (before.level is None):
        return after
    after = dataclasses.replace(after, since=now, wall=wall)
    if level is not None:
        after = dataclasses.replace(after, turns=(*before.turns[1 - FLAPPING :], now), flaps=before.flaps + 1)
    return after


@dataclass(frozen=True)
class Cause:
    """What explains a wrong value: its key, and the number of its alarm once it is one."""

    key: str
    alarm: int | None


def decide(
    check: Check, before: Standing, cause: Cause | None, *, key: str, now: float, wall: float, up_since: float
) -> Standing:
    """Whether the alarm is raised, changed, put under its cause or over. `up_since` is when health began to look."""
    standing = _explained(before, cause if before.level else None, now)
    if standing.alarm is None:
        if standing.level is None:
            return _forgetting(standing, now)
        # What is not known any more has no words for an alarm.
        if standing.measured is None or not _due(check, standing, cause, now, up_since):
            return standing
        return dataclasses.replace(standing, alarm=_changed(check, standing, _new(check, standing, key, wall), cause))
    if standing.level is None or standing.measured is None:
        quiet = max(check.quiet, FLAP_WINDOW) if _flapping(standing, now) else check.quiet
        if standing.level is None and (standing.alarm.cause is not None or now - standing.since >= quiet):
            return _forgetting(dataclasses.replace(standing, alarm=None), now)
        return standing
    if cause is None and standing.alarm.cause is not None and _held(check, standing, now):
        return standing  # what explained it is over; it has this long to recover
    return dataclasses.replace(standing, alarm=_changed(check, standing, standing.alarm, cause))


def _explained(standing: Standing, cause: Cause | None, now: float) -> Standing:
    if cause is None and standing.because is None:
        return standing
    return dataclasses.replace(
        standing, because=cause.key if cause else None, explained=now if cause else standing.explained
    )


def _due(check: Check, standing: Standing, cause: Cause | None, now: float, up_since: float) -> bool:
    if cause is not None:
        return cause.alarm is not None and now - standing.since >= check.lasting
    if _held(check, standing, now) or (not standing.seen_well and now - up_since < check.starting):
        return False
    return now - standing.since >= check.lasting or _flapping(standing, now)


def _held(check: Check, standing: Standing, now: float) -> bool:
    return standing.explained is not None and now - standing.explained < check.aftermath


def _flapping(standing: Standing, now: float) -> bool:
    return len(standing.turns) >= FLAPPING and now - standing.turns[-1] < FLAP_WINDOW > now - standing.turns[0]


def _forgetting(standing: Standing, now: float) -> Standing:
    """A well one forgets how often it turned, after a while."""
    if not standing.turns or now - standing.turns[-1] < FLAP_WINDOW:
        return standing
    return dataclasses.replace(standing, turns=(), flaps=0, explained=None)


def _new(check: Check, standing: Standing, key: str, wall: float) -> Kept:
    level = standing.level or check.levels[0]
    return Kept(key=key, check=check.key, severity=level.severity, since=wall, problem=Problem(text=level.text))


def _changed(check: Check, standing: Standing, alarm: Kept, cause: Cause | None) -> Kept:
    """The alarm as the value says it now; one that got worse is acknowledged no more."""
    level, measured = standing.level, standing.measured
    if level is None or measured is None:
        return alarm
    rank = check.rank(level)
    said = alarm.problem
    if check.follows or rank != alarm.rank:
        args = {**measured.args, "label": measured.label} if measured.label else dict(measured.args)
        said = Problem(text=level.text, args=args, original=measured.original)
    worse = alarm.acknowledged is not None and (rank, measured.extent) > (alarm.known_rank, alarm.known_extent)
    alarm = dataclasses.replace(
        alarm,
        severity=level.severity,
        problem=said,
        rank=rank,
        extent=measured.extent,
        label=measured.label,
        flaps=standing.flaps,
        # A cause that is no alarm yet, or no longer, changes nothing.
        cause=(cause.alarm or alarm.cause) if cause else None,
    )
    return dataclasses.replace(alarm, acknowledged=None, acknowledged_by=None) if worse else alarm
