"""One look after another: due checks are measured, alarms kept, the picture renewed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from appliance.api.contract import Alarm, Box, ServiceState
from appliance.health.alarms import Alarms
from appliance.health.check import Check, Measured, Standing, judge

log = logging.getLogger("branchbox.health")


class Watch:
    """The checks and how they stand. `look` runs in one thread; `box` may be read from any."""

    def __init__(
        self,
        checks: Iterable[Check],
        alarms: Alarms,
        services: Callable[[], tuple[ServiceState, ...]],
        *,
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
        version: str,
    ) -> None:
        self._checks = tuple(checks)
        self._alarms = alarms
        self._services = services
        self._clock = clock
        self._wall_clock = wall_clock
        self._version = version
        self._due = dict.fromkeys((check.key for check in self._checks), 0.0)
        self._values: dict[str, Measured | None] = {}
        self._failing: set[str] = set()
        self._standing = {check.key: Standing() for check in self._checks}
        for alarm in alarms.open():
            if alarm.key in self._standing:
                self._standing[alarm.key] = Standing(alarm=alarm)
            else:  # a check of an earlier version
                alarms.clear(alarm.key, wall_clock())
        self.box = self._picture()

    def look(self) -> None:
        """Measure what is due, then renew the picture."""
        for check in self._checks:
            now = self._clock()
            if self._due[check.key] <= now:
                self._due[check.key] = now + check.every
                measured = self._values[check.key] = self._measure(check)
                before = self._standing[check.key]
                after = judge(check, before, measured, now=now, wall=self._wall_clock())
                if after.alarm != before.alarm:
                    self._keep(check, after.alarm)
                self._standing[check.key] = after
        self.box = self._picture()

    def _measure(self, check: Check) -> Measured | None:
        try:
            measured = check.measure()
        except Exception:  # one broken check must not blind the others
            if check.key not in self._failing:
                log.exception("the check %s cannot look", check.key, extra={"BRANCHBOX_CHECK": check.key})
            self._failing.add(check.key)
            return None
        self._failing.discard(check.key)
        return measured

    def _keep(self, check: Check, alarm: Alarm | None) -> None:
        if alarm is None:
            self._alarms.clear(check.key, self._wall_clock())
            log.info("alarm over: %s", check.title, extra={"BRANCHBOX_CHECK": check.key})
            return
        self._alarms.put(alarm)
        fields = {"BRANCHBOX_CHECK": check.key, "BRANCHBOX_SEVERITY": alarm.severity.value}
        log.warning("alarm: %s: %s", check.title, alarm.problem, extra=fields)

    def _picture(self) -> Box:
        alarms = [standing.alarm for standing in self._standing.values() if standing.alarm]
        return Box(
            cpu=self._share("cpu"),
            memory=self._share("memory"),
            disk=self._share("disk"),
            services=self._services(),
            alarms=tuple(sorted(alarms, key=lambda alarm: alarm.since)),
            as_of=self._wall_clock(),
            version=self._version,
        )

    def _share(self, key: str) -> float | None:
        measured = self._values.get(key)
        return measured.value if measured else None
