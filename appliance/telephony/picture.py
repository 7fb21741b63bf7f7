"""What the live state means for this branch: calls, queues, agents and trunks as a person names them.

Pure: `picture(state, facts, link, now)`. `SiteFacts` is what the picture needs of the site
document, looked up once for each document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.api.contract import (
    AgentState,
    CallState,
    Direction,
    Live,
    LiveCall,
    LiveQueue,
    LiveTrunk,
    Parked,
    TrunkState,
)
from appliance.site.exchange import TRUNK_ENDPOINT, trunk_endpoint
from appliance.site.models import Agent, AnalogueTrunk, DidNumber, E1Trunk, Queue, SiteDocument, Trunk
from appliance.telephony import live_lines
from appliance.telephony.agents import agents_now, seats
from appliance.telephony.live_state import CARD, Leg, LiveState, UpCall

AnyTrunk = Trunk | E1Trunk | AnalogueTrunk


@dataclass(frozen=True, slots=True)
class LinkState:
    """How AMI is: whether it feeds the picture, since when, and when Asterisk last said anything."""

    linked: bool
    since: float
    as_of: float


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What the picture needs to know of the site document."""

    dids: Mapping[str, str]
    """What a carrier may send for a DID to the DID's number."""
    agents: tuple[Agent, ...]
    queues: tuple[Queue, ...]
    trunks: tuple[AnyTrunk, ...]
    cards: Mapping[str, str]
    """Where names of cards' channels begin (`DAHDI/i1`, `DAHDI/32`) to the trunk."""
    extensions: frozenset[str]
    outside_prefix: str

    @classmethod
    def of(cls, document: SiteDocument) -> SiteFacts:
        """Look up what the picture needs."""
        return cls(
            dids={sent: did.number for did in document.dids for sent in _as_sent(did)},
            agents=document.agents,
            queues=document.queues,
            trunks=document.every_trunk,
            cards={
                **{f"{CARD}i{port}": trunk.name for trunk in document.e1_trunks for port in trunk.ports},
                **{f"{CARD}{channel}": line.name for line in document.analogue_trunks for channel in line.channels},
            },
            extensions=frozenset(extension.number for extension in document.extensions),
            outside_prefix=document.dialing.outside_prefix,
        )

    def trunk_of(self, endpoint: str) -> str | None:
        """The trunk that a channel belongs to; None for a phone's."""
        if endpoint.startswith(CARD):
            return self.cards.get("/".join(endpoint.split("/")[:2]))
        return endpoint.removeprefix(TRUNK_ENDPOINT) if endpoint.startswith(TRUNK_ENDPOINT) else None


def _as_sent(did: DidNumber) -> tuple[str, ...]:
    """As `asterisk_conf.dialplan.incoming` accepts it."""
    national = did.number.removeprefix("+")
    return (did.digits, f"+{did.digits}", did.number, national, f"00{national}")


NO_FACTS = SiteFacts({}, (), (), (), {}, frozenset(), "9")
"""For a box whose site document is not known (host does not answer): calls still show."""


def picture(state: LiveState, facts: SiteFacts, link: LinkState, now: float) -> Live:
    """The contract's `Live` at `now`."""
    at = seats(facts.agents, state)
    agent_at = {phone: agent for agent, phone in at.items()}
    calls = tuple(
        sorted(
            (_call(call, facts, agent_at) for call in state.calls.values()),
            key=lambda call: (call.since, call.linkedid),
        )
    )
    phones: dict[str, list[Leg]] = {}
    for call in state.calls.values():
        for leg in call.legs.values():
            phones.setdefault(leg.endpoint, []).append(leg)
    agents = agents_now(facts.agents, at, phones, state, now)
    ready = {agent.number for agent in agents if agent.state is AgentState.READY}
    registered = {endpoint for endpoint, _ in state.contacts}
    return Live(
        linked=link.linked,
        linked_since=link.since,
        as_of=link.as_of,
        calls=calls,
        queues=tuple(_queue(queue, state, ready) for queue in facts.queues),
        agents=agents,
        trunks=tuple(_trunk(trunk, state, calls, link) for trunk in facts.trunks),
        phones_registered=len(facts.extensions & registered),
        phones_total=len(facts.extensions),
    )


def _call(call: UpCall, facts: SiteFacts, agent_at: Mapping[str, str]) -> LiveCall:
    came_by = facts.trunk_of(call.origin)
    trunks = [name for leg in call.legs.values() if (name := facts.trunk_of(leg.endpoint))]
    called = facts.dids.get(call.dialled, call.dialled) if came_by else call.dialled
    if came_by:
        direction = Direction.IN
    elif trunks or (call.dialled.startswith(facts.outside_prefix) and len(call.dialled) > len(facts.outside_prefix)):
        direction = Direction.OUT
        called = called.removeprefix(facts.outside_prefix)
    else:
        direction = Direction.INTERNAL
    return LiveCall(
        linkedid=call.linkedid,
        direction=direction,
        caller=call.number,
        called=called,
        state=call.state,
        since=call.since,
        state_since=call.state_since,
        trunk=came_by or next(iter(trunks), None),
        menu=call.menu or None,
        queue=call.queue or None,
        agent=_agent_of(call, agent_at),
        parked=next((Parked(place=leg.parked, by=leg.parker) for leg in call.legs.values() if leg.parked), None),
    )


def _agent_of(call: UpCall, agent_at: Mapping[str, str]) -> str | None:
    """The agent who talks, else one whose phone rings."""
    for wanted in ("Up", "Ringing"):
        for leg in call.legs.values():
            agent = agent_at.get(leg.endpoint)
            if agent and leg.state == wanted:
                return agent
    return None


def _queue(queue: Queue, state: LiveState, ready: set[str]) -> LiveQueue:
    waiting = [
        leg.waits_since for call in state.calls.values() for leg in call.legs.values() if leg.waits_in == queue.name
    ]
    talking = sum(call.queue == queue.name and call.state is CallState.TALKING for call in state.calls.values())
    return LiveQueue(
        name=queue.name,
        label=queue.label,
        waiting=len(waiting),
        longest_since=min(waiting, default=None),
        talking=talking,
        ready=sum(member.agent in ready for member in queue.members),
    )


def _trunk(trunk: AnyTrunk, state: LiveState, calls: tuple[LiveCall, ...], link: LinkState) -> LiveTrunk:
    if isinstance(trunk, E1Trunk):
        up_or_down, detail, since = _e1_state(trunk, state, link)
    elif isinstance(trunk, AnalogueTrunk):
        up_or_down, detail, since = TrunkState.UNKNOWN, "", link.since
    else:
        up_or_down, detail, since = _trunk_state(trunk, state, link)
    return LiveTrunk(
        name=trunk.name,
        label=trunk.label,
        state=up_or_down,
        detail=detail,
        since=since,
        calls=sum(call.trunk == trunk.name for call in calls),
    )


def _e1_state(trunk: E1Trunk, state: LiveState, link: LinkState) -> tuple[TrunkState, str, float]:
    """Calls can come and go while one of its ports has a D-channel."""
    known = {port: state.spans[port] for port in trunk.ports if port in state.spans}
    if not known:
        return TrunkState.UNKNOWN, "", link.since
    up = [said.since for said in known.values() if said.word == live_lines.UP]
    words = [said.word if len(trunk.ports) == 1 else f"{port}: {said.word}" for port, said in known.items()]
    since = min(up) if up else max(said.since for said in known.values())
    return TrunkState.UP if up else TrunkState.DOWN, ", ".join(words), since


def _trunk_state(trunk: Trunk, state: LiveState, link: LinkState) -> tuple[TrunkState, str, float]:
    if trunk.register_as:
        for (server, client), said in state.registrations.items():
            if _names(server, trunk) and f":{trunk.register_as}@" in client:
                return (TrunkState.UP if said.word == "Registered" else TrunkState.DOWN), said.word, said.since
        return TrunkState.UNKNOWN, "", link.since
    contacts = [said for (endpoint, _), said in state.contacts.items() if endpoint == trunk_endpoint(trunk.name)]
    for said in contacts:
        if said.word == "Reachable":
            trip = f"{int(said.detail) / 1000:.1f} ms" if said.detail else said.word
            return TrunkState.UP, trip, said.since
    for said in contacts:
        return (TrunkState.DOWN if said.word == "Unreachable" else TrunkState.UNKNOWN), said.word, said.since
    return TrunkState.UNKNOWN, "", link.since


def _names(server_uri: str, trunk: Trunk) -> bool:
    """Whether a registration's server URI is this trunk's: `sip:HOST[:PORT]`, IPv6 in brackets."""
    host = f"[{trunk.host}]" if ":" in trunk.host else trunk.host
    rest = server_uri.partition(":")[2].partition(";")[0]
    return rest in {host, f"{host}:{trunk.port}"}
