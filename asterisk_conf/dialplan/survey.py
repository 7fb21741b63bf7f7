"""After the call: how was it, 1 to 5? Asked once the agent has hung up and the caller stays on.

Queue's option c lets the caller go on in the dialplan then (QUEUESTATUS is CONTINUE). Always, or when the agent wished
it: that is a shared variable of the caller's channel, set while they talk, by core for a desk or by keys of the phone
(features.conf). The recording ends before the question.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import RECORDS, SURVEY_FEATURE, SURVEY_WISH, SURVEY_WISHED, Mark
from appliance.site.models import Queue, SiteDocument, Survey
from asterisk_conf.dialplan import places
from asterisk_conf.dialplan.steps import Expression, Step, context, do, mark
from asterisk_conf.syntax import Section

CONTINUE = "c"
"""Queue's option."""
TRIES = 3
KEY_SECONDS = 6
_ASK = "branchbox/survey-ask"
_AGAIN = "branchbox/survey-again"
_THANKS = "branchbox/survey-thanks"
_TONE = "beep"
_KEY, _TRIES = "BB_SCORE_KEY", "BB_SCORE_TRIES"


def contexts(document: SiteDocument) -> Iterator[Section]:
    """One for each queue that asks."""
    for queue in document.queues:
        if asks(queue):
            yield context(places.survey(queue.name), {"s": tuple(_steps(queue))}, of=f"queue {queue.name}")
    yield context(SURVEY_FEATURE, {"s": _wish()})


def asks(queue: Queue) -> bool:
    """Whether callers of this queue can be asked."""
    return queue.survey is not Survey.NEVER


def after(queue: Queue) -> tuple[Step, ...]:
    """What follows the queue at once: a caller whose agent has hung up is asked."""
    if not asks(queue):
        return ()
    return (do("GotoIf", Expression(f'$["${{QUEUESTATUS}}" = "CONTINUE"]?{places.survey(queue.name)},s,1')),)


def _steps(queue: Queue) -> Iterator[Step]:
    if queue.survey is Survey.WISH:
        yield do("GotoIf", Expression(f'$["${{SHARED({SURVEY_WISH})}}" != "{SURVEY_WISHED}"]?done'))
    yield do("StopMixMonitor")
    yield do("Set", Expression(f"{RECORDS}="))
    yield mark(Mark.SURVEY, queue.name)
    yield do("Read", _KEY, _ASK, 1, "", 1, KEY_SECONDS, label="ask")
    yield do("GotoIf", Expression(f'$["${{FILTER(1-5,${{{_KEY}}})}}" != ""]?score'))
    yield do("Set", Expression(f"{_TRIES}=$[0${{{_TRIES}}} + 1]"))
    yield do("GotoIf", Expression(f"$[${{{_TRIES}}} >= {TRIES}]?goodbye"))
    yield do("Playback", _AGAIN)
    yield do("Goto", "ask")
    yield mark(Mark.SCORE, Expression(f"{queue.name}/${{{_KEY}}}"), label="score")
    yield do("Playback", _THANKS)
    yield do("Hangup")
    yield do("Playback", places.PROMPT_GOODBYE, label="goodbye")
    yield do("Hangup", label="done")


def _wish() -> tuple[Step, ...]:
    """On the agent's channel, in the middle of the talk."""
    return (
        do("Set", Expression(f"SHARED({SURVEY_WISH},${{BRIDGEPEER}})={SURVEY_WISHED}")),
        do("Playback", _TONE),
        do("Return"),
    )
