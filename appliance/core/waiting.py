"""What waiting callers need of core, so that no call does: graded customers' priorities in AstDB, and call-backs that a
restart of Asterisk has ended begun anew."""

from __future__ import annotations

import asyncio
import logging

from appliance.core.customers import DeskRules
from appliance.core.in_force import InForce
from appliance.core.store import Store
from appliance.desk.numbers import Numbering
from appliance.site.exchange import CALLBACK, CALLBACK_DIALS, CALLBACK_WAITS, VIP
from appliance.site.problems import BranchboxError
from appliance.store import customers
from appliance.telephony import astdb
from appliance.telephony.ami import AmiLink
from appliance.telephony.errand import Manager
from appliance.telephony.live_state import LiveState

log = logging.getLogger(__name__)

LOOK_AGAIN = 30.0
"""Seconds until a customer's new grade counts."""
LONGEST_WAIT = 7 * 86_400
"""Seconds for which a call-back waits at most."""


async def keep(manager: Manager, link: AmiLink, in_force: InForce, rules: DeskRules, store: Store) -> None:
    """Look every `LOOK_AGAIN` seconds, until cancelled."""
    gone: set[str] = set()
    there: dict[str, str] | None = None
    up_since = 0.0
    while True:
        await asyncio.sleep(LOOK_AGAIN)
        if in_force.document is None or not link.link.linked:
            continue
        try:
            graded = {grade.name: grade.priority for grade in in_force.document.grades}
            wanted = priorities(await store.run(customers.priorities, graded), rules.desk().numbering)
            # Read once a link: it may be long, and nobody else writes there.
            if there is None or link.link.since != up_since:
                there, up_since = await astdb.read(manager, VIP), link.link.since
            await astdb.change(manager, VIP, astdb.difference(there, wanted))
            there = wanted
            # Twice in a row: a call-back between two tries has no channel for a moment.
            missing = lost(await astdb.read(manager, CALLBACK), link.state)
            for number in missing & gone:
                log.info("the call-back of %s is begun anew", number[-4:])
                await begin(link, number)
            gone = missing - gone
        except BranchboxError as error:
            there = None  # some of it may be written
            log.warning("what waiting callers need was not looked after: %s", error)


def priorities(graded: dict[str, int], numbering: Numbering) -> dict[str, str]:
    """Every way in which a line may give a graded customer's number, and the priority as it stands in AstDB."""
    return {writing: str(priority) for number, priority in graded.items() for writing in numbering.writings(number)}


def lost(rows: dict[str, str], state: LiveState) -> set[str]:
    """Numbers that are to be called back and that nothing waits for."""
    waiting = {leg.endpoint.partition("@")[0] for call in state.calls.values() for leg in call.legs.values()}
    return {number for number in rows if number not in waiting}


async def begin(link: AmiLink, number: str) -> None:
    """As the dialplan does (`asterisk_conf.dialplan.callback.begin`). Raises BranchboxError."""
    await link.act(
        "Originate",
        {
            "Channel": f"Local/{number}@{CALLBACK_WAITS}/n",
            "Context": CALLBACK_DIALS,
            "Exten": number,
            "Priority": "1",
            "Timeout": str(LONGEST_WAIT * 1000),
            "Async": "true",
        },
    )
