"""Trying a line: the box's own test number, and the call that core places to it or to one of the carrier's.

The two ends talk by DTMF, so a call that was answered proves both directions of the sound too.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import Mark
from appliance.site.line_test import (
    DRILL_CONTEXT,
    DRILL_DIGITS,
    DRILL_HEARD,
    DRILL_LENGTH,
    DRILL_OTHER,
    DRILL_OURS,
    DRILL_WAY_CONTEXT,
    LINE_TEST_CONTEXT,
)
from appliance.site.models import DrillKind, SiteDocument
from appliance.site.rules.references import destinations
from appliance.site.types import Kind
from asterisk_conf.dialplan import places, routes
from asterisk_conf.dialplan.steps import Expression, Step, context, do, mark
from asterisk_conf.syntax import Section

PERSON = "person"
"""In the test number's context: whoever pressed nothing is no drill."""
LONGEST = 120
"""Seconds that somebody may try a line."""
LISTENS = 8
"""Seconds for all digits."""
_HEARD, _BACK = "BB_DRILL_HEARD", "BB_DRILL_BACK"
_HALF = DRILL_LENGTH // 2
_ANSWER = f"${{{_HEARD}:{_HALF}}}${{{_HEARD}:0:{_HALF}}}"
"""Expression: `appliance.site.line_test.drill_answer`."""


def contexts(document: SiteDocument) -> Iterator[Section]:
    """The test number's end where a number leads there, the calling end where there is a drill."""
    if any(to.kind is Kind.TEST for _place, to in destinations(document)):
        yield context(LINE_TEST_CONTEXT, {"s": _called()})
    if document.drills:
        yield context(DRILL_CONTEXT, {DRILL_OURS: _calling(), DRILL_OTHER: _listening()})
    if any(drill.kind is DrillKind.FALL_BACK for drill in document.drills):
        yield context(
            DRILL_WAY_CONTEXT, {"_X!": (routes.try_all("${EXTEN}"), do("Hangup", Expression("${HANGUPCAUSE}")))}
        )


def _called() -> tuple[Step, ...]:
    return (
        mark(Mark.LINE_TEST, ""),
        do("Answer"),
        do("Set", Expression(f"TIMEOUT(absolute)={LONGEST}")),
        do("Read", _HEARD, places.PROMPT_LINE_TEST, DRILL_LENGTH, "", 1, 4),
        do("GotoIf", Expression(f'$["${{{_HEARD}:{DRILL_LENGTH - 1}}}" = ""]?{PERSON}')),
        # The other end listens once its own digits are out.
        do("Wait", Expression("0.5")),
        do("SendDTMF", Expression(_ANSWER)),
        do("Wait", 2),
        do("Hangup"),
        do("Echo", label=PERSON),
        do("Hangup"),
    )


def _calling() -> tuple[Step, ...]:
    return (
        do("Wait", 1),
        do("SendDTMF", Expression(f"${{{DRILL_DIGITS}}}")),
        do("Read", _BACK, "", DRILL_LENGTH, "", 1, LISTENS),
        do("UserEvent", DRILL_HEARD, Expression(f"Digits: ${{{_BACK}}}")),
        do("Hangup"),
    )


def _listening() -> tuple[Step, ...]:
    return (
        # 100 ms that are not silence, once, within so many seconds.
        do("WaitForNoise", 100, 1, LISTENS),
        do("UserEvent", DRILL_HEARD, Expression("Sound: ${WAITSTATUS}")),
        do("Hangup"),
    )
