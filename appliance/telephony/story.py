"""From the log lines of one call to the call as a person means it. Pure.

All times come from CEL, which has microseconds; the queue log, with whole seconds, only
says which agent's number belongs to which channel. Lines may come in any order and a part
of them may be missing: what is not known yet is None, and the same lines always give the
same story.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.api.contract import Call, Leg, LegQuality, Outcome, TimelineEvent
from appliance.site.exchange import Mark, is_own_call, is_own_channel
from appliance.telephony.channels import talk_time
from appliance.telephony.events import Cdr, Cel, Event, QueueLine
from appliance.telephony.facts import Facts, facts_of
from appliance.telephony.holds import held_time
from appliance.telephony.quality import quality_of
from appliance.telephony.timeline import timeline_of

NORMAL_CLEARING = 16
"""Q.850: somebody hung up."""

NO_SUCH_NUMBER = frozenset({1, 2, 3, 22, 28})
"""Q.850: nobody has this number. A card's channel then only hangs up, which Dial calls NOANSWER."""

_BY_DIAL_STATUS = {
    "BUSY": Outcome.BUSY,
    "NOANSWER": Outcome.NO_ANSWER,
    "CHANUNAVAIL": Outcome.FAILED,
    "CONGESTION": Outcome.FAILED,
}


@dataclass(frozen=True)
class Story:
    """A call, what happened in it, its legs, and how those sounded."""

    call: Call
    timeline: tuple[TimelineEvent, ...]
    legs: tuple[Leg, ...]
    quality: tuple[LegQuality, ...] = ()


def fold(events: Iterable[Event]) -> Story | None:
    """The story that these lines tell; None while CEL says nothing of the call, and for what is nobody's call.

    Lines of one log stand in the order of their file; the logs may be mixed in any way.
    """
    cel: list[Cel] = []
    cdrs: list[Cdr] = []
    queue_lines: list[QueueLine] = []
    for event in events:
        if isinstance(event, Cel):
            cel.append(event)
        elif isinstance(event, Cdr):
            cdrs.append(event)
        else:
            queue_lines.append(event)
    if all(is_own_channel(event.channel) for event in cel) or any(event.type == Mark.CODE for event in cel):
        return None
    if is_own_call(cel[0].linkedid):
        return None
    cel.sort(key=lambda event: event.at)
    facts = facts_of(cel, queue_lines)
    return Story(_call(facts), timeline_of(facts), _legs(cdrs), quality_of(facts))


def _legs(cdrs: list[Cdr]) -> tuple[Leg, ...]:
    cdrs.sort(key=lambda record: (record.started, record.sequence))
    return tuple(
        Leg(
            channel=record.channel,
            to_channel=record.to_channel,
            started=record.started,
            answered=record.answered,
            ended=record.at,
            disposition=record.disposition,
        )
        for record in cdrs
    )


def _call(facts: Facts) -> Call:
    answer = facts.answer
    talked = talk_time([facts.caller, *facts.callees], facts.ended)
    held = held_time(facts.holds)
    if facts.ended is not None:
        held = min(held, talked)  # of a call that was cut off a hold may be told and the talk round it not
    return Call(
        linkedid=facts.linkedid,
        started=facts.started,
        ended=facts.ended,
        direction=facts.direction,
        caller=facts.caller_number,
        caller_name=facts.caller_name,
        called=facts.called,
        trunk=facts.trunk,
        menu_path=_menu_path(facts),
        queue=facts.queue,
        agent=None if answer is None or answer.trunk else facts.person(answer),
        waited=_rounded(_waited(facts)),
        talked=round(talked, 6),
        held=round(held, 6),
        outcome=None if facts.ended is None else _outcome(facts),
        hangup_cause=_hangup_cause(facts),
        calls_back=facts.text(Mark.CALLS_BACK),
        score=_score(facts),
    )


def _score(facts: Facts) -> int | None:
    """The last mark that the caller gave."""
    said = [text.rpartition("/")[2] for _, mark, text in facts.marks if mark == Mark.SCORE]
    return int(said[-1]) if said and said[-1] in {"1", "2", "3", "4", "5"} else None


def _rounded(seconds: float | None) -> float | None:
    """To CEL's microseconds."""
    return None if seconds is None else round(seconds, 6)


def _menu_path(facts: Facts) -> str:
    """`main/1 > office/2`: a menu without its key when none was pressed; a repeated round once."""
    steps: list[str] = []
    for _, mark, text in facts.marks:
        if mark == Mark.MENU and steps[-1:] != [text]:
            steps.append(text)
        elif mark == Mark.CHOICE:
            if steps and steps[-1] == text.rpartition("/")[0]:
                steps.pop()
            steps.append(text)
    return " > ".join(steps)


def _waited(facts: Facts) -> float | None:
    """Seconds from joining the queue (or the first ring) to the answer, or to leaving without one."""
    if facts.waits_since is None:
        return None
    if facts.answer is not None:
        return max(0.0, facts.answered_at - facts.waits_since)
    left = [
        at
        for at, mark, _ in facts.marks
        if mark in (Mark.OVERFLOW, Mark.CALLBACK, Mark.VOICEMAIL, Mark.MENU) and at > facts.waits_since
    ]
    gone = min([*left, *(at for at in (facts.caller.ended, facts.ended) if at is not None)], default=None)
    return None if gone is None else max(0.0, gone - facts.waits_since)


def _hangup_cause(facts: Facts) -> int | None:
    """The Q.850 cause of the caller's leg. Asterisk says 0 when the caller hung up by itself
    with nobody connected: that is normal clearing."""
    caller = facts.caller
    if caller.ended is None:
        return None
    return caller.cause or (NORMAL_CLEARING if caller.hung_up_by == caller.name else None)


def _outcome(facts: Facts) -> Outcome:
    marks = {mark for _, mark, _ in facts.marks}
    if facts.cut_off and facts.answer is None:
        return Outcome.FAILED
    if Mark.CALLS_BACK in marks:
        # That an agent took it is not yet that the customer did.
        reached = any(callee.trunk and callee.answered is not None for callee in facts.callees)
        return Outcome.ANSWERED if reached else Outcome.NO_ANSWER
    if facts.answer is not None:
        return Outcome.ANSWERED
    for mark, outcome in (
        (Mark.VOICEMAIL, Outcome.VOICEMAIL),
        (Mark.UNKNOWN_DID, Outcome.UNKNOWN_NUMBER),
        (Mark.LINE_TEST, Outcome.LINE_TEST),
    ):
        if mark in marks:
            return outcome
    if facts.queue is not None:
        return Outcome.OVERFLOWED if marks & {Mark.OVERFLOW, Mark.CALLBACK} else Outcome.ABANDONED
    if marks & {Mark.CLOSED, Mark.CLOSURE}:
        return Outcome.CLOSED
    return _outcome_of_ringing(facts, in_menu=Mark.MENU in marks)


def _outcome_of_ringing(facts: Facts, *, in_menu: bool) -> Outcome:
    """How a call ended that no queue, mailbox or person took."""
    caller = facts.caller
    left = caller.hung_up_by == caller.name
    status = caller.dial_status
    if status == "CANCEL" or (left and facts.callees and status == ""):
        return Outcome.ABANDONED
    if status == "NOANSWER" and caller.cause in NO_SUCH_NUMBER:
        return Outcome.FAILED
    if status in _BY_DIAL_STATUS:
        return Outcome.ABANDONED if left and status == "NOANSWER" else _BY_DIAL_STATUS[status]
    if in_menu or caller.answered is not None:
        return Outcome.IN_MENU
    if left:
        return Outcome.ABANDONED
    return Outcome.NO_ANSWER if facts.callees else Outcome.FAILED
