"""A call's story line by line, in a closed list of words. Pure.

Words: arrived, dialled, calls-back, unknown-number, closed, closed-for-now, menu, pressed, no-key, wrong-key,
left-menu, joined, rang, missed, answered, waiting-key, wants-call-back, call-back-over, hold-begins, hold-ends,
recording, recording-paused, recording-resumed, overflow, voicemail, survey, score, transferred, hung-up, ended,
cut-off (the exchange stopped while the call was up; in the place of `ended`).
The detail is a number, a name, for a hold who hears the music, for a pause who made it or, for `hung-up`, who
did it: `caller`, `box`, or a number.
"""

from __future__ import annotations

from appliance.api.contract import TimelineEvent
from appliance.site.exchange import Mark
from appliance.telephony.channels import Channel
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
    Mark.CALLBACK_OVER: "call-back-over",
    Mark.OVERFLOW: "overflow",
    Mark.VOICEMAIL: "voicemail",
    Mark.INTERNAL: "dialled",
    Mark.OUTSIDE: "dialled",
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
    lines += [
        (event.at, "transferred", str(event.said().get("extension", "")))
        for event in facts.cel
        if event.type in ("BLINDTRANSFER", "ATTENDEDTRANSFER")
    ]
    if facts.caller.ended is not None:
        lines.append((facts.caller.ended, "hung-up", _who_hung_up(facts)))
    if facts.ended is not None:
        lines.append((facts.ended, CUT_OFF if facts.cut_off else "ended", ""))
    lines.sort(key=lambda line: line[0])
    return tuple(TimelineEvent(at=at, what=what, detail=detail) for at, what, detail in lines)


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
    lines = [(channel.started, "rang", who)]
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
