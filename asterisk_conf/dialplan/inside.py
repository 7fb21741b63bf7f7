"""Calls of the branch's own phones, and the phones, mailboxes and lamps that calls end at."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site import numbering
from appliance.site.exchange import DIALS_CONTEXT, PHONES_CONTEXT, Code, Mark
from appliance.site.models import Extension, SiteDocument
from appliance.site.rules.references import destinations
from appliance.site.types import Kind
from asterisk_conf.dialplan import agents, closures, parking, places, routes, studio
from asterisk_conf.dialplan.recording import of_caller, record, records_extension
from asterisk_conf.dialplan.steps import Expression, Step, context, do, goto, mark
from asterisk_conf.pjsip import PERMISSION_VARIABLE
from asterisk_conf.syntax import Option, Section
from asterisk_conf.voicemail import mailbox

OWN_MAILBOX = "*97"
RING_SECONDS = 30

_NO_ANSWER, _SUBSCRIBER_ABSENT, _CALL_REJECTED = 19, 20, 21
"""Hangup causes, ITU-T Q.850."""
AGENT_LAMP = "BB_AGENT_"
"""Global variable, with the agent's number behind: what the lamp `*NUMBER` of an agent follows."""

NUMBER = "BB_NUMBER"
"""Channel variable: the outside number that is called, digits only."""


def lamps(document: SiteDocument) -> Iterator[Option]:
    """Global variables: an agent's lamp burns while the phone is in use or a queue has a pause."""
    queues_of: dict[str, list[str]] = {}
    for queue in document.queues:
        for member in queue.members:
            queues_of.setdefault(member.agent, []).append(queue.name)
    for agent in document.agents:
        phone = f"PJSIP/{agent.extension}"
        paused = (f"Queue:{queue}_pause_{phone}" for queue in queues_of.get(agent.number, ()))
        yield Option(f"{AGENT_LAMP}{agent.number}", "&".join((phone, *paused)))


def contexts(document: SiteDocument) -> Iterator[Section]:
    """What phones dial, how phones ring, messages left and read, and the two ways to fail."""
    phones = {
        extension.number: _to_phone(extension, recorded=records_extension(document, extension))
        for extension in document.extensions
    }
    numbers = {to.name for _place, to in destinations(document) if to.kind is Kind.OUTSIDE}
    boxes = {extension.number: box for extension in document.extensions if (box := mailbox(extension))}
    yield context(PHONES_CONTEXT, _dialled(document, bool(boxes)), _hints(document))
    yield context(DIALS_CONTEXT, {"_[0-9*]!": _as_if_dialled()})
    yield context(places.EXTENSIONS, phones)
    if numbers:
        yield context(places.OUTSIDE, {number: _to_outside(number) for number in sorted(numbers)})
    yield context(places.VOICEMAIL, {number: _leave_message(number, box) for number, box in boxes.items()})
    yield context(
        places.MAILBOXES,
        {
            **{number: (do("Answer"), do("VoiceMailMain", box), do("Hangup")) for number, box in boxes.items()},
            "_[0-9]!": (goto(places.REFUSED),),
        },
    )
    yield _failed()
    # Early audio: a call that was never connected is never charged.
    yield context(
        places.REFUSED,
        {"s": (do("Progress"), do("Playback", places.PROMPT_REFUSED, "noanswer"), do("Hangup", _CALL_REJECTED))},
    )


def _dialled(document: SiteDocument, any_mailbox: bool) -> dict[str, tuple[Step, ...]]:
    dialled: dict[str, tuple[Step, ...]] = {
        extension.number: (
            mark(Mark.INTERNAL, extension.number),
            *of_caller(document, outside=False),
            goto(places.EXTENSIONS, extension.number),
        )
        for extension in document.extensions
    }
    for queue in document.queues:
        if queue.number:
            dialled[queue.number] = (
                mark(Mark.INTERNAL, queue.number),
                *of_caller(document, outside=False),
                goto(places.queue(queue.name)),
            )
    if any_mailbox:
        dialled[OWN_MAILBOX] = (do("Goto", places.MAILBOXES, Expression("${CHANNEL(endpoint)}"), 1),)
    dialled[f"_{document.dialing.outside_prefix}X."] = _outside(document, "${EXTEN:1}")
    for pattern in (*numbering.emergency_numbers(document), *numbering.internal_patterns(document)):
        dialled.setdefault(pattern if pattern.isdigit() else f"_{pattern}", _outside(document, "${EXTEN}"))
    dialled.update(agents.codes(document))
    dialled.update(closures.codes(document))
    dialled.update(studio.codes(document))
    dialled.update(parking.codes())
    dialled[f"_{Code.PICK_UP}[1-9]!"] = (
        mark(Mark.CODE, Code.PICK_UP),
        # The hyphen: no other number begins like this one. p: the rest of the channel's name is not known.
        do("PickupChan", Expression(f"PJSIP/${{EXTEN:{len(Code.PICK_UP)}}}-"), "p"),
        goto(places.REFUSED),
    )
    dialled["_[0-9*#+]!"] = (goto(places.REFUSED),)
    return dialled


def _as_if_dialled() -> tuple[Step, ...]:
    """Originate makes what the phone shows while it rings the caller of what is called then: it is the phone."""
    return (
        do("Set", Expression("CALLERID(all)=${PJSIP_ENDPOINT(${CHANNEL(endpoint)},callerid)}")),
        do("Goto", PHONES_CONTEXT, Expression("${EXTEN}"), 1),
    )


def _outside(document: SiteDocument, dialled: str) -> tuple[Step, ...]:
    number = f"${{{NUMBER}}}"
    return (
        do("Set", Expression(f"{NUMBER}=${{FILTER(0-9,{dialled})}}")),
        do("Gosub", places.MAY_CALL, Expression(f"{number},1(${{{PERMISSION_VARIABLE}}})")),
        do("GotoIf", Expression('$["${GOSUB_RETVAL}" != ""]?${GOSUB_RETVAL},s,1')),
        mark(Mark.OUTSIDE, Expression(number)),
        *of_caller(document, outside=True),
        *routes.call(number, places.CALLER_TRANSFERS),
        goto(places.FAILED),
    )


def _to_outside(number: str) -> tuple[Step, ...]:
    return (mark(Mark.OUTSIDE, number), *routes.call(number), goto(places.FAILED))


def _to_phone(extension: Extension, *, recorded: bool) -> tuple[Step, ...]:
    box = mailbox(extension)
    otherwise = (places.VOICEMAIL, extension.number) if box else (places.FAILED, "s")
    away = otherwise if box else (places.FAILED, places.AWAY)
    return (
        # A phone that is not there is no error of the exchange, and Dial would log one.
        do("GotoIf", Expression(f'$["${{PJSIP_DIAL_CONTACTS({extension.number})}}" = ""]?{",".join(away)},1')),
        *((record(),) if recorded else ()),
        do("Dial", f"PJSIP/{extension.number}", RING_SECONDS, places.BOTH_TRANSFER),
        goto(*otherwise),
    )


def _leave_message(number: str, box: str) -> tuple[Step, ...]:
    return (
        mark(Mark.VOICEMAIL, number),
        do("Answer"),
        do("Playback", places.PROMPT_LEAVE_MESSAGE),
        # s: no greeting of Asterisk's own, which exists in English only.
        do("VoiceMail", box, "s"),
        do("Hangup"),
    )


def _failed() -> Section:
    say = (do("Progress"), do("Playback", places.PROMPT_UNAVAILABLE, "noanswer"))
    return context(
        places.FAILED,
        {
            "s": (
                do("GotoIf", Expression('$["${DIALSTATUS}" = "BUSY"]?busy')),
                *say,
                do("GotoIf", Expression("$[0${HANGUPCAUSE} > 0]?known")),
                do("Hangup", _NO_ANSWER),
                do("Hangup", Expression("${HANGUPCAUSE}"), label="known"),
                do("Busy", 10, label="busy"),
            ),
            places.AWAY: (*say, do("Hangup", _SUBSCRIBER_ABSENT)),
        },
    )


def _hints(document: SiteDocument) -> dict[str, str]:
    # By pattern: Asterisk makes a hint when a lamp asks for it. A thousand hints of their own
    # would queue a thousand state changes at every reload, and Asterisk warns of that.
    def of_length(length: int) -> str:
        return f"[1-9]{'X' * (length - 1)}"

    phones = sorted({len(extension.number) for extension in document.extensions})
    agents = sorted({len(agent.number) for agent in document.agents})
    return {
        **{f"_{of_length(length)}": "PJSIP/${EXTEN}" for length in phones},
        **{f"_*{of_length(length)}": f"${{{AGENT_LAMP}${{EXTEN:1}}}}" for length in agents},
    }
