"""The facts of one call, as the screen and the command line both tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.format import DASH, duration, moment
from tui.i18n import _
from tui.words import cause, word

if TYPE_CHECKING:
    from appliance.api.contract import Call


def call_facts(call: Call, zone: str, now: float) -> tuple[tuple[str, str], ...]:
    """Label and value of every fact, in the order in which people ask for them."""
    return (
        (_("Began"), moment(call.started, zone, now)),
        (_("Ended"), moment(call.ended, zone, now)),
        (_("Way"), word(call.direction)),
        (_("Trunk"), call.trunk or DASH),
        (_("Caller"), f"{call.caller or DASH} {call.caller_name}".strip()),
        (_("Called"), call.called or DASH),
        (_("Menu path"), call.menu_path or DASH),
        (_("Queue"), call.queue or DASH),
        (_("Agent"), call.agent or DASH),
        (_("Waited"), duration(call.waited)),
        (_("Talked"), duration(call.talked)),
        (_("Held"), duration(call.held)),
        (_("Outcome"), word(call.outcome) if call.outcome is not None else _("goes on")),
        (_("Hangup cause"), cause(call.hangup_cause)),
        *(((_("Calls back"), call.calls_back),) if call.calls_back else ()),
        *([(_("Mark"), _("{score} of 5").format(score=call.score))] if call.score is not None else []),
    )
