"""What is up now: Asterisk's AMI events in, one immutable state after the other out.

Pure: `reduce(state, event, at)` gives the next state and raises for no event, whatever its
order or its fields. The state holds Asterisk's own facts only; what they mean for this
branch (labels, agents, DIDs) is `appliance.telephony.picture`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from appliance.telephony import live_calls, live_lines, live_phones
from appliance.telephony.live_state import Event, Leg, LiveState, Said, say

_HANDLERS = {**live_calls.HANDLERS, **live_lines.HANDLERS, **live_phones.HANDLERS}

HEARD = frozenset(_HANDLERS)
"""The events that change the state; a link need not even parse the others."""

K = TypeVar("K")


def reduce(state: LiveState, event: Event, at: float) -> LiveState:
    """The state after `event`, heard at `at`; the same object when nothing changed."""
    handler = _HANDLERS.get(event.get("Event", ""))
    return handler(state, event, at) if handler else state


def carry(old: LiveState, new: LiveState) -> LiveState:
    """`new`, a fresh snapshot, with what only `old` could know: since when, which menu and number."""
    calls = dict(new.calls)
    for linkedid, call in new.calls.items():
        known = old.calls.get(linkedid)
        if known is None:
            continue
        calls[linkedid] = replace(
            call,
            legs={uniqueid: _carry_leg(known.legs.get(uniqueid), leg) for uniqueid, leg in call.legs.items()},
            origin=known.origin,
            number=known.number,
            dialled=known.dialled,
            since=known.since,
            state_since=known.state_since if known.state is call.state else call.state_since,
            menu=call.menu or known.menu,
        )
    return replace(
        new,
        calls=calls,
        left={**old.left, **new.left},
        missed=old.missed,
        devices=_carry_said(old.devices, new.devices),
        contacts=_carry_said(old.contacts, new.contacts),
        registrations=_carry_said(old.registrations, new.registrations),
        spans=_carry_said(old.spans, new.spans),
    )


def _carry_leg(old: Leg | None, new: Leg) -> Leg:
    if old is None:
        return new
    return replace(
        new,
        since=old.since,
        state_since=old.state_since if old.state == new.state else new.state_since,
        music=old.music,
        waits_since=old.waits_since if old.waits_in == new.waits_in else new.waits_since,
    )


def _carry_said(old: Mapping[K, Said], new: Mapping[K, Said]) -> Mapping[K, Said]:
    return {key: say(old.get(key), said.word, said.since, said.detail) for key, said in new.items()}
