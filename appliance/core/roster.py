"""Keeps the queues' members as `appliance.telephony.roster` says they should be."""

from __future__ import annotations

import asyncio
import logging
import time

from appliance.core.in_force import InForce
from appliance.site.problems import BranchboxError
from appliance.telephony.ami import AmiLink
from appliance.telephony.roster import Deed, Remove, roster

log = logging.getLogger(__name__)

LOOK_AGAIN = 2.0
"""Seconds after which it is looked again, although nothing was heard: wrap-ups end by the clock."""

SETTLES = 1.0
"""Seconds for which something must be wrong before it is put right: signing in and out is one queue after the other,
and nobody may be signed in again in the midst of it."""
NOT_AGAIN = 30.0
"""Seconds before the same is tried again, should Asterisk not do it."""


async def keep(in_force: InForce, link: AmiLink) -> None:
    """Look at every change, until cancelled. No call needs it: it only puts right what a change left."""
    tried: dict[Deed, float] = {}
    due: dict[Deed, float] = {}
    while True:
        await link.changed(SETTLES if due.keys() - tried else LOOK_AGAIN)
        if in_force.document is None or not link.link.linked:
            continue
        now = time.monotonic()
        tried = {deed: at for deed, at in tried.items() if now - at < NOT_AGAIN}
        due = {deed: due.get(deed, now) for deed in roster(in_force.document, link.state, time.time())}
        for deed, since in due.items():
            if deed not in tried and now - since >= SETTLES:
                tried[deed] = now
                await _do(deed, link)
        await asyncio.sleep(0)


async def _do(deed: Deed, link: AmiLink) -> None:
    log.info("agents: %s", deed)
    try:
        if isinstance(deed, Remove):
            await link.act("QueueRemove", {"Queue": deed.queue, "Interface": f"PJSIP/{deed.phone}"})
        else:
            await link.order(deed.order, deed.phone)
    except BranchboxError as error:
        log.warning("%s was not done: %s", deed, error)
