"""After a queue call its agent has some seconds without calls, which the agent ends (`*04`) or, at the desk, prolongs.

The pause begins when agent and caller are connected, so that no other queue can be faster when they hang up; the
seconds begin at the end of the call. A wrap-up has a serial: whoever waits for its end looks whether it is still the
one that goes on. At the connection it is also noted who talked with this caller last, and a call-back that this caller
had asked for is dropped; recording begins where the agent's phone says so and the queue does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import BUSY, LAST_AGENT, LONGER, WRAP_UP, WRAP_UP_CONTEXT, WRAPPING
from appliance.site.models import SiteDocument
from asterisk_conf.dialplan import callback, places
from asterisk_conf.dialplan.recording import of_agent
from asterisk_conf.dialplan.steps import Expression, Step, context, do
from asterisk_conf.syntax import Section

_LONGEST = 3600
"""Seconds that the waiting half of a timer is kept at most."""


def contexts(document: SiteDocument) -> Iterator[Section]:
    """The agent's channel once connected and when it ends, and the timer."""
    phone = "${CHANNEL(endpoint)}"
    yield context(
        places.WRAP_UP,
        {
            "s": (
                *((do("Gosub", callback.TALKED, "s", 1),) if callback.offered(document) else ()),
                *of_agent(document),
                do("GotoIf", Expression('$["${BB_CALLER}" = ""]?unknown')),
                do("Set", Expression(f"DB({LAST_AGENT}/${{BB_CALLER}})=${{MEMBERNAME}}*${{EPOCH}}")),
                do("GotoIf", Expression("$[${ARG1} = 0]?done"), label="unknown"),
                # Busy by choice already, while the phone rang: so it stays.
                do("GotoIf", Expression(f"${{DB_EXISTS({BUSY}/{phone})}}?done")),
                do("PauseQueueMember", "", Expression(f"PJSIP/{phone}"), "", WRAP_UP),
                # Who picked the call up at another phone is no agent of the queue.
                do("GotoIf", Expression('$["${PQMSTATUS}" != "PAUSED"]?done')),
                do("Set", Expression(f"CHANNEL(hangup_handler_push)={places.WRAP_UP},ended,1(${{ARG1}},{phone})")),
                do("Return", label="done"),
            ),
            "ended": (
                do("GotoIf", Expression(f"${{DB_EXISTS({BUSY}/${{ARG2}})}}?done")),
                *_timer("${ARG1}"),
                do("Return", label="done"),
            ),
            places.LONGER: (
                # Only what has begun can go on.
                do("GotoIf", Expression(f"$[${{DB_EXISTS({WRAPPING}/${{ARG2}})}} = 0]?done")),
                do("PauseQueueMember", "", Expression("PJSIP/${ARG2}"), "", WRAP_UP),
                *_timer(str(LONGER)),
                do("Return", label="done"),
            ),
        },
    )
    at = "${CUT(EXTEN,*,1)}"
    yield context(
        WRAP_UP_CONTEXT,
        {
            "_X!": (
                do("Answer"),
                do("Wait", Expression("${CUT(EXTEN,*,2)}")),
                do("GotoIf", Expression(f'$["${{DB({WRAPPING}/{at})}}" != "${{CUT(EXTEN,*,3)}}"]?done')),
                do("Gosub", places.STATE, "ready", Expression(f"1({at})")),
                do("Hangup", label="done"),
            )
        },
    )


def _timer(seconds: str) -> Iterator[Step]:
    """The wrap-up of the phone in ARG2 has a new serial, and a channel that waits for its end."""
    yield do("Set", Expression(f"DB({WRAPPING}/${{ARG2}})=${{UNIQUEID}}"))
    yield do(
        "Originate",
        Expression(f"Local/${{ARG2}}*{seconds}*${{UNIQUEID}}@{WRAP_UP_CONTEXT}/n"),
        "app",
        "Wait",
        _LONGEST,
        "",
        "",
        "a",
    )
