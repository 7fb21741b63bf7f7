"""A call's story line by line, in a closed list of words. Pure.

Words: arrived, dialled, calls-back, unknown-number, closed, closed-for-now, menu, pressed, no-key, wrong-key,
left-menu, joined, rang, missed, answered, waiting-key, wants-call-back, passed-by, call-back-dropped, call-back-over,
hold-begins, hold-ends, recording, recording-paused, recording-resumed, overflow, voicemail, survey, score,
transferred, three-way, taken-over, picked-up, parked, taken-back, parked-too-long, hung-up, ended,
cut-off (the exchange stopped while the call was up; in the place of `ended`).
The detail is a number, a name, for a hold who hears the music, for a pause who made it or, for `hung-up`, who
did it: `caller`, `box`, or a number.
"""

from __future__ import annotations

from appliance.api.contract import TimelineEvent
from appliance.site.exchange import Code, Mark, is_own_call
from appliance.telephony.channels import Channel, endpoint_of
from appliance.telephony.facts import Facts

CUT_OFF = "cut-off"
_CANCEL_WINDOW = 0.5
"""Seconds between a phone that stops ringing and what made it stop."""

_WORDS = {
    Mark.UNKNOWN_DID: "unknown-number",
    Mark.CLOSED: "closed",
    Mark.CLOSURE: "closed-for-now",
    Mark.MENU: "menu",
    Mark.CHOICE: "pressed",
    Mark.NO_INPUT: "no-key",
    Mark.WRONG_INPUT: "wrong-key",
    Mark.MENU_LEFT: "left-menu",
    Mark.QUEUE: "joined",
    Mark.QUEUE_KEY: "waiting-key",
    Mark.CALLBACK: "wants-call-back",
    Mark.CALLS_BACK: "calls-back",
    Mark.CALLBACK_DROPPED: "call-back-dropped",
    Mark.CALLBACK_OVER: "call-back-over",
    Mark.OVERFLOW: "overflow",
    Mark.VOICEMAIL: "voicemail",
    Mark.INTERNAL: "dialled",
    Mark.OUTSIDE: "dialled",
    Mark.PASSED_BY: "passed-by",
    Mark.SURVEY: "survey",
    Mark.SCORE: "score",
    Mark.RECORDING: "recording",
}

_SAID_LATE = {
    Mark.RECORDING_BEGUN: "recording",
    Mark.RECORDING_PAUSED: "recording-paused",
    Mark.RECORDING_RESUMED: "recording-resumed",
}
"""Marks of the hangup that tell of an earlier moment."""


def timeline_of(facts: Facts) -> tuple[TimelineEvent, ...]:
    """What happened, in order of time."""
    lines = [(facts.started, "arrived", facts.caller_number)]
    lines += [(at, _WORDS[Mark(mark)], text) for at, mark, text in facts.marks if mark in _WORDS]
    lines += [_said_late(at, _SAID_LATE[Mark(mark)], text) for at, mark, text in facts.marks if mark in _SAID_LATE]
    for channel in facts.callees:
        lines += _of_callee(facts, channel)
    lines += [(line.at, "missed", line.agent) for line in facts.unseen]
    for hold in facts.holds:
        lines.append((hold.began, "hold-begins", facts.person(hold.channel)))
        if hold.ended is not None:
            lines.append((hold.ended, "hold-ends", facts.person(hold.channel)))
    lines += _transfers(facts)
    lines += _parking(facts)
    if facts.caller.ended is not None:
        lines.append((facts.caller.ended, "hung-up", _who_hung_up(facts)))
    if facts.ended is not None:
        # Asterisk may write the last channel's end before the caller's, microseconds apart.
        lines.append((max(facts.ended, facts.caller.ended or facts.ended), CUT_OFF if facts.cut_off else "ended", ""))
    lines.sort(key=lambda line: line[0])
    return tuple(TimelineEvent(at=at, what=what, detail=detail) for at, what, detail in lines)


def _transfers(facts: Facts) -> list[tuple[float, str, str]]:
    """`transferred` to a number; `three-way` when who consulted stays in."""
    by_name = {channel.name: channel for channel in (facts.caller, *facts.callees)}
    lines = []
    for event in facts.cel:
        said = event.said()
        if event.type == "BLINDTRANSFER" and said.get("extension") != Code.PARK:
            lines.append((event.at, "transferred", str(said.get("extension", ""))))
        elif event.type == "ATTENDEDTRANSFER":
            transferee = by_name.get(str(said.get("transferee_channel_name", "")))
            target = str(said.get("transfer_target_channel_name", ""))
            word = "three-way" if _came_back(by_name.get(event.channel), transferee, event.at) else "transferred"
            lines.append((event.at, word, endpoint_of(target)))
    return lines


def _came_back(consulter: Channel | None, transferee: Channel | None, at: float) -> bool:
    """Whether the last bridge that the consulter entered is one where the other was waiting."""
    if consulter is None or transferee is None:
        return False
    entered = [(began, bridge) for bridge, stays in consulter.visits.items() for began, _ in stays if began <= at]
    began, bridge = max(entered, default=(0.0, ""))
    return any(waited <= began for waited, _ in transferee.visits.get(bridge, ()))


def _parking(facts: Facts) -> list[tuple[float, str, str]]:
    """`parked` by a phone, `taken-back` by one; one that nobody took goes back by itself."""
    phones = {channel.name: facts.person(channel) for channel in facts.callees}
    lines = []
    for event in facts.cel:
        said = event.said()
        if event.type == "PARK_START":
            lines.append((event.at, "parked", str(said.get("parker_dial_string", "")).partition("/")[2]))
        elif event.type == "PARK_END" and said.get("reason") == "ParkedCallUnparked":
            taker = str(said.get("retriever", ""))
            lines.append((event.at, "taken-back", phones.get(taker, endpoint_of(taker))))
        elif event.type == "PARK_END" and said.get("reason") == "ParkedCallTimeOut":
            lines.append((event.at, "parked-too-long", ""))
    return lines


def _said_late(at: float, word: str, text: str) -> tuple[float, str, str]:
    epoch, _, rest = text.partition("/")
    try:
        then = float(epoch)
    except ValueError:
        return at, word, text
    # Who began a recording stands in the operation log; the story needs the file's name.
    return (then if 0 < then <= at else at), word, rest.rpartition("/")[2]


def _of_callee(facts: Facts, channel: Channel) -> list[tuple[float, str, str]]:
    who = facts.person(channel)
    if channel.dialled.startswith((Code.PICK_UP, Code.TAKE_BACK)):  # it was not rung: it took the call
        taken = channel.answered if channel.dialled.startswith(Code.PICK_UP) else None
        return [] if taken is None else [(taken, "picked-up", who)]
    if is_own_call(channel.uniqueid):  # a supervisor's phone, which this call did not ring
        return [(channel.started, "taken-over", who)]
    lines = [(channel.started, "rang", who)] if channel.answered != channel.started else []
    if channel.answered is not None:
        lines.append((channel.answered, "answered", who))
    elif channel.ended is not None and not _called_off(facts, channel, channel.ended):
        lines.append((channel.ended, "missed", who))
    return lines


def _called_off(facts: Facts, channel: Channel, at: float) -> bool:
    """Whether a phone stopped ringing because the caller left or another took the call."""
    caller = facts.caller
    if caller.ended is not None and caller.hung_up_by == caller.name and abs(caller.ended - at) <= _CANCEL_WINDOW:
        return True
    return any(
        other.answered is not None and abs(other.answered - at) <= _CANCEL_WINDOW
        for other in facts.callees
        if other is not channel
    )


def _who_hung_up(facts: Facts) -> str:
    source = facts.caller.hung_up_by
    if source == facts.caller.name:
        return "caller"
    for channel in facts.callees:
        if channel.name == source:
            return facts.person(channel)
    return "box" if source.startswith("dialplan/") else ""
