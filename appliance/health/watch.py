"""One look after another: due checks are measured, alarms kept, the picture renewed."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future

from appliance.api.contract import Box, ServiceState
from appliance.api.picture import CheckNow, Checks, CheckState, Picture
from appliance.health import causes
from appliance.health.alarms import Alarms, Kept
from appliance.health.check import Check, Measured, Readings, check_of
from appliance.health.standing import Cause, Standing, decide, observe

log = logging.getLogger("branchbox.health")

Names = tuple[str, str]


class Watch:
    """The checks and how they stand. `look` and what people do run in one thread; `box` and `picture` may be read
    from any. Slow checks look in `aside`, and are heard at the next look."""

    def __init__(
        self,
        checks: Iterable[Check],
        alarms: Alarms,
        services: Callable[[], tuple[ServiceState, ...]],
        *,
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
        version: str,
        names: Callable[[], Names] = lambda: ("", ""),
        aside: Executor | None = None,
        told: Callable[[Kept | None, Kept | None], None] = lambda _before, _after: None,
    ) -> None:
        self.checks = {check.key: check for check in checks}
        self.alarms = alarms
        self._services = services
        self._clock = clock
        self._wall_clock = wall_clock
        self._version = version
        self._names = names
        self._aside = aside
        self._told = told
        self._up_since = clock()
        self._due = dict.fromkeys(self.checks, 0.0)
        self._asked: dict[str, Future[Readings]] = {}
        self._failing: set[str] = set()
        self._standing: dict[str, Standing] = {}
        self._shown: dict[str, tuple[Standing, CheckNow]] = {}
        self._instances: dict[str, set[str]] = {key: set() for key in self.checks}
        for alarm in alarms.open():
            if alarm.check in self.checks:
                self._place(alarm.key, dataclasses.replace(self._new(), alarm=alarm))
            else:  # a check of an earlier version
                alarms.clear(alarm, wall_clock())
        self.picture = self._picture()
        self.box = self._box()

    def _new(self) -> Standing:
        return Standing(since=self._clock(), wall=self._wall_clock())

    def _place(self, key: str, standing: Standing) -> None:
        self._standing[key] = standing
        self._instances[check_of(key)].add(key)

    # --- looking ---------------------------------------------------------------------------

    def look(self, hurry: Iterable[str] = ()) -> None:
        """Measure what is due, and these checks whether due or not; then renew the picture."""
        self._due.update(dict.fromkeys(hurry, 0.0))
        for check in self.checks.values():
            now = self._clock()
            if check.key in self._asked:
                if self._asked[check.key].done():
                    self._hear(check, self._asked.pop(check.key).result)
            elif self._due[check.key] <= now:
                self._due[check.key] = now + check.every
                if check.slow and self._aside is not None:
                    self._asked[check.key] = self._aside.submit(check.measure)
                else:
                    self._hear(check, check.measure)
        self._decide()
        self.renew()

    def renew(self) -> None:
        """The picture as it stands."""
        self.picture = self._picture()
        self.box = self._box()

    def _hear(self, check: Check, measure: Callable[[], Readings]) -> None:
        try:
            found = self._by_key(check, measure())
            now, wall = self._clock(), self._wall_clock()
            for key, measured in found.items():
                before = self._standing.get(key) or self._new()
                self._place(key, observe(check, before, measured, now=now, wall=wall))
        except Exception:  # one broken check must not blind the others
            if check.key not in self._failing:
                log.exception("the check %s cannot look", check.key, extra={"BRANCHBOX_CHECK": check.key})
            self._failing.add(check.key)
            for key in self._instances[check.key]:
                self._standing[key] = dataclasses.replace(self._standing[key], measured=None)
        else:
            self._failing.discard(check.key)

    def _by_key(self, check: Check, readings: Readings) -> Mapping[str, Measured | None]:
        if not isinstance(readings, Mapping):
            known = self._instances[check.key] - {check.key}
            # Nobody knows anything: each instance is unknown now.
            return dict.fromkeys(known) if readings is None and known else {check.key: readings}
        found = {f"{check.key}:{name}": measured for name, measured in readings.items()}
        for gone in self._instances[check.key] - found.keys():
            self._instances[check.key].discard(gone)
            self._keep(gone, check, self._standing.pop(gone).alarm, None)
        return found

    # --- deciding --------------------------------------------------------------------------

    def _decide(self) -> None:
        """What explains others is decided first, so that its alarm is there when theirs would be raised."""
        astir = {key: self._cause(key) for key, standing in self._standing.items() if not standing.idle}
        for key in sorted(astir, key=lambda key: (astir[key] is not None, key)):
            check, before = self.checks[check_of(key)], self._standing[key]
            root = astir[key]
            alarm = self._standing[root].alarm if root is not None else None
            cause = Cause(root, alarm.id if alarm else None) if root is not None else None
            now, wall = self._clock(), self._wall_clock()
            after = decide(check, before, cause, key=key, now=now, wall=wall, up_since=self._up_since)
            self._standing[key] = dataclasses.replace(after, alarm=self._keep(key, check, before.alarm, after.alarm))

    def _cause(self, key: str) -> str | None:
        return causes.root(key, self._wrong, self._because) if self._wrong(key) else None

    def _wrong(self, key: str) -> bool:
        standing = self._standing.get(key)
        return standing is not None and (standing.level is not None or standing.alarm is not None)

    def _because(self, key: str) -> tuple[str, ...]:
        standing = self._standing[key]
        named = standing.measured.because if standing.measured else ()
        return (*named, *self.checks[check_of(key)].because)

    def _keep(self, key: str, check: Check, before: Kept | None, after: Kept | None) -> Kept | None:
        """Write down what changed; how often it flapped is written when it ends."""
        if before is not None and after is not None and dataclasses.replace(after, flaps=before.flaps) == before:
            return after
        fields = {"BRANCHBOX_CHECK": key}
        if after is None:
            if before is not None:
                self.alarms.clear(before, self._wall_clock())
                log.info("alarm over: %s", key, extra=fields)
                self._told(before, None)
            return None
        after = self.alarms.put(after)
        if before is None or (before.severity, before.problem, before.cause) != (
            after.severity,
            after.problem,
            after.cause,
        ):
            fields["BRANCHBOX_SEVERITY"] = after.severity.value
            what = "consequence" if after.cause is not None else "alarm"
            log.warning("%s: %s: %s", what, key, after.problem, extra=fields)
        self._told(before, after)
        return after

    # --- what people do --------------------------------------------------------------------

    def changed(self, alarm: Kept) -> None:
        """A person changed this row: it stands so from now on."""
        standing = self._standing.get(alarm.key)
        if standing is not None and standing.alarm is not None and standing.alarm.id == alarm.id:
            self._standing[alarm.key] = dataclasses.replace(standing, alarm=alarm)
        self.renew()

    def info(self) -> Checks:
        """Every check as people read it."""
        return Checks(checks=tuple(check.info() for check in self.checks.values()))

    # --- the picture -----------------------------------------------------------------------

    def _picture(self) -> Picture:
        open_now = [standing.alarm for standing in self._standing.values() if standing.alarm]
        explains: dict[int, int] = {}
        for alarm in open_now:
            if alarm.cause is not None:
                explains[alarm.cause] = explains.get(alarm.cause, 0) + 1
        said = [
            alarm.said(self.checks[alarm.check].title, explains.get(alarm.id, 0))
            for alarm in sorted(open_now, key=lambda alarm: (alarm.since, alarm.key))
        ]
        name, code = self._names()
        return Picture(
            as_of=self._wall_clock(),
            version=self._version,
            site_name=name,
            site_code=code,
            checks=tuple(self._now(key) for check in self.checks for key in sorted(self._instances[check])),
            alarms=tuple(alarm for alarm in said if alarm.cause is None),
            consequences=tuple(alarm for alarm in said if alarm.cause is not None),
            services=self._services(),
        )

    def _now(self, key: str) -> CheckNow:
        standing = self._standing[key]
        shown = self._shown.get(key)
        if shown is None or shown[0] is not standing:
            shown = self._shown[key] = standing, _now(self.checks[check_of(key)], key, standing)
        return shown[1]

    def _box(self) -> Box:
        return Box(
            cpu=self._value("cpu"),
            memory=self._value("memory"),
            disk=self._value("disk"),
            services=self.picture.services,
            alarms=self.picture.alarms,
            as_of=self.picture.as_of,
            version=self._version,
        )

    def _value(self, key: str) -> float | None:
        standing = self._standing.get(key)
        return standing.measured.value if standing and standing.measured else None


def _now(check: Check, key: str, standing: Standing) -> CheckNow:
    measured, alarm, level = standing.measured, standing.alarm, standing.level
    if alarm is not None:
        state = CheckState.ALARM if alarm.cause is None else CheckState.CONSEQUENCE
    elif level is not None:
        state = CheckState.CONSEQUENCE if standing.because else CheckState.PENDING
    else:
        state = CheckState.OK if measured else CheckState.UNKNOWN
    severity = alarm.severity if alarm else level.severity if level else None
    return CheckNow(
        check=check.key,
        instance=key.partition(":")[2],
        title=check.title,
        label=measured.label if measured else alarm.label if alarm else "",
        value=measured.value if measured else None,
        unit=check.unit,
        state=state,
        severity=severity,
        since=standing.wall,
        because=standing.because,
    )
