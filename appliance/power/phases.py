"""From UPSes to what the box does. Pure; times are monotonic seconds.

As upsmon(8) has it, a UPS counts as feeding the box until it is low (`needed` is its MINSUPPLIES), and one that falls
silent on mains counts as on mains: nobody switches a box off for a cable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from appliance.api.supply import LEAVING, Feed, Phase, Policy
from appliance.power.judging import Verdict
from appliance.site.problems import Problem

OUT_FOR, BACK_FOR = 5.0, 5.0
"""Seconds that mains must be gone or back before anything follows from it."""
BACK_FOR_GOOD = 20.0
"""The same for a box that is on its way off."""


@dataclass(frozen=True)
class State:
    """What the box does, since when, and what speaks for something else since when."""

    phase: Phase = Phase.NONE
    since: float = 0.0
    until: float | None = None
    why: Problem | None = None
    other: bool | None = None
    """What was seen last of mains: there, or not."""
    other_since: float = 0.0


def step(state: State, verdicts: Sequence[Verdict], policy: Policy, now: float) -> State:
    """The next state."""
    feeds = [verdict.feed for verdict in verdicts]
    if not feeds:
        return _to(state, Phase.NONE, now)
    if all(feed is Feed.UNHEARD for feed in feeds):
        return _to(state, Phase.UNHEARD, now)
    on_mains = sum(feed in {Feed.MAINS, Feed.LOST, Feed.UNHEARD} for feed in feeds) >= policy.needed
    if state.other is not on_mains:
        state = replace(state, other=on_mains, other_since=now)
    lasting = now - state.other_since
    low = [verdict for verdict in verdicts if verdict.feed is Feed.LOW]
    empty = len(feeds) - sum(verdict.at_once for verdict in low) < policy.needed
    if state.phase in LEAVING:
        if on_mains and lasting >= BACK_FOR_GOOD:
            return _to(state, Phase.MAINS, now)
        return _leaving(state, empty, now)
    if len(feeds) - len(low) < policy.needed:
        state = replace(_to(state, Phase.DRAINING, now), until=now + policy.drain, why=low[0].why)
        return _leaving(state, empty, now)
    if on_mains:
        settled = state.phase is not Phase.BATTERY or lasting >= BACK_FOR
        return _to(state, Phase.MAINS, now) if settled else state
    settled = state.phase is not Phase.MAINS or lasting >= OUT_FOR
    return _to(state, Phase.BATTERY, now) if settled else state


def _leaving(state: State, empty: bool, now: float) -> State:
    """Nothing is waited for once the time is over, or when the UPSes themselves say that it is."""
    over = state.until is not None and now >= state.until
    if state.phase is Phase.DRAINING and (over or empty):
        return replace(_to(state, Phase.OFF, now), until=now, why=state.why)
    return state


def _to(state: State, phase: Phase, now: float) -> State:
    if state.phase is phase:
        return state
    return State(phase, now, other=state.other, other_since=state.other_since)
