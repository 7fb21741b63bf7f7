"""AMI events as Asterisk 22 words them, for tests."""

from __future__ import annotations

from appliance.telephony.live import reduce
from appliance.telephony.live_state import LiveState


def channel(name: str, uniqueid: str, linkedid: str = "", **more: str) -> dict[str, str]:
    """A channel's snapshot; `more` are headers with other values."""
    return {
        "Channel": name,
        "ChannelStateDesc": "Ring",
        "CallerIDNum": "13805772046",
        "Context": "from-trunk-carrier",
        "Exten": "88120003",
        "Uniqueid": uniqueid,
        "Linkedid": linkedid or uniqueid,
        **more,
    }


def event(kind: str, snapshot: dict[str, str] | None = None, **more: str) -> dict[str, str]:
    """One event."""
    return {"Event": kind, **(snapshot or {}), **more}


def after(*events: dict[str, str], state: LiveState | None = None, at: float = 100.0) -> LiveState:
    """The state after these events, one second apart."""
    state = state or LiveState()
    for number, each in enumerate(events):
        state = reduce(state, each, at + number)
    return state


CALLER = channel("PJSIP/trunk-carrier-00000001", "1.1")
AGENT = channel("PJSIP/8001-00000002", "1.2", "1.1", CallerIDNum="8001", Context="agents", Exten="")


def caller(**more: str) -> dict[str, str]:
    """The caller's snapshot, changed."""
    return {**CALLER, **more}


def agent(**more: str) -> dict[str, str]:
    """The agent's snapshot, changed."""
    return {**AGENT, **more}


def queue_call() -> list[dict[str, str]]:
    """A caller by the trunk: menu, queue, ringing, talking, both hang up."""
    menu, queue = caller(Context="menu-main"), caller(Context="queue-repair", ChannelStateDesc="Up")
    talking = agent(ChannelStateDesc="Up")
    return [
        event("Newchannel", CALLER),
        event("Newexten", menu, Application="Answer"),
        event("Newexten", queue, Application="Queue"),
        event("QueueCallerJoin", queue, Queue="repair", Position="1"),
        event("Newchannel", agent(ChannelStateDesc="Down")),
        event("Newstate", agent(ChannelStateDesc="Ringing")),
        event("Newstate", talking),
        event("QueueCallerLeave", queue, Queue="repair"),
        event("BridgeEnter", talking, BridgeUniqueid="b1"),
        event("BridgeEnter", queue, BridgeUniqueid="b1"),
        event("BridgeLeave", talking, BridgeUniqueid="b1"),
        event("Hangup", talking, Cause="16"),
        event("BridgeLeave", queue, BridgeUniqueid="b1"),
        event("Hangup", queue, Cause="16"),
    ]
