"""Call-back in place of waiting: the caller hangs up and keeps the place, and is called once an agent answers.

A Local channel waits in the queue as the caller did. When an agent answers, its other half calls the number; the agent
has heard by then that this is a call-back. What is to be done stands in AstDB (`appliance.site.exchange.CALLBACK`),
one row a number; whoever finds a row without a channel, after a restart of Asterisk, begins it anew the same way.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import CALLBACK, CALLBACK_DIALS, CALLBACK_WAITS, Mark
from appliance.site.models import SiteDocument
from asterisk_conf.dialplan import hours, places, power
from asterisk_conf.dialplan.recording import RECORD_TALK, records_queue
from asterisk_conf.dialplan.steps import Expression, Step, context, do, goto, mark
from asterisk_conf.syntax import Section

_CALLABLE = "callback-numbers"
"""Subroutine by number: returns it as it is dialled, or nothing when it may not be."""
REACHED = "callback-reached"
"""Subroutine on the trunk's channel once the number (ARG1) has answered."""
REACHES = "BB_REACHES"
"""Channel variable of that channel: the number that is called back."""
TALKED = "callback-talked"
"""Subroutine on an agent's channel: whom this agent talks with now (`BB_CALLER`) nobody need call back any more."""
_IS_ONE = "BB_IS_CALLBACK"
"""Channel variable, inherited by the agent's channel: this is a call-back."""
_RING_SECONDS = 45
_WAITS_SECONDS = 86_400 * 7
"""Longer than any weekend."""
_LOOK_SECONDS = 300
"""How often somebody who is to be called back looks whether the hours are over."""
_AGAIN_SECONDS = 60
"""Pause before a queue that let nobody in is tried again."""
_KEY_SECONDS = 6
_TYPE_SECONDS = 10
_MOST_TYPED = 20
_TYPES = 3

_TO = "branchbox/callback-to"
_RIGHT = "branchbox/callback-right"
_RIGHT_OR_OTHER = "branchbox/callback-right-or-other"
_NUMBER = "branchbox/callback-number"
_NOT = "branchbox/callback-not"
_BOOKED = "branchbox/callback-booked"
_ALREADY = "branchbox/callback-already"
_FOR_AGENT = "branchbox/callback-agent"
_UNREACHED = "branchbox/callback-unreached"
_NAME = "Callback"
"""What the agent's phone shows beside the number; plain letters, because every phone has them."""


def contexts(document: SiteDocument) -> Iterator[Section]:
    """The dialogue, the wait, the call; nothing where no queue offers it."""
    if not offered(document):
        return
    yield context(places.CALLBACK, dict(_dialogue(document)))
    yield context(_CALLABLE, dict(_numbers(document)))
    yield context(CALLBACK_WAITS, {"_X!": tuple(_wait(document))})
    yield context(CALLBACK_DIALS, {"_X!": _call(document), "over": _over(document)})
    yield context(
        REACHED,
        {"s": (do("Set", Expression(f"DB_DELETE({CALLBACK}/${{ARG1}})=")), do("Return"))},
    )
    yield context(TALKED, {"s": _talked()})


def offered(document: SiteDocument) -> bool:
    """Whether callers of some queue can be called back."""
    return bool(document.routes) and any(queue.callback for queue in document.queues)


def begin(number: str) -> Step:
    """Have a number's call-back wait; `number` is an expression of digits."""
    return do(
        "Originate",
        Expression(f"Local/{number}@{CALLBACK_WAITS}/n"),
        "exten",
        CALLBACK_DIALS,
        Expression(number),
        1,
        _WAITS_SECONDS,
        "a",
    )


def _dialogue(document: SiteDocument) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """With the caller who has pressed 3; `BB_QUEUE` is the queue. Whoever does not say yes goes on waiting."""
    here = places.CALLBACK
    other = document.callbacks.other_number
    back = do("Goto", Expression(f"{places.queue('')}${{BB_QUEUE}},s,{places.WAIT}"))

    def of(number: str) -> tuple[Step, ...]:
        return (
            do("Set", Expression("BB_NUMBER=")),
            do("GotoIf", Expression(f'$["{number}" = ""]?{here},none,1')),
            do("Gosub", _CALLABLE, Expression(number), 1),
            do("Set", Expression("BB_NUMBER=${GOSUB_RETVAL}")),
            do("GotoIf", Expression(f'$["${{BB_NUMBER}}" = ""]?{here},none,1')),
            do("Goto", here, "offer", 1),
        )

    yield "s", (do("Set", Expression(f"BB_TYPES={_TYPES if other else 0}")), *of(places.CALLER))
    yield (
        "offer",
        (
            do("Playback", _TO),
            do("Playback", Expression("phone:${BB_NUMBER}"), "say"),
            do("Read", "BB_KEY", _RIGHT_OR_OTHER if other else _RIGHT, 1, "", 2, _KEY_SECONDS),
            do("GotoIf", Expression(f'$["${{BB_KEY}}" = "1"]?{here},book,1')),
            *((do("GotoIf", Expression(f'$["${{BB_KEY}}" = "2"]?{here},other,1')),) if other else ()),
            back,
        ),
    )
    if other:
        yield (
            "other",
            (
                do("GotoIf", Expression("$[${BB_TYPES} > 0]?ask")),
                back,
                do("Set", Expression("BB_TYPES=$[${BB_TYPES} - 1]"), label="ask"),
                do("Read", "BB_TYPED", _NUMBER, _MOST_TYPED, "", 1, _TYPE_SECONDS),
                do("GotoIf", Expression('$["${FILTER(0-9,${BB_TYPED})}" != ""]?typed')),
                back,
                do("NoOp", label="typed"),
                *of("${FILTER(0-9,${BB_TYPED})}"),
            ),
        )
    yield "none", (do("Playback", _NOT), goto(here, "other") if other else back)
    yield (
        "book",
        (
            # Also who asks a second time has not given up waiting.
            mark(Mark.CALLBACK, Expression("${BB_QUEUE}/${BB_NUMBER}")),
            do("GotoIf", Expression(f"${{DB_EXISTS({CALLBACK}/${{BB_NUMBER}})}}?already")),
            _row("${BB_NUMBER}", "${BB_QUEUE}*${BB_SINCE}*0${QUEUE_PRIO}*0*0*${CHANNEL(linkedid)}"),
            begin("${BB_NUMBER}"),
            do("Playback", _BOOKED),
            do("Hangup"),
            do("Playback", _ALREADY, label="already"),
            do("Hangup"),
        ),
    )


def _numbers(document: SiteDocument) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """The document's numbers as they are; in China also as carriers write them, with country code or own area code."""
    callbacks, customers = document.callbacks, document.customers
    for pattern in callbacks.numbers:
        yield f"_{pattern}", (do("Return", Expression("${EXTEN}")),)
    if customers.country == "CN":
        for prefix in ("+86", "0086", "86"):
            yield f"_{prefix}1[3-9]XXXXXXXXX", _as(f"${{EXTEN:{len(prefix)}}}")
            yield f"_{prefix}ZX.", _as(f"0${{EXTEN:{len(prefix)}}}")
        yield "_01[3-9]XXXXXXXXX", _as("${EXTEN:1}")
    if customers.area_code:
        yield f"_{customers.area_code}XXXXXXX!", _as(f"${{EXTEN:{len(customers.area_code)}}}")
    yield "_[0-9+]!", (do("Return"),)


def _as(number: str) -> tuple[Step, ...]:
    return (do("Goto", _CALLABLE, Expression(number), 1),)


def _wait(document: SiteDocument) -> Iterator[Step]:
    """In the caller's place; the queue connects an agent with the other half, which then calls."""
    number, opens = "${EXTEN}", document.callbacks.hours
    yield do("Set", Expression(f"BB_ROW=${{DB({CALLBACK}/{number})}}"))
    yield do("Set", Expression(f"BB_QUEUE={_part(1)}"))
    known = f"${{DIALPLAN_EXISTS({places.queue('')}${{BB_QUEUE}},s,1)}}"
    yield do("GotoIf", Expression(f'$["${{BB_ROW}}" != "" & {known}]?there'))
    # Nobody waits in a queue that is gone.
    yield do("Set", Expression(f"DB_DELETE({CALLBACK}/{number})="))
    yield do("Hangup")
    yield do("Set", Expression(f"BB_SINCE={_part(2)}"), label="there")
    yield do("Set", Expression(f"QUEUE_PRIO={_part(3)}"))
    yield do("Set", Expression(f"CALLERID(num)={number}"))
    yield do("Set", Expression(f"CALLERID(name)={_NAME}"))
    yield do("Set", Expression(f"CHANNEL(language)={document.site.language}"))
    yield do("Set", Expression(f"_BB_CALLER={number}"))
    yield do("Set", Expression(f"_{_IS_ONE}=yes"))
    yield mark(Mark.CALLS_BACK, Expression(_part(6)))
    yield do("GotoIf", Expression(f"$[{_part(5)} <= ${{EPOCH}}]?look"))
    yield do("Wait", Expression(f"$[{_part(5)} - ${{EPOCH}}]"))
    yield do("NoOp", label="look")
    if opens:
        yield from hours.unless_open(opens, "closed")
    # Nobody is promised a call that could not go out.
    yield do("GotoIf", Expression(f"$[{power.KEPT}]?held"))
    yield mark(Mark.QUEUE, Expression("${BB_QUEUE}"))
    for queue in document.queues:
        if queue.callback and records_queue(document, queue):
            yield do("GosubIf", Expression(f'$["${{BB_QUEUE}}" = "{queue.name}"]?{places.RECORD},{RECORD_TALK},1'))
    yield do("Gosub", places.PLACE, "s", Expression("1(${BB_QUEUE})"), label="again")
    looks = _LOOK_SECONDS if opens else ""
    yield do("Queue", Expression(f"${{BB_QUEUE}},,,{_FOR_AGENT},{looks},,,,${{GOSUB_RETVAL}}"))
    if opens:
        yield do("GotoIf", Expression('$["${QUEUESTATUS}" != "TIMEOUT"]?empty'))
        yield from hours.unless_open(opens, "closed")
        yield do("Goto", "again")
    yield do("Wait", _AGAIN_SECONDS, label="empty")
    yield do("Goto", "again")
    yield do("Wait", _AGAIN_SECONDS, label="held")
    yield do("Goto", "look")
    if opens:
        yield do("Wait", _LOOK_SECONDS, label="closed")
        yield do("Goto", "look")


def _call(document: SiteDocument) -> tuple[Step, ...]:
    """The other half, with the agent listening. Whatever ends it before somebody is reached, `over` goes on."""
    return (
        do("Set", Expression(f"CHANNEL(language)={document.site.language}")),
        do("Set", Expression(f"CHANNEL(hangup_handler_push)={CALLBACK_DIALS},over,1(${{EXTEN}})")),
        mark(Mark.OUTSIDE, Expression("${EXTEN}")),
        do("Set", Expression(f"_{REACHES}=${{EXTEN}}")),
        do("Gosub", places.CALL_OUT, Expression(f"${{EXTEN}},1(,{_RING_SECONDS})")),
        do("Playback", _UNREACHED),
        do("Hangup"),
    )


def _over(document: SiteDocument) -> tuple[Step, ...]:
    number, callbacks = "${ARG1}", document.callbacks
    tries = f"$[{_part(4)} + 1]"
    return (
        do("Set", Expression(f"BB_ROW=${{DB({CALLBACK}/{number})}}")),
        do("GotoIf", Expression('$["${BB_ROW}" = ""]?done')),
        do("GotoIf", Expression(f"$[{_part(4)} + 1 >= {callbacks.tries}]?enough")),
        _row(
            number,
            f"{_part(1)}*{_part(2)}*{_part(3)}*{tries}*$[${{EPOCH}} + {callbacks.pause * 60}]*{_part(6)}",
        ),
        begin(number),
        do("Return"),
        mark(Mark.CALLBACK_OVER, Expression(number), label="enough"),
        do("Set", Expression(f"DB_DELETE({CALLBACK}/{number})=")),
        do("Return", label="done"),
    )


def _talked() -> tuple[Step, ...]:
    """The row goes first: the half that calls, should it do so already, then knows that it is over."""
    number = "${BB_NUMBER}"
    return (
        do("GotoIf", Expression(f'$["${{BB_CALLER}}" = "" | "${{{_IS_ONE}}}" != ""]?done')),
        do("Gosub", _CALLABLE, Expression("${BB_CALLER}"), 1),
        do("Set", Expression("BB_NUMBER=${GOSUB_RETVAL}")),
        do("GotoIf", Expression(f'$["{number}" = ""]?done')),
        do("GotoIf", Expression(f"$[${{DB_EXISTS({CALLBACK}/{number})}} = 0]?done")),
        do("Set", Expression(f"DB_DELETE({CALLBACK}/{number})=")),
        do("SoftHangup", Expression(f"Local/{number}@{CALLBACK_WAITS}"), "a"),
        mark(Mark.CALLBACK_DROPPED, Expression(number)),
        do("Return", label="done"),
    )


def _row(number: str, value: str) -> Step:
    return do("Set", Expression(f"DB({CALLBACK}/{number})={value}"))


def _part(place: int) -> str:
    return f"${{CUT(BB_ROW,*,{place})}}"
