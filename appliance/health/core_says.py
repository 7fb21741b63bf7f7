"""What core says of lines and phones, as values for checks; nothing is known when it has been silent for a while."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from appliance.api.client import Client
from appliance.api.contract import TrunkState
from appliance.api.facts import FACTS, Facts
from appliance.health.check import Measured, Readings
from appliance.health.memory import Memory
from appliance.site.problems import BranchboxError

log = logging.getLogger("branchbox.health")

STALE = 15.0
"""Seconds; core says something every 5."""
AGAIN = 2.0
FEW = 10
"""So few calls have no ratio."""
CHECKS = ("trunk", "phone", "queue", "failed-calls", "database", "drill", "voice")
"""Those that are looked at anew when core says something."""


class CoreSays:
    """The last word of core."""

    def __init__(self, clock: Callable[[], float], wall_clock: Callable[[], float], memory: Memory) -> None:
        self._clock = clock
        self._wall_clock = wall_clock
        self._memory = memory
        self._facts: Facts | None = None
        self._heard = float("-inf")

    async def follow(self, socket: Path, changed: Callable[[], Awaitable[object]]) -> None:
        """Listen to core until cancelled."""
        while True:
            try:
                async for said in Client(socket).follow(FACTS):
                    news = said != self._facts
                    self.hear(said)
                    if news:
                        await changed()
            except BranchboxError as error:
                log.debug("core says nothing: %s", error)
            await asyncio.sleep(AGAIN)

    def hear(self, facts: Facts) -> None:
        """Take what core says."""
        self._facts = facts
        self._heard = self._clock()

    @property
    def facts(self) -> Facts | None:
        """What core says; None when it has been silent."""
        return self._facts if self._clock() - self._heard < STALE else None

    def names(self) -> tuple[str, str]:
        """The site's name and code, as core said last, before a restart too."""
        if self._facts is not None and self._facts.site_code:
            self._memory.put("site", f"{self._facts.site_code} {self._facts.site_name}")
        code, _, name = self._memory.get("site").partition(" ")
        return name, code

    def _linked(self) -> Facts | None:
        return self.facts if self.facts and self.facts.linked else None

    def trunks(self) -> Readings:
        """1 for each that is down."""
        facts = self._linked()
        if facts is None:
            return None
        return {
            trunk.name: None
            if trunk.state is TrunkState.UNKNOWN
            else Measured(
                float(trunk.state is TrunkState.DOWN),
                label=trunk.label,
                because=trunk.explained_by,
                original=trunk.detail if trunk.state is TrunkState.DOWN else "",
            )
            for trunk in facts.trunks
        }

    def phones(self) -> Readings:
        """1 for each that has been here and is not registered now."""
        facts = self._linked()
        if facts is None:
            return None
        known = self._memory.names("phone")
        fresh = {phone.number for phone in facts.phones if phone.registered} - known
        for number in fresh:
            self._memory.put(f"phone:{number}", "seen")
        known = known | fresh
        return {
            phone.number: Measured(float(not phone.registered), label=f"{phone.number} ({phone.name})")
            for phone in facts.phones
            if phone.number in known
        }

    def queues(self) -> Readings:
        """How long the longest waiting caller of each has waited."""
        facts = self._linked()
        if facts is None:
            return None
        now = self._wall_clock()
        waits = {queue: max(0.0, now - queue.longest_since) if queue.longest_since else 0.0 for queue in facts.queues}
        return {
            queue.name: Measured(wait, {"value": f"{int(wait) // 60}:{int(wait) % 60:02}"}, label=queue.label)
            for queue, wait in waits.items()
        }

    def failed_calls(self) -> Measured | None:
        """The share of late calls that could not be put through."""
        facts = self.facts
        if facts is None or facts.calls is None:
            return None
        tried, failed = facts.calls.tried, facts.calls.failed
        return Measured(failed / tried if tried >= FEW else 0.0, {"failed": str(failed), "tried": str(tried)})

    def drills(self) -> Readings:
        """1 for each that failed the last time; a trunk that is down explains its test call."""
        facts = self.facts
        if facts is None or facts.drills is None:
            return None
        return {
            drill.name: Measured(
                float(drill.failed),
                {"time": time.strftime("%Y-%m-%d %H:%M", time.localtime(drill.began))},
                label=drill.label,
                because=(f"trunk:{drill.trunk}",) if drill.trunk else (),
                original=drill.original,
            )
            for drill in facts.drills
        }

    def voices(self) -> Readings:
        """The MOS of each phone and trunk that talked enough of late."""
        facts = self.facts
        if facts is None or facts.voices is None:
            return None
        labels = {trunk.name: trunk.label for trunk in facts.trunks}
        return {
            f"{'trunk' if voice.trunk else 'phone'}-{voice.party}": Measured(
                voice.mos,
                {"value": f"{voice.mos:.1f}", "legs": str(voice.legs)},
                label=labels.get(voice.party, voice.party) if voice.trunk else voice.party,
            )
            for voice in facts.voices
        }

    def database(self) -> Measured | None:
        """1 when SQLite found something wrong; None before the first check since core started."""
        facts = self.facts
        if facts is None or facts.database is None:
            return None
        return Measured(float(bool(facts.database.wrong)), original=facts.database.wrong)
