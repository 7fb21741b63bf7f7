"""Phones, agents, trunks, event by event: what their devices, queues, contacts and registrations say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from appliance.site.exchange import LAST_AGENT_QUEUE
from appliance.telephony.live_state import Event, LiveState, Member, number, put, say, without

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


def _device(state: LiveState, event: Event, at: float) -> LiveState:
    device = event.get("Device", "")
    said = say(state.devices.get(device), event.get("State", "UNKNOWN"), at)
    if not device.startswith("PJSIP/") or state.devices.get(device) == said:
        return state
    return replace(state, devices=put(state.devices, device, said))


def _member(state: LiveState, event: Event, at: float) -> LiveState:
    """`QueueMember` of the snapshot, or one of the events about a member."""
    interface = event.get("Interface") or event.get("Location", "")
    key = (event.get("Queue", ""), interface)
    if not all(key) or key[0].startswith(LAST_AGENT_QUEUE):
        return state
    known = state.members.get(key)
    paused = event.get("Paused", "0") == "1"
    # Another pause, or the same begun anew, counts from now on; one of before a restart of Asterisk has no time.
    paused_since = number(event.get("LastPause", "0")) if paused else 0.0
    if not paused_since:
        same = known is not None and known.paused == paused
        paused_since = known.paused_since if known and same else at if known or paused else 0.0
    device = event.get("StateInterface") or interface
    member = Member(
        event.get("MemberName") or event.get("Name", ""),
        device.removeprefix("PJSIP/"),
        paused,
        paused_since,
        event.get("PausedReason", "") if paused else "",
        event.get("Membership") == "dynamic",
        int(number(event.get("Penalty", "0"))),
    )
    status = int(number(event.get("Status", "0")))
    if 0 < status < len(_DEVICE_WORDS):
        said = say(state.devices.get(device), _DEVICE_WORDS[status], at)
        if state.devices.get(device) != said:
            state = replace(state, devices=put(state.devices, device, said))
    return state if member == known else replace(state, members=put(state.members, key, member))


def _member_gone(state: LiveState, event: Event, at: float) -> LiveState:
    key = (event.get("Queue", ""), event.get("Interface", ""))
    known = state.members.get(key)
    if known is None:
        return state
    return replace(state, members=without(state.members, key), left=put(state.left, known.agent, at))


def _unanswered(state: LiveState, event: Event, at: float) -> LiveState:
    phone = event.get("Interface", "").removeprefix("PJSIP/")
    return replace(state, missed=put(state.missed, phone, state.missed.get(phone, 0) + 1)) if phone else state


def _taken(state: LiveState, event: Event, at: float) -> LiveState:
    """A queue call was answered, or whoever is there did something about a pause: the phone is not alone."""
    phone = event.get("Interface", "").removeprefix("PJSIP/")
    return replace(state, missed=without(state.missed, phone)) if phone in state.missed else state


def _paused(state: LiveState, event: Event, at: float) -> LiveState:
    return _taken(_member(state, event, at), event, at)


def _contact(state: LiveState, event: Event, at: float) -> LiveState:
    """`ContactStatus`; `ContactList` (phones) and `ContactStatusDetail` (trunks) of the snapshot."""
    endpoint = event.get("EndpointName") or event.get("Endpoint") or event.get("ObjectName", "").partition(";")[0]
    key = (endpoint, event.get("URI") or event.get("Uri", ""))
    word = event.get("ContactStatus") or event.get("Status", "")
    if not all(key) or not word:
        return state
    if word == "Removed":
        return replace(state, contacts=without(state.contacts, key)) if key in state.contacts else state
    trip = event.get("RoundtripUsec", "")
    said = say(state.contacts.get(key), word, at, trip if trip.isdecimal() else "")
    return state if state.contacts.get(key) == said else replace(state, contacts=put(state.contacts, key, said))


def _registration(state: LiveState, event: Event, at: float) -> LiveState:
    """`Registry`, or `OutboundRegistrationDetail` of the snapshot."""
    key = (event.get("Domain") or event.get("ServerUri", ""), event.get("Username") or event.get("ClientUri", ""))
    word = event.get("Status", "")
    if not all(key) or not word:
        return state
    said = say(state.registrations.get(key), word, at, event.get("Cause", ""))
    if state.registrations.get(key) == said:
        return state
    return replace(state, registrations=put(state.registrations, key, said))


HANDLERS: Mapping[str, Callable[[LiveState, Event, float], LiveState]] = {
    "DeviceStateChange": _device,
    "QueueMember": _member,
    "QueueMemberAdded": _member,
    "QueueMemberStatus": _member,
    "QueueMemberPause": _paused,
    "QueueMemberRemoved": _member_gone,
    "AgentRingNoAnswer": _unanswered,
    "AgentConnect": _taken,
    "ContactStatus": _contact,
    "ContactList": _contact,
    "ContactStatusDetail": _contact,
    "Registry": _registration,
    "OutboundRegistrationDetail": _registration,
}
