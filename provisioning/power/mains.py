"""What follows when branchbox-power says that the battery is nearly empty: no call goes out, then the box goes off.

It says so in a file that only it writes; a file that is old says nothing. What Asterisk is told ends by itself: with
this service or branchbox-power dead, calls go out again after a minute, and upsmon switches off when the UPS itself
says that its battery is low (provisioning/machine/ups.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from appliance.api.contract import RestartKind
from appliance.api.supply import LEAVING, Phase, Supply, supply_now
from appliance.site.exchange import KEPT_IN
from appliance.site.problems import BranchboxError
from provisioning import files
from provisioning.files import Access
from provisioning.power.power import Power
from provisioning.steps import LOG

HOLDS, AGAIN = 60.0, 20.0
"""Seconds that what Asterisk is told holds, and after which it is told again."""
WHO = "branchbox-power"


class Mains:
    """Looks at the file again and again. `ask` speaks to the live Asterisk; `cut` orders the load cut at the end."""

    def __init__(
        self,
        power: Power,
        ask: Callable[[str], str],
        *,
        cut: Path,
        owner: tuple[int, int] = (0, 0),
        supply: Callable[[float], Supply | None] = supply_now,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._power = power
        self._ask = ask
        self._cut = cut
        self._access = Access(*owner, 0o600)
        self._supply = supply
        self._clock = clock
        self._told_until: float | None = 0.0
        """Until when Asterisk keeps calls in, as it was told last; None when it was told that they may go out."""

    def look(self) -> None:
        """Do what is due; never raises for what only a person can put right."""
        now = self._clock()
        supply = self._supply(now)
        leaving = supply is not None and supply.phase in LEAVING
        self._keep_calls_in(now, leaving=leaving)
        pending = self._power.pending
        ours = pending is not None and pending.kind is RestartKind.MAINS
        if supply is not None and leaving:
            latest = now if supply.phase is Phase.OFF or supply.until is None else supply.until
            self._power.leave(str(supply.why or supply.phase), latest, WHO)
        elif supply is not None and ours:
            self._power.stay(WHO)

    def order_cut(self, _restart: object) -> None:
        """At the last moment: the UPS is to cut the load once all has ended."""
        files.write_whole(self._cut, "", self._access)

    def _keep_calls_in(self, now: float, *, leaving: bool) -> None:
        try:
            if leaving and (self._told_until is None or self._told_until - now < HOLDS - AGAIN):
                self._ask(f"database put {KEPT_IN} until {int(now + HOLDS)}")
                self._told_until = now + HOLDS
            elif not leaving and self._told_until is not None:
                self._ask(f"database del {KEPT_IN} until")
                self._told_until = None
        except BranchboxError as error:
            LOG.warning("the exchange was not told whether calls may go out: %s", error)
