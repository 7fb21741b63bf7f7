"""How often each service was started again by itself in the last hour."""

from __future__ import annotations

from collections.abc import Callable

from appliance.api.contract import ServiceState
from appliance.health.check import Measured, Readings

WINDOW = 3600.0


class Restarts:
    """Counts new beginnings of services that ran before, over the life of health."""

    def __init__(self, states: Callable[[], tuple[ServiceState, ...]], clock: Callable[[], float]) -> None:
        self._states = states
        self._clock = clock
        self._since: dict[str, float] = {}
        self._again: dict[str, list[float]] = {}

    def counted(self) -> Readings:
        """By the unit's name without its ending."""
        now = self._clock()
        found = {}
        for state in self._states():
            name = state.unit.removesuffix(".service")
            times = [at for at in self._again.get(name, []) if now - at < WINDOW]
            before = self._since.get(name)
            # A process's start is read off clock ticks: a second makes no other start of it.
            if state.since is not None and before is not None and abs(state.since - before) > 1:
                times.append(now)
            if state.since is not None:
                self._since[name] = state.since
            self._again[name] = times
            found[name] = Measured(float(len(times)), {"value": str(len(times))}, label=name)
        return found
