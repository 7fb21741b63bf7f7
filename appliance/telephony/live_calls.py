"""Calls, event by event: which channels they have, where they are, what they wait for.

Only `Newchannel` and the snapshot's `Status` make a channel known, and `Hangup` ends it, so
that an event that comes late leaves no ghost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from appliance.api.contract import CallState
from appliance.site.exchange import (
    HELD,
    HELD_YES,
    LAST_AGENT_CONTEXT,
    LAST_AGENT_QUEUE,
    ON,
    PAUSED,
    PHONES_CONTEXT,
    RECORDS,
    is_own_call,
    is_own_channel,
)
from appliance.telephony.live_state import Event, Leg, LiveState, UpCall, number, put, without

TECHNOLOGIES = ("PJSIP/", "DAHDI/", "Local/")
"""Channels of these are calls; others (`Message/`, `Announcer/`) are Asterisk's own."""

# Contexts of `asterisk_conf.dialplan.places` that tell where a call is.
MENU_CONTEXT = "menu-"
QUEUE_CONTEXT = "queue-"
_NOTHING = "s"
"""Where a channel begins that has dialled nothing."""
VOICEMAIL_CONTEXTS = frozenset({"voicemail", "mailboxes"})


def _known(text: str) -> str:
    return "" if text in {"<unknown>", "unknown"} else text


def _state_of(call: UpCall) -> CallState:
    caller = call.caller
    bridges = Counter(leg.bridge for leg in call.legs.values() if leg.bridge)
    if bridges and max(bridges.values()) > 1:
        return CallState.TALKING
    if any(leg.parked for leg in call.legs.values()):
        return CallState.PARKED
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


def _settle(state: LiveState, call: UpCall, at: float) -> LiveState:
    """Store a changed call with the state that its legs now give it."""
    if not call.legs:
        return replace(state, calls=without(state.calls, call.linkedid))
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
    return replace(state, calls=put(state.calls, call.linkedid, changed))


def _channel_known(state: LiveState, event: Event, at: float) -> LiveState:
    """A channel is there: `Newchannel`, or `Status` of the snapshot."""
    name, uniqueid = event.get("Channel", ""), event.get("Uniqueid", "")
    if not uniqueid or not name.startswith(TECHNOLOGIES) or is_own_channel(name):
        return state
    if uniqueid in state.where:
        return _channel_changed(state, event, at)
    linkedid = event.get("Linkedid") or uniqueid
    if is_own_call(linkedid):
        return state
    since = at - number(event.get("Seconds", "0"))
    told = dict(pair.split("=", 1) for pair in event.get("Variable", "").splitlines())
    leg = Leg(
        uniqueid=uniqueid,
        name=name,
        number=_known(event.get("CallerIDNum", "")),
        dialled=event.get("DNID") or event.get("Exten", ""),
        context=event.get("Context", ""),
        state=event.get("ChannelStateDesc", ""),
        state_since=since,
        since=since,
        bridge=event.get("BridgeID") or event.get("BridgeUniqueid", ""),
        music=told.get(HELD) == HELD_YES,
        recording=told.get(RECORDS, "") if told.get(RECORDS) in (ON, PAUSED) else "",
    )
    call = state.calls.get(linkedid)
    if call is None:
        call = UpCall(linkedid, {}, leg.endpoint, leg.number, leg.dialled, since, CallState.DIALLING, since)
    elif uniqueid == linkedid:
        # A snapshot lists channels in any order: the leg that began the call may come second.
        call = replace(call, origin=leg.endpoint, number=leg.number, dialled=leg.dialled, since=since)
    call = replace(call, legs=put(call.legs, uniqueid, leg))
    return _settle(replace(state, where=put(state.where, uniqueid, linkedid)), call, at)


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
    music: bool | None = None,
    recording: str | None = None,
) -> LiveState:
    """A known channel's snapshot, with what the event itself adds."""
    found = _leg_of(state, event)
    if found is None:
        # A supervisor's phone that was nobody's call until it took one over.
        taken_over = is_own_call(event.get("Uniqueid", "")) and event.get("Linkedid") in state.calls
        return _channel_known(state, event, at) if taken_over else state
    call, leg = found
    now = replace(
        leg,
        name=event.get("Channel", leg.name),
        number=_known(event.get("CallerIDNum", leg.number)) or leg.number,
        context=event.get("Context", leg.context),
        state=event.get("ChannelStateDesc", leg.state),
        bridge=leg.bridge if bridge is None else bridge,
        music=leg.music if music is None else music,
        recording=leg.recording if recording is None else recording,
    )
    if waits_in is not None and waits_in != leg.waits_in:
        waited = number(event.get("Wait", "0"))
        now = replace(now, waits_in=waits_in, waits_since=at - waited)
    if now.state != leg.state:
        now = replace(now, state_since=at)
    if leg.uniqueid == call.linkedid and call.dialled == _NOTHING and now.context == PHONES_CONTEXT:
        # The box rang this phone, which now dials what it was rung for.
        call = replace(call, dialled=event.get("Exten", _NOTHING), number=now.number)
    linkedid = event.get("Linkedid") or call.linkedid
    if linkedid == call.linkedid:
        if now == leg and call is found[0]:
            return state
        return _settle(state, replace(call, legs=put(call.legs, leg.uniqueid, now)), at)
    # A transfer joined two calls: Asterisk gave the channel the elder's linkedid.
    state = _settle(state, replace(call, legs=without(call.legs, leg.uniqueid)), at)
    joined = state.calls.get(linkedid) or replace(call, linkedid=linkedid, legs={})
    joined = replace(joined, legs=put(joined.legs, leg.uniqueid, now))
    return _settle(replace(state, where=put(state.where, leg.uniqueid, linkedid)), joined, at)


def _hung_up(state: LiveState, event: Event, at: float) -> LiveState:
    found = _leg_of(state, event)
    if found is None:
        return state
    call, leg = found
    state = replace(state, where=without(state.where, leg.uniqueid))
    return _settle(state, replace(call, legs=without(call.legs, leg.uniqueid)), at)


def _entered_bridge(state: LiveState, event: Event, at: float) -> LiveState:
    return _channel_changed(state, event, at, bridge=event.get("BridgeUniqueid", ""))


def _left_bridge(state: LiveState, event: Event, at: float) -> LiveState:
    return _channel_changed(state, event, at, bridge="")


def _joined_queue(state: LiveState, event: Event, at: float) -> LiveState:
    queue = event.get("Queue", "")
    if queue.startswith(LAST_AGENT_QUEUE):
        queue = event.get("Context", "").removeprefix(LAST_AGENT_CONTEXT)
    return _channel_changed(state, event, at, waits_in=queue)


def _left_queue(state: LiveState, event: Event, at: float) -> LiveState:
    return _channel_changed(state, event, at, waits_in="")


def _music(state: LiveState, event: Event, at: float) -> LiveState:
    return _channel_changed(state, event, at, music=event["Event"] == "MusicOnHoldStart")


def _parked(state: LiveState, event: Event, at: float) -> LiveState:
    """`ParkedCall` and the ends of it; the snapshot's list says since when."""
    found = _leg_of(state, {"Uniqueid": event.get("ParkeeUniqueid", "")})
    if found is None:
        return state
    call, leg = found
    if event["Event"] == "ParkedCall":
        parker = event.get("ParkerDialString", "").partition("/")[2]
        now = replace(leg, parked=int(number(event.get("ParkingSpace", "0"))), parker=parker)
        at -= number(event.get("ParkingDuration", "0"))
    else:
        now = replace(leg, parked=0, parker="")
    return _settle(state, replace(call, legs=put(call.legs, leg.uniqueid, now)), at)


def _recording(state: LiveState, event: Event, at: float) -> LiveState:
    recording = {"MixMonitorStart": ON, "MixMonitorStop": ""}.get(event["Event"])
    if recording is None:
        found = _leg_of(state, event)
        if found is None or not found[1].recording:
            return state  # the silence of what is not recorded
        recording = PAUSED if event.get("State") == "1" else ON
    return _channel_changed(state, event, at, recording=recording)


HANDLERS: Mapping[str, Callable[[LiveState, Event, float], LiveState]] = {
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
    "MusicOnHoldStart": _music,
    "MusicOnHoldStop": _music,
    "ParkedCall": _parked,
    "ParkedCallTimeOut": _parked,
    "ParkedCallGiveUp": _parked,
    "UnParkedCall": _parked,
    "MixMonitorStart": _recording,
    "MixMonitorStop": _recording,
    "MixMonitorMute": _recording,
}
