"""One context per queue: wait, talk, or overflow."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import Mark
from appliance.site.models import Queue, SiteDocument
from asterisk_conf.dialplan import closures, places, survey
from asterisk_conf.dialplan.recording import record, records_queue
from asterisk_conf.dialplan.steps import Expression, Step, context, do, mark
from asterisk_conf.syntax import Section


def contexts(document: SiteDocument) -> Iterator[Section]:
    """The queues."""
    for queue in document.queues:
        recorded = records_queue(document, queue)
        yield context(places.queue(queue.name), {"s": tuple(_steps(queue, recorded))}, of=f"queue {queue.name}")


def _steps(queue: Queue, recorded: bool) -> Iterator[Step]:
    if queue.closure:
        yield closures.unless_open(queue.closure)
    yield mark(Mark.QUEUE, queue.name)
    yield do("Answer")
    if recorded:
        yield record()
    # Without option C: it spares phones a missed call when the caller gives up, but every call that
    # an agent ends would have the cause 26 (answered elsewhere) instead of 16.
    yield do("Queue", queue.name, survey.CONTINUE if survey.asks(queue) else "", "", "", queue.max_wait)
    yield from survey.after(queue)
    yield mark(Mark.OVERFLOW, Expression(f"{queue.name}/${{QUEUESTATUS}}"))
    if queue.overflow:
        yield from places.leave_by(queue.overflow)
    else:
        yield from places.say_and_hang_up(places.PROMPT_ALL_BUSY)
