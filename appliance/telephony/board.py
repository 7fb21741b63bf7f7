"""What a supervisor sees of the live picture, judged by the document's thresholds. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.api.board import Board, BoardAgent, BoardQueue, Level
from appliance.api.contract import AgentState, Live, LiveAgent, LiveQueue
from appliance.site.models import Queue
from appliance.telephony.desk import legs_at
from appliance.telephony.live_state import Leg, LiveState
from appliance.telephony.picture import SiteFacts

_ORDER = (
    AgentState.TALKING,
    AgentState.RINGING,
    AgentState.READY,
    AgentState.WRAP_UP,
    AgentState.PAUSED,
    AgentState.UNREACHABLE,
    AgentState.SIGNED_OUT,
)
"""Who has a caller comes first, who is gone last."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of a queue; a share of 0 to 1, and calls."""

    in_service_level: float | None
    abandoned: int


def board(
    live: Live,
    state: LiveState,
    facts: SiteFacts,
    *,
    limits: Mapping[str, float],
    figures: Mapping[str, Figures] | None,
    help_since: Mapping[str, float],
    now: float,
) -> Board:
    """The board at `now`. `limits` are seconds by busy reason, `figures` by queue (None while they are counted),
    `help_since` by agent."""
    thresholds = {queue.name: queue for queue in facts.queues}
    queue_of = {call.linkedid: call.queue for call in live.calls}
    agents = []
    for agent in live.agents:
        call = _newest_call(agent, state)
        of = thresholds.get(queue_of.get(call or "") or "")
        agents.append(
            BoardAgent(
                agent=agent,
                queues=tuple(queue.label for queue in facts.queues if agent.number in _agents_of(queue)),
                call=call,
                level=_level_of(agent, of, limits, help_since, now),
                help_since=help_since.get(agent.number),
            )
        )
    return Board(
        linked=live.linked,
        linked_since=live.linked_since,
        as_of=live.as_of,
        queues=tuple(_queue(queue, thresholds[queue.name], figures, now) for queue in live.queues),
        agents=tuple(sorted(agents, key=_place)),
        calls=live.calls,
    )


def judged(value: float, warn: float, alarm: float) -> Level:
    """Where a value stands; a threshold of 0 is none."""
    if alarm and value >= alarm:
        return Level.ALARM
    return Level.WARN if warn and value >= warn else Level.CALM


def _queue(queue: LiveQueue, thresholds: Queue, figures: Mapping[str, Figures] | None, now: float) -> BoardQueue:
    longest = 0.0 if queue.longest_since is None else now - queue.longest_since
    counted = None if figures is None else figures.get(queue.name, Figures(None, 0))
    return BoardQueue(
        queue=queue,
        waiting_level=judged(queue.waiting, thresholds.warn_waiting, thresholds.alarm_waiting),
        longest_level=judged(longest, thresholds.warn_longest, thresholds.alarm_longest),
        in_service_level=counted.in_service_level if counted else None,
        abandoned=counted.abandoned if counted else None,
    )


def _agents_of(queue: Queue) -> set[str]:
    return {member.agent for member in queue.members}


def _newest_call(agent: LiveAgent, state: LiveState) -> str | None:
    newest = max(legs_at(agent.phone, state), key=lambda leg: leg.since, default=None) if agent.phone else None
    return state.where[newest.uniqueid] if newest else None


def _level_of(
    agent: LiveAgent, of: Queue | None, limits: Mapping[str, float], help_since: Mapping[str, float], now: float
) -> Level:
    """`of` is the queue of the agent's call."""
    if agent.number in help_since:
        return Level.ALARM
    lasts = 0.0 if agent.since is None else now - agent.since
    if agent.state is AgentState.PAUSED:
        return judged(lasts, limits.get(agent.reason or "", 0), 0)
    if agent.state is AgentState.TALKING and of is not None:
        return judged(lasts, of.warn_talking, of.alarm_talking)
    return Level.CALM


def _place(here: BoardAgent) -> tuple[float, int, float, str]:
    asks = float("inf") if here.help_since is None else here.help_since
    since = float("inf") if here.agent.since is None else here.agent.since
    return asks, _ORDER.index(here.agent.state), since, here.agent.number


def talking_leg(agent: LiveAgent, state: LiveState) -> Leg | None:
    """The channel on which an agent talks; None when there is none."""
    talks = [leg for leg in legs_at(agent.phone, state) if leg.state == "Up"] if agent.phone else []
    return max(talks, key=lambda leg: (bool(leg.bridge), leg.since), default=None)


def others_of(leg: Leg, state: LiveState) -> list[Leg]:
    """The channels in the bridge with this one."""
    call = state.calls[state.where[leg.uniqueid]]
    return [other for other in call.legs.values() if leg.bridge and other.bridge == leg.bridge and other is not leg]
