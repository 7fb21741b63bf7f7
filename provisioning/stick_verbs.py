"""The verbs on USB sticks."""

from __future__ import annotations

import asyncio

from appliance.api import verbs
from appliance.api.server import Routes
from appliance.api.sticks import Sticks
from appliance.api.wire import Empty
from provisioning import sticks


class StickVerbs:
    """Answers what is plugged in."""

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's verbs."""
        routes.method(verbs.STICKS, self._list)

    async def _list(self, _caller: str, _takes: Empty) -> Sticks:
        return Sticks(sticks=await asyncio.to_thread(sticks.looked_into))
