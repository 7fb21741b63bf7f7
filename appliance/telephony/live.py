"""What is up now: Asterisk's AMI events in, one immutable state after the other out.

Pure: `reduce(state, event, at)` gives the next state and raises for no event, whatever its
order or its fields. The state holds Asterisk's own facts only; what they mean for this
branch (labels, agents, DIDs) is `appliance.telephony.picture`.

A call is all channels with one linkedid. Only `Newchannel` and the snapshot's `Status` make
a channel known, and `Hangup` ends it, so that an event that comes late leaves no ghost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeVar

from appliance.api.contract import CallState

Event = Mapping[str, str]
"""One AMI event: header names as Asterisk writes them, `Event` among them."""

TECHNOLOGIES = ("PJSIP/", "DAHDI/", "Local/")
"""Channels of these are calls; others (`Message/`, `Announcer/`) are Asterisk's own."""

# Contexts of `asterisk_conf.dialplan.places` that tell where a call is.
MENU_CONTEXT = "menu-"
QUEUE_CONTEXT = "queue-"
VOICEMAIL_CONTEXTS = frozenset({"voicemail", "mailboxes"})

_NOTHING: Mapping[str, str] = MappingProxyType({})
_DEVICE_WORDS = (
    "UNKNOWN",
    "NOT_INUSE",
    "INUSE",
    "BUSY",
    "INVALID",
    "UNAVAILABLE",
    "RINGING",
    "RINGINUSE",
    "ONHOLD",
)
"""Asterisk's device states by the number that queue members carry."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One channel of a call. `dialled` is what it asked for when it came; `state` is Asterisk's word."""

    uniqueid: str
    name: str
    number: str
    dialled: str
    context: str
    state: str
    state_since: float
    since: float
    bridge: str = ""
    waits_in: str = ""
    """The queue that it waits in now."""
    waits_since: float = 0.0

    @property
    def endpoint(self) -> str:
        """The PJSIP endpoint, or what stands for it: `PJSIP/8001-0000000a` gives `8001`."""
        return self.name.partition("/")[2].rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class UpCall:
    """A call that is up; `origin`, `number` and `dialled` are those of the leg that began it."""

    linkedid: str
    legs: Mapping[str, Leg]
    origin: str
    number: str
    dialled: str
    since: float
    state: CallState
    state_since: float
    menu: str = ""
    queue: str = ""

    @property
    def caller(self) -> Leg:
        """The leg that began the call, or the oldest that is left of it."""
        return self.legs.get(self.linkedid) or min(self.legs.values(), key=lambda leg: leg.since)


@dataclass(frozen=True, slots=True)
class Said:
    """A word of Asterisk's, and since when it stands."""

    word: str
    since: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A phone's place in a queue; `last_call` is when its last call from it ended (0: none)."""

    device: str
    paused: bool
    paused_since: float
    """Since when it is paused, or is not (0: not known)."""
    last_call: float


@dataclass(frozen=True, slots=True)
class LiveState:
    """Everything that AMI has said and that still stands."""

    calls: Mapping[str, UpCall] = field(default_factory=dict)
    """By linkedid."""
    where: Mapping[str, str] = field(default_factory=dict)
    """Uniqueid to linkedid."""
    devices: Mapping[str, Said] = field(default_factory=dict)
    """Device (`PJSIP/8001`) to its state."""
    members: Mapping[tuple[str, str], Member] = field(default_factory=dict)
    """By queue and interface."""
    contacts: Mapping[tuple[str, str], Said] = field(default_factory=dict)
    """By endpoint and URI; `detail` is the round trip in microseconds."""
    registrations: Mapping[tuple[str, str], Said] = field(default_factory=dict)
    """By server URI and client URI."""


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
        devices=_carry_said(old.devices, new.devices),
        contacts=_carry_said(old.contacts, new.contacts),
        registrations=_carry_said(old.registrations, new.registrations),
    )


K = TypeVar("K")
V = TypeVar("V")


def _carry_leg(old: Leg | None, new: Leg) -> Leg:
    if old is None:
        return new
    return replace(
        new,
        since=old.since,
        state_since=old.state_since if old.state == new.state else new.state_since,
        waits_since=old.waits_since if old.waits_in == new.waits_in else new.waits_since,
    )


def _carry_said(old: Mapping[K, Said], new: Mapping[K, Said]) -> Mapping[K, Said]:
    return {key: _said(old.get(key), said.word, said.since, said.detail) for key, said in new.items()}


def _said(known: Said | None, word: str, at: float, detail: str = "") -> Said:
    return Said(word, known.since if known and known.word == word else at, detail)


def _with(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    return {**mapping, key: value}


def _without(mapping: Mapping[K, V], key: K) -> Mapping[K, V]:
    return {k: v for k, v in mapping.items() if k != key}


def _number(text: str) -> float:
    try:
        return float(int(text))
    except ValueError:
        return 0.0


def _known(text: str) -> str:
    return "" if text in {"<unknown>", "unknown"} else text


# --- calls -----------------------------------------------------------------------------------


def _state_of(call: UpCall) -> CallState:
    caller = call.caller
    bridges = Counter(leg.bridge for leg in call.legs.values() if leg.bridge)
    if bridges and max(bridges.values()) > 1:
        return CallState.TALKING
    if caller.context in VOICEMAIL_CONTEXTS:
        return CallState.VOICEMAIL
    if any(leg.state == "Ringing" and leg is not caller for leg in call.legs.values()):
        return CallState.RINGING
    if caller.waits_in:
        return CallState.WAITING
    if caller.context.startswith(QUEUE_CONTEXT):
        # The agent hung up, the caller has not yet: nobody waits again.
        return CallState.TALKING if call.state is CallState.TALKING else CallState.WAITING
    if caller.context.startswith(MENU_CONTEXT):
        return CallState.MENU
    return CallState.DIALLING


def _put(state: LiveState, call: UpCall, at: float) -> LiveState:
    """Store a changed call with the state that its legs now give it."""
    if not call.legs:
        return replace(state, calls=_without(state.calls, call.linkedid))
    now = _state_of(call)
    caller = call.caller
    menu, queue = call.menu, call.queue
    if caller.waits_in:
        queue = caller.waits_in
    elif caller.context.startswith(QUEUE_CONTEXT):
        queue = caller.context.removeprefix(QUEUE_CONTEXT)
    elif now is not CallState.TALKING:
        queue = ""
    if caller.context.startswith(MENU_CONTEXT):
        menu = caller.context.removeprefix(MENU_CONTEXT)
    since = call.state_since if now is call.state else at
    changed = replace(call, state=now, state_since=since, menu=menu, queue=queue)
    return replace(state, calls=_with(state.calls, call.linkedid, changed))


def _channel_known(state: LiveState, event: Event, at: float) -> LiveState:
    """A channel is there: `Newchannel`, or `Status` of the snapshot."""
    name, uniqueid = event.get("Channel", ""), event.get("Uniqueid", "")
    if not uniqueid or not name.startswith(TECHNOLOGIES):
        return state
    if uniqueid in state.where:
        return _channel_changed(state, event, at)
    linkedid = event.get("Linkedid") or uniqueid
    since = at - _number(event.get("Seconds", "0"))
    leg = Leg(
        uniqueid=uniqueid,
        name=name,
        number=_known(event.get("CallerIDNum", "")),
        dialled=event.get("DNID") or event.get("Exten", ""),
        context=event.get("Context", ""),
        state=event.get("ChannelStateDesc", ""),
        state_since=since,
        since=since,
        bridge=event.get("BridgeID", ""),
    )
    call = state.calls.get(linkedid)
    if call is None:
        call = UpCall(linkedid, {}, leg.endpoint, leg.number, leg.dialled, since, CallState.DIALLING, since)
    elif uniqueid == linkedid:
        # A snapshot lists channels in any order: the leg that began the call may come second.
        call = replace(call, origin=leg.endpoint, number=leg.number, dialled=leg.dialled, since=since)
    call = replace(call, legs=_with(call.legs, uniqueid, leg))
    return _put(replace(state, where=_with(state.where, uniqueid, linkedid)), call, at)


def _leg_of(state: LiveState, event: Event) -> tuple[UpCall, Leg] | None:
    linkedid = state.where.get(event.get("Uniqueid", ""))
    if linkedid is None:
        return None
    call = state.calls[linkedid]
    return call, call.legs[event["Uniqueid"]]


def _channel_changed(
    state: LiveState,
    event: Event,
    at: float,
    *,
    bridge: str | None = None,
    waits_in: str | None = None,
) -> LiveState:
    """A known channel's snapshot, with what the event itself adds."""
    found = _leg_of(state, event)
    if found is None:
        return state
    call, leg = found
    now = replace(
        leg,
        name=event.get("Channel", leg.name),
        number=_known(event.get("CallerIDNum", leg.number)) or leg.number,
        context=event.get("Context", leg.context),
        state=event.get("ChannelStateDesc", leg.state),
        bridge=leg.bridge if bridge is None else bridge,
    )
    if waits_in is not None and waits_in != leg.waits_in:
        waited = _number(event.get("Wait", "0"))
        now = replace(now, waits_in=waits_in, waits_since=at - waited)
    if now.state != leg.state:
        now = replace(now, state_since=at)
    linkedid = event.get("Linkedid") or call.linkedid
    if linkedid == call.linkedid:
        if now == leg:
            return state
        return _put(state, replace(call, legs=_with(call.legs, leg.uniqueid, now)), at)
    # A transfer joined two calls: Asterisk gave the channel the elder's linkedid.
    state = _put(state, replace(call, legs=_without(call.legs, leg.uniqueid)), at)
    joined = state.calls.get(linkedid) or replace(call, linkedid=linkedid, legs={})
    joined = replace(joined, legs=_with(joined.legs, leg.uniqueid, now))
    return _put(replace(state, where=_with(state.where, leg.uniqueid, linkedid)), joined, at)


def _hung_up(state: LiveState, event: Event, at: float) -> LiveState:
    found = _leg_of(state, event)
    if found is None:
        return state
    call, leg = found
    state = replace(state, where=_without(state.where, leg.uniqueid))
    return _put(state, replace(call, legs=_without(call.legs, leg.uniqueid)), at)


def _entered_bridge(state: LiveState, event: Event, at: float) -> LiveState:
    return _channel_changed(state, event, at, bridge=event.get("BridgeUniqueid", ""))


def _left_bridge(state: LiveState, event: Event, at: float) -> LiveState:
    return _channel_changed(state, event, at, bridge="")


def _joined_queue(state: LiveState, event: Event, at: float) -> LiveState:
    return _channel_changed(state, event, at, waits_in=event.get("Queue", ""))


def _left_queue(state: LiveState, event: Event, at: float) -> LiveState:
    return _channel_changed(state, event, at, waits_in="")


# --- agents, phones, trunks ------------------------------------------------------------------


def _device(state: LiveState, event: Event, at: float) -> LiveState:
    device = event.get("Device", "")
    said = _said(state.devices.get(device), event.get("State", "UNKNOWN"), at)
    if not device.startswith("PJSIP/") or state.devices.get(device) == said:
        return state
    return replace(state, devices=_with(state.devices, device, said))


def _member(state: LiveState, event: Event, at: float) -> LiveState:
    """`QueueMember` of the snapshot, or one of the events about a member."""
    interface = event.get("Interface") or event.get("Location", "")
    key = (event.get("Queue", ""), interface)
    if not all(key):
        return state
    known = state.members.get(key)
    paused = event.get("Paused", "0") == "1"
    if known and known.paused == paused:
        paused_since = known.paused_since
    else:
        paused_since = (_number(event.get("LastPause", "0")) or at) if paused else (at if known else 0.0)
    last_call = max(_number(event.get("LastCall", "0")), known.last_call if known else 0.0)
    member = Member(event.get("StateInterface") or interface, paused, paused_since, last_call)
    status = int(_number(event.get("Status", "0")))
    if 0 < status < len(_DEVICE_WORDS):
        said = _said(state.devices.get(member.device), _DEVICE_WORDS[status], at)
        if state.devices.get(member.device) != said:
            state = replace(state, devices=_with(state.devices, member.device, said))
    return state if member == known else replace(state, members=_with(state.members, key, member))


def _member_gone(state: LiveState, event: Event, at: float) -> LiveState:
    key = (event.get("Queue", ""), event.get("Interface", ""))
    return replace(state, members=_without(state.members, key)) if key in state.members else state


def _agent_done(state: LiveState, event: Event, at: float) -> LiveState:
    key = (event.get("Queue", ""), event.get("Interface", ""))
    known = state.members.get(key)
    return replace(state, members=_with(state.members, key, replace(known, last_call=at))) if known else state


def _contact(state: LiveState, event: Event, at: float) -> LiveState:
    """`ContactStatus`; `ContactList` (phones) and `ContactStatusDetail` (trunks) of the snapshot."""
    endpoint = event.get("EndpointName") or event.get("Endpoint") or event.get("ObjectName", "").partition(";")[0]
    key = (endpoint, event.get("URI") or event.get("Uri", ""))
    word = event.get("ContactStatus") or event.get("Status", "")
    if not all(key) or not word:
        return state
    if word == "Removed":
        return replace(state, contacts=_without(state.contacts, key)) if key in state.contacts else state
    trip = event.get("RoundtripUsec", "")
    said = _said(state.contacts.get(key), word, at, trip if trip.isdecimal() else "")
    return state if state.contacts.get(key) == said else replace(state, contacts=_with(state.contacts, key, said))


def _registration(state: LiveState, event: Event, at: float) -> LiveState:
    """`Registry`, or `OutboundRegistrationDetail` of the snapshot."""
    key = (event.get("Domain") or event.get("ServerUri", ""), event.get("Username") or event.get("ClientUri", ""))
    word = event.get("Status", "")
    if not all(key) or not word:
        return state
    said = _said(state.registrations.get(key), word, at, event.get("Cause", ""))
    if state.registrations.get(key) == said:
        return state
    return replace(state, registrations=_with(state.registrations, key, said))


_HANDLERS: Mapping[str, Callable[[LiveState, Event, float], LiveState]] = {
    "Newchannel": _channel_known,
    "Status": _channel_known,
    "Newstate": _channel_changed,
    "Newexten": _channel_changed,
    "NewCallerid": _channel_changed,
    "Hangup": _hung_up,
    "BridgeEnter": _entered_bridge,
    "BridgeLeave": _left_bridge,
    "QueueCallerJoin": _joined_queue,
    "QueueEntry": _joined_queue,
    "QueueCallerLeave": _left_queue,
    "QueueCallerAbandon": _left_queue,
    "DeviceStateChange": _device,
    "QueueMember": _member,
    "QueueMemberAdded": _member,
    "QueueMemberStatus": _member,
    "QueueMemberPause": _member,
    "QueueMemberRemoved": _member_gone,
    "AgentComplete": _agent_done,
    "ContactStatus": _contact,
    "ContactList": _contact,
    "ContactStatusDetail": _contact,
    "Registry": _registration,
    "OutboundRegistrationDetail": _registration,
}

HEARD = frozenset(_HANDLERS)
"""The events that change the state; a link need not even parse the others."""
