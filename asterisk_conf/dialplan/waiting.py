"""One context per queue: wait, talk, or overflow; and the keys that work meanwhile.

How long somebody waits counts from the first queue of the call on (`BB_SINCE`), wherever it overflows to and whoever
waits in the caller's place.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import LAST_AGENT, LAST_AGENT_QUEUE, VIP, Mark
from appliance.site.models import Queue, SiteDocument
from appliance.site.types import Destination
from asterisk_conf.dialplan import closures, places, survey
from asterisk_conf.dialplan.recording import record, records_queue
from asterisk_conf.dialplan.steps import Expression, Step, context, do, goto, mark
from asterisk_conf.syntax import Section

_REMEMBERED = 30 * 86_400
"""Seconds for which the agent who talked with a caller last is still the last agent."""
_SAYS_KEYS = {
    (True, False): "branchbox/waiting-message",
    (False, True): "branchbox/waiting-callback",
    (True, True): "branchbox/waiting-both",
}


def contexts(document: SiteDocument) -> Iterator[Section]:
    """The queues, their keys, and what they have in common."""
    for queue in document.queues:
        of = f"queue {queue.name}"
        recorded = records_queue(document, queue)
        yield context(places.queue(queue.name), {"s": tuple(_steps(queue, recorded))}, of=of)
        if announced(queue):
            yield context(places.keys(queue.name), dict(_keys(queue)), of=of)
        if queue.last_agent:
            agents = {member.agent: _rings_last(queue, member.agent) for member in queue.members}
            yield context(places.last_agent(queue.name), agents, of=of)
    if document.queues:
        yield context(places.PRIORITY, {"s": _priority()})
        yield context(places.PLACE, {"s": _place()})


def announced(queue: Queue) -> str | None:
    """What tells callers the keys of a queue; None where there are none."""
    return _SAYS_KEYS.get((queue.message_to is not None, queue.callback))


def _steps(queue: Queue, recorded: bool) -> Iterator[Step]:
    here = places.queue(queue.name)
    if queue.closure:
        yield closures.unless_open(queue.closure)
    yield mark(Mark.QUEUE, queue.name)
    yield do("Answer")
    if recorded:
        yield record()
    yield do("Set", Expression(f"BB_QUEUE={queue.name}"))
    yield do("Set", Expression("BB_JOINED=${EPOCH}"))
    yield do("Set", Expression(f"_BB_CALLER={places.CALLER}"))
    yield do("GotoIf", Expression('$["${BB_SINCE}" != ""]?known'))
    yield do("Set", Expression("BB_SINCE=${EPOCH}"))
    yield do("Gosub", places.PRIORITY, "s", 1, label="known")
    if queue.last_agent:
        yield do("Set", Expression(f"BB_LAST=${{DB({LAST_AGENT}/${{BB_CALLER}})}}"))
        old = f"$[0${{CUT(BB_LAST,*,2)}} < ${{EPOCH}} - {_REMEMBERED}]"
        yield do("GotoIf", Expression(f"{old}?{places.WAIT}"))
        last = f"{places.last_agent(queue.name)},${{CUT(BB_LAST,*,1)}},1"
        yield do("GotoIf", Expression(f"${{DIALPLAN_EXISTS({last})}}?{last}"))
    yield do("Gosub", places.PLACE, "s", Expression(f"1({queue.name})"), label=places.WAIT)
    # Without option C: it spares phones a missed call when the caller gives up, but every call that
    # an agent ends would have the cause 26 (answered elsewhere) instead of 16.
    left = f"$[{queue.max_wait} - ${{EPOCH}} + ${{BB_JOINED}}]"
    options = (survey.CONTINUE if survey.asks(queue) else "") + places.BOTH_TRANSFER.text
    yield do("Queue", Expression(f"{queue.name},{options},,,{left},,,,${{GOSUB_RETVAL}}"))
    yield from survey.after(queue)
    yield mark(Mark.OVERFLOW, Expression(f"{queue.name}/${{QUEUESTATUS}}"))
    yield from _other_way(queue.full_goes_to, here, "full", "FULL")
    yield from _other_way(queue.empty_goes_to, here, "empty", "JOINEMPTY", "LEAVEEMPTY")
    yield from _leave(queue.overflow)
    for label, to in (("full", queue.full_goes_to), ("empty", queue.empty_goes_to)):
        if to:
            yield do("NoOp", label=label)
            yield from _leave(to)


def _other_way(to: Destination | None, here: str, label: str, *statuses: str) -> Iterator[Step]:
    if to:
        for status in statuses:
            yield do("GotoIf", Expression(f'$["${{QUEUESTATUS}}" = "{status}"]?{here},s,{label}'))


def _leave(to: Destination | None) -> tuple[Step, ...]:
    return places.leave_by(to) if to else places.say_and_hang_up(places.PROMPT_ALL_BUSY)


def _keys(queue: Queue) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Any other key, 1 too, is no extension here: its caller goes on waiting."""
    if queue.message_to:
        pressed = mark(Mark.QUEUE_KEY, f"{queue.name}/2")
        yield "2", (pressed, goto(places.VOICEMAIL, queue.message_to))
    if queue.callback:
        yield "3", (mark(Mark.QUEUE_KEY, f"{queue.name}/3"), goto(places.CALLBACK))


def _rings_last(queue: Queue, agent: str) -> tuple[Step, ...]:
    """For some seconds only one agent, who is free now; then the queue as if nothing had been."""
    alone = f"{LAST_AGENT_QUEUE}{agent}"
    wait = Expression(f"{places.queue(queue.name)},s,{places.WAIT}")
    return (
        do("GotoIf", Expression(f"$[0${{QUEUE_MEMBER({alone},ready)}} = 0]?{wait.text}")),
        do("Queue", alone, "", "", "", queue.last_agent),
        do("Goto", wait),
    )


def _priority() -> tuple[Step, ...]:
    return (
        do("Set", Expression(f"BB_VIP=${{FILTER(0-9,${{DB({VIP}/${{BB_CALLER}})}})}}")),
        do("GotoIf", Expression("$[0${BB_VIP} <= 0${QUEUE_PRIO}]?done")),
        do("Set", Expression("QUEUE_PRIO=${BB_VIP}")),
        do("Return", label="done"),
    )


def _place() -> tuple[Step, ...]:
    """Behind all who are as important or more and have waited as long or longer."""
    who = "${QUEUE_GET_CHANNEL(${ARG1},${at})}"
    return (
        do("Set", Expression("LOCAL(at)=0")),
        do("Set", Expression("LOCAL(at)=$[${at} + 1]"), label="next"),
        do("GotoIf", Expression("$[${at} > ${QUEUE_WAITING_COUNT(${ARG1})}]?found")),
        do("Set", Expression(f"LOCAL(who)={who}")),
        do("GotoIf", Expression('$["${who}" = ""]?found')),
        do("GotoIf", Expression("$[0${IMPORT(${who},QUEUE_PRIO)} > 0${QUEUE_PRIO}]?next")),
        do("GotoIf", Expression("$[0${IMPORT(${who},BB_SINCE)} <= ${BB_SINCE}]?next")),
        do("Return", Expression("${at}"), label="found"),
    )
