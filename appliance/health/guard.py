"""Who may ask health: core, and root."""

from __future__ import annotations

import logging
import pwd
from typing import Any

from appliance.api.server import Peer
from appliance.api.wire import Message, Method, Refused, Stream
from appliance.site.problems import BranchboxError, Problem

log = logging.getLogger("branchbox.health")

CORE_USER = "branchbox"


def core_uid() -> int:
    """The uid of core's system user. Raises KeyError on a machine that is no box."""
    return pwd.getpwnam(CORE_USER).pw_uid


class OnlyCore:
    """Admits root and one uid."""

    def __init__(self, uid: int) -> None:
        self._admitted = {0: "root", uid: "core"}

    async def admit(self, peer: Peer, called: Method[Any, Any] | Stream[Any]) -> str:
        """Give `root` or `core`, or raise `Refused`."""
        if peer.uid not in self._admitted:
            log.warning("refused %s to uid %d", called.name, peer.uid, extra={"BRANCHBOX_UID": str(peer.uid)})
            raise Refused(Problem(text="Only core may ask the health service. Ask core instead."))
        return self._admitted[peer.uid]

    async def done(self, caller: str, called: Method[Any, Any], takes: Message, gave: Message | BranchboxError) -> None:
        """Nothing is changed here, so nothing is written down."""
