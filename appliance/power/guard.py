"""Who may ask branchbox-power: core, and root."""

from __future__ import annotations

import logging
from typing import Any

from appliance.api.server import Peer
from appliance.api.wire import Message, Method, Refused, Stream
from appliance.site.problems import BranchboxError, Problem

LOG = logging.getLogger("branchbox.power")


class OnlyCore:
    """Admits root and one uid."""

    def __init__(self, uid: int) -> None:
        self._admitted = {0: "root", uid: "core"}

    async def admit(self, peer: Peer, called: Method[Any, Any] | Stream[Any]) -> str:
        """Give `root` or `core`, or raise `Refused`."""
        if peer.uid not in self._admitted:
            LOG.warning("refused %s to uid %d", called.name, peer.uid)
            raise Refused(Problem(text="Only core may ask the power service. Ask core instead."))
        return self._admitted[peer.uid]

    async def done(self, caller: str, called: Method[Any, Any], takes: Message, gave: Message | BranchboxError) -> None:
        """Core has the operation log; what follows from a test stands in the book."""
