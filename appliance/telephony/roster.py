"""What must be done so that the queues' members are what the document and the clock say. Pure.

Asterisk keeps who signed in; the document says which queues that means, and may have changed since. A wrap-up whose
timer a restart of Asterisk has ended, and a phone that rings and rings unanswered, are seen here too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.site.exchange import LONGER, MISSED, WRAP_UP
from appliance.site.models import SiteDocument
from appliance.telephony.agents import seats
from appliance.telephony.live_state import LiveState, Member

OVERDUE = 5.0
"""Seconds after its end at which a wrap-up counts as forgotten."""


@dataclass(frozen=True)
class Order:
    """An order to the dialplan (`asterisk_conf.dialplan.agents`) about the agent at a phone."""

    order: str
    phone: str


@dataclass(frozen=True)
class Remove:
    """A member that no agent of the document is."""

    queue: str
    phone: str


Deed = Order | Remove


def roster(document: SiteDocument, state: LiveState, now: float) -> Iterator[Deed]:
    """What to do now; nothing when all is as it should be."""
    yield from _members(document, state)
    yield from _overdue(document, state, now)
    yield from _missed(document, state)


def _members(document: SiteDocument, state: LiveState) -> Iterator[Deed]:
    wanted = {(queue.name, member.agent): member.level - 1 for queue in document.queues for member in queue.members}
    signing = {agent.number for agent in document.agents if agent.signs_in}
    at = seats(document.agents, state)
    for (queue, _interface), member in state.members.items():
        ought = wanted.get((queue, member.agent)) if member.agent in signing else None
        if member.dynamic and (ought is None or ought != member.penalty):
            yield Remove(queue, member.phone)
    for number in signing & at.keys():
        have = {
            queue
            for (queue, _interface), member in state.members.items()
            if member.agent == number and wanted.get((queue, number)) == member.penalty
        }
        if {queue for queue, agent in wanted if agent == number} - have:
            yield Order(f"in-{number}", at[number])


def _overdue(document: SiteDocument, state: LiveState, now: float) -> Iterator[Deed]:
    longest = max((queue.wrap_up for queue in document.queues), default=0)
    up = {leg.endpoint for call in state.calls.values() for leg in call.legs.values()}
    for phone, member in _by_phone(state).items():
        device = state.devices.get(f"PJSIP/{phone}")
        rests = device.since if device else member.paused_since
        # A pause that is younger than the phone's rest is one that the agent began anew.
        lasts, began = (LONGER, member.paused_since) if member.paused_since > rests else (longest, rests)
        if member.paused and member.reason == WRAP_UP and phone not in up and now - began > lasts + OVERDUE:
            yield Order("ready", phone)


def _missed(document: SiteDocument, state: LiveState) -> Iterator[Deed]:
    limits = {queue.name: queue.misses for queue in document.queues if queue.misses}
    told: set[str] = set()
    for (queue, _interface), member in state.members.items():
        count = state.missed.get(member.phone, 0)
        if queue in limits and count >= limits[queue] and not member.paused and member.phone not in told:
            told.add(member.phone)
            yield Order(f"busy-{MISSED}", member.phone)


def _by_phone(state: LiveState) -> dict[str, Member]:
    return {member.phone: member for member in state.members.values()}
