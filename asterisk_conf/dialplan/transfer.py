"""Where a phone's transfers go, by its own keys or the desk's, and how the other side is held.

A caller who was sent on blindly and whom nobody takes comes back to the phone that sent it; whoever is only consulted
is called plainly: no mailbox, no words. Who was parked and whom nobody takes back comes
back in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site import numbering
from appliance.site.exchange import (
    HELD,
    HELD_YES,
    HOLD_CONTEXT,
    Code,
    Mark,
    transfers,
)
from appliance.site.models import Extension, SiteDocument
from asterisk_conf.dialplan import parking, places, routes
from asterisk_conf.dialplan.inside import NUMBER, RING_SECONDS
from asterisk_conf.dialplan.recording import record, records_extension
from asterisk_conf.dialplan.steps import Expression, Step, context, do, goto, mark
from asterisk_conf.syntax import Section
from asterisk_conf.voicemail import mailbox

_LONGEST_HOLD = 900
"""Seconds after which whoever is on hold is back, should core be gone."""
_SENT = '$["${BLINDTRANSFER}" != ""]'


def contexts(document: SiteDocument) -> Iterator[Section]:
    """Transfers by what the phone may call, the way back, hold."""
    inside = {
        **{each.number: _to_phone(each, recorded=records_extension(document, each)) for each in document.extensions},
        **{queue.number: (goto(places.queue(queue.name)),) for queue in document.queues if queue.number},
        Code.PARK: parking.park(),
    }
    refused = {"_[0-9*#+]!": (goto(places.REFUSED),)}
    for name in (None, *dict.fromkeys(permission.name for permission in document.permissions)):
        yield context(transfers(name), inside | _outside(document, name or "") | refused)
    yield context(
        places.SENT_BACK,
        {
            "_[1-9]!": (
                do("Dial", Expression("PJSIP/${EXTEN}"), RING_SECONDS, places.BOTH_TRANSFER),
                # Nobody there any more: who came for a queue waits in it again.
                do("GotoIf", Expression(f'$["${{BB_QUEUE}}" = ""]?{places.FAILED},s,1')),
                do("Goto", Expression(f"{places.queue('')}${{BB_QUEUE}}"), "s", 1),
            )
        },
    )
    yield _hold()


def _to_phone(extension: Extension, *, recorded: bool) -> tuple[Step, ...]:
    number = extension.number
    message = (goto(places.VOICEMAIL, number),) if mailbox(extension) else ()
    return (
        do("GotoIf", Expression(f'$["${{PJSIP_DIAL_CONTACTS({number})}}" = ""]?away')),
        *((record(),) if recorded else ()),
        do("Dial", f"PJSIP/{number}", RING_SECONDS, places.BOTH_TRANSFER),
        do(
            "GotoIf",
            Expression(
                f"{_SENT}?sent",
            ),
            label="away",
        ),
        do("Hangup"),
        do("NoOp", label="sent"),
        *(message or _back()),
    )


def _outside(document: SiteDocument, permission: str) -> dict[str, tuple[Step, ...]]:
    def steps(dialled: str) -> tuple[Step, ...]:
        return (
            do("Set", Expression(f"{NUMBER}=${{FILTER(0-9,{dialled})}}")),
            do("Gosub", places.MAY_CALL, Expression(f"${{{NUMBER}}},1({permission})")),
            do("GotoIf", Expression('$["${GOSUB_RETVAL}" != ""]?${GOSUB_RETVAL},s,1')),
            mark(Mark.OUTSIDE, Expression(f"${{{NUMBER}}}")),
            routes.try_all(f"${{{NUMBER}}}"),
            *_not_taken(),
        )

    whole = (*numbering.emergency_numbers(document), *numbering.internal_patterns(document))
    return {
        f"_{document.dialing.outside_prefix}X.": steps("${EXTEN:1}"),
        **{pattern if pattern.isdigit() else f"_{pattern}": steps("${EXTEN}") for pattern in whole},
    }


def _not_taken() -> tuple[Step, ...]:
    return (do("GotoIf", Expression(f"{_SENT}?sent")), do("Hangup"), do("NoOp", label="sent"), *_back())


def _back() -> tuple[Step, ...]:
    """To the phone in BLINDTRANSFER, `PJSIP/8003-0000000a`."""
    return (
        do("Set", Expression("BB_SENDER=${BLINDTRANSFER:6}")),
        do("Goto", places.SENT_BACK, Expression("${CUT(BB_SENDER,-,1)}"), 1),
    )


def _hold() -> Section:
    held = f'"#{{{HELD}}}" = "{HELD_YES}"'
    return context(
        HOLD_CONTEXT,
        {
            "s": (
                do("Set", Expression(f"{HELD}={HELD_YES}")),
                do("Set", Expression("BB_HOLDER=${BRIDGEPEER}")),
                do("StartMusicOnHold"),
                do(
                    "WaitForCondition",
                    Expression("#"),
                    Expression(f"#[#[{held}] = 0 | #{{CHANNEL_EXISTS(#{{BB_HOLDER}})}} = 0]"),
                    _LONGEST_HOLD,
                    Expression("0.1"),
                ),
                do("StopMusicOnHold"),
                do("Set", Expression(f"{HELD}=")),
                do("Return"),
            )
        },
    )
