"""Alarms as SNMP notifications: raised (or another severity) and cleared, each with the next number of a sequence.

snmpd sends them on to the receivers, as informs until they confirm. The number is written down before anything is
sent, so that a NOC that sees one missing knows that it missed one, and walks the table.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from appliance.api.contract import Alarm
from appliance.health.alarms import Kept
from appliance.health.noc.tree import ALARMS, BOX, OBJECTS, ROOT, Oid, dotted, told
from appliance.health.run import NotSent, agentxtrap

log = logging.getLogger("branchbox.health")

RAISED: Oid = (*ROOT, 0, 1)
CLEARED: Oid = (*ROOT, 0, 2)
AGENT = "unix:/run/agentx/master"
MOST = 500
"""So many wait for an agent that does not answer; the oldest go, which the sequence shows."""
AT_ONCE = 20
"""Of one look: a storm of alarms must not hold up the next one."""
_SEQUENCE: Oid = (*OBJECTS, BOX, 10, 0)
_KINDS = {"string": "s", "integer": "i", "octet": "x", "gauge": "u", "counter": "c"}


def notice(before: Kept | None, after: Kept | None) -> tuple[Oid, Kept] | None:
    """What the change of an alarm is told as; None for what only explains or is explained."""
    was, stands = before is not None and before.cause is None, after is not None and after.cause is None
    if stands and after is not None:
        news = not was or before is None or before.severity is not after.severity
        return (RAISED, after) if news else None
    return (CLEARED, before) if was and before is not None else None


class Notices:
    """Numbers and sends; `file` keeps the last number. Used in one thread."""

    def __init__(
        self,
        file: Path,
        said: Callable[[Kept], Alarm],
        *,
        send: Callable[[Sequence[str]], None] = agentxtrap,
        wanted: Callable[[], bool],
    ) -> None:
        self._file = file
        self._said = said
        self._send = send
        self._wanted = wanted
        self._waiting: deque[Sequence[str]] = deque(maxlen=MOST)
        self._silent = False
        self.sequence = int(file.read_text()) if file.exists() else 0

    def told(self, before: Kept | None, after: Kept | None) -> None:
        """An alarm changed: keep what is to be sent of it."""
        found = notice(before, after)
        if found is None or not self._wanted():
            return
        self.sequence += 1
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{self.sequence}\n")
        fresh.replace(self._file)
        kind, alarm = found
        self._waiting.append(words(kind, self._said(alarm), self.sequence))

    def send(self) -> None:
        """Send what waits; what the agent does not take waits for the next time."""
        for _ in range(min(AT_ONCE, len(self._waiting))):
            try:
                self._send(self._waiting[0])
            except NotSent as error:
                if not self._silent:
                    log.warning("alarms cannot be sent by SNMP, they wait: %s", error)
                self._silent = True
                return
            self._silent = False
            self._waiting.popleft()


def words(kind: Oid, alarm: Alarm, sequence: int) -> Sequence[str]:
    """The arguments of agentxtrap(1): the notification, then its objects."""
    index = (alarm.id,)
    objects: list[str] = [dotted(_SEQUENCE), "c", str(sequence)]
    for column, (of, value) in enumerate(told(alarm), start=2):
        objects += [dotted((*OBJECTS, ALARMS, 1, column, *index)), _KINDS[of], value]
    return ("-x", AGENT, dotted(kind), *objects)
