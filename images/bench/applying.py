"""Apply of one changed queue on a large site with 20 calls up."""

from __future__ import annotations

import time

from appliance.api import contract
from appliance.api.contract import Apply, Confirm, Document
from appliance.api.wire import Empty
from appliance.site import document as documents
from images.asking import ask
from images.bench.figures import Figure
from images.bench.load import queue_calls, traffic
from images.box import Box
from images.run import die

CALLS = 20
CHANGED = "queue7"


def measure(box: Box) -> list[Figure]:
    """Seconds to effective, by step; calls dropped. Raises Failure."""
    document = documents.load(ask(box, contract.CONFIG_EXPORT, Empty()).toml)
    queues = tuple(
        queue.model_copy(update={"ring_timeout": queue.ring_timeout + 5}) if queue.name == CHANGED else queue
        for queue in document.queues
    )
    changed = documents.dump(document.model_copy(update={"queues": queues}))
    with traffic(box) as calls:
        queue_calls(calls, box, CALLS, 13900000001, 90)
        ask(box, contract.CONFIG_EDIT, Document(toml=changed))
        began = time.monotonic()
        applied = ask(box, contract.CONFIG_APPLY, Apply(why="bench"))
        seconds = time.monotonic() - began
        if applied.problems:
            die(f"The change was refused: {applied.problems[0]}")
        ask(box, contract.CONFIG_CONFIRM, Confirm())
        time.sleep(5)  # a call that the reload hurts is gone by then
        dropped = sum(call.ended is not None for call in calls.placed())
    site = f"{len(document.extensions)} extensions, {len(document.queues)} queues, {CALLS} calls up (10 talking)"
    return [
        Figure("apply, one queue changed", seconds, "s", f"config/apply over core's socket until effective; {site}"),
        *(
            Figure(f"apply, step {step.name}", step.seconds, "s", "as branchbox-host reports it in the answer")
            for step in applied.steps
        ),
        Figure("apply, calls dropped", dropped, "", "calls of SIPp that had ended 5 s after", aim="0"),
    ]
