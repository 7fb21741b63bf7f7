"""The verbs of the network: what it is like now, and whether it works."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import sys
import time
from collections.abc import Callable

from appliance.api import verbs
from appliance.api.network import Clock, NetworkCheck, NetworkState
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.site.models import SiteDocument
from provisioning.machine import looking
from provisioning.machine.areas import AS_UNIT
from provisioning.machine.findings import Answers, findings, neighbours_needed, time_servers
from provisioning.machine.judging import Judge
from provisioning.machine.machine import Run
from provisioning.machine.networkd import link_name
from provisioning.run import CommandFailed, run

CLOCK_SECONDS = 10.0
"""How long chrony's word holds: asking it starts a unit."""
_SECONDS = 20.0
_PROBE = (
    *AS_UNIT,
    "--property=DynamicUser=yes",
    "--property=CapabilityBoundingSet=",
    "--property=ProtectHome=yes",
    "--property=RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    "--property=SystemCallFilter=@system-service",
    "--property=MemoryDenyWriteExecute=yes",
)


class NetworkVerbs:
    """Looks at the network and asks around; one check at a time. `document` gives the one in force, if any."""

    def __init__(self, document: Callable[[], SiteDocument | None], judge: Judge, *, run: Run = run) -> None:
        self._document = document
        self._judge = judge
        self._run = run
        self._clock: tuple[float, Clock | None] | None = None
        self._checking = asyncio.Lock()

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's verbs."""
        routes.method(verbs.NETWORK_STATE, self._state)
        routes.method(verbs.NETWORK_CHECK, self._check)

    async def _state(self, _caller: str, _: Empty) -> NetworkState:
        return await asyncio.to_thread(self.look)

    async def _check(self, _caller: str, _: Empty) -> NetworkCheck:
        async with self._checking:
            return await asyncio.to_thread(self.check)

    def look(self) -> NetworkState:
        """The network now."""
        return looking.state(looking.facts(), self._document(), self._time())

    def check(self) -> NetworkCheck:
        """Ask everybody whom the box needs, and say in words what came of it."""
        began = time.monotonic()
        document = self._document()
        before = looking.state(looking.facts(), document, None)
        if document is None:
            return NetworkCheck(findings=(), seconds=0)
        conflicts = self._conflicts(document, before)
        gateways = self._gateways(before)
        dns, clocks = self._ask(before, document)
        seen = looking.state(looking.facts(), document, None)
        found = findings(seen, document, Answers(conflicts, gateways, dns, clocks))
        return NetworkCheck(findings=found, seconds=round(time.monotonic() - began, 1))

    def _conflicts(self, document: SiteDocument, state: NetworkState) -> dict[str, str | None]:
        live = {link.port: link for link in state.links if link.carrier}
        found: dict[str, str | None] = {}
        for interface in document.interfaces:
            link = live.get(link_name(interface))
            for text in interface.addresses if link else ():
                address = ipaddress.ip_interface(text).ip
                if address.version == 4:
                    found[str(address)] = self._judge.probe(link_name(interface), str(address))
        return found

    def _gateways(self, state: NetworkState) -> dict[str, bool]:
        needed = neighbours_needed(state).items()
        return {via: self._judge.answers(port, via) for via, port in needed if ipaddress.ip_address(via).version == 4}

    def _ask(
        self, state: NetworkState, document: SiteDocument
    ) -> tuple[dict[str, float | None], dict[str, float | None]]:
        asked = [
            *(word for via in neighbours_needed(state) for word in ("--gateway", via)),
            *(word for server in state.dns for word in ("--dns", server)),
            *(word for server in time_servers(document) for word in ("--time", server)),
        ]
        program = (sys.executable, "-P", "-m", "provisioning.machine.probe")
        done = self._run((*_PROBE, *program, *asked), timeout=_SECONDS, check=False)
        said = json.loads(done.out) if done.code == 0 and done.out.strip() else {"dns": {}, "time": {}}
        return said["dns"], said["time"]

    def _time(self) -> Clock | None:
        now = time.monotonic()
        if self._clock is None or now - self._clock[0] > CLOCK_SECONDS:
            self._clock = now, self._ask_chrony()
        return self._clock[1]

    def _ask_chrony(self) -> Clock | None:
        try:
            done = self._run((*AS_UNIT, "chronyc", "-c", "-n", "tracking"), timeout=_SECONDS, check=False)
        except CommandFailed:
            return None
        return clock(done.out) if done.code == 0 else None


def clock(tracking: str) -> Clock | None:
    """What `chronyc -c tracking` says: id, address, stratum, reference time, offset, ..., leap status."""
    fields = tracking.strip().split(",")
    if len(fields) < 14:
        return None
    synchronised = fields[-1] != "Not synchronised"
    # chrony counts what the clock is slow; people count what it is ahead.
    return Clock(synchronised=synchronised, source=fields[1], offset=-float(fields[4]) if synchronised else None)
