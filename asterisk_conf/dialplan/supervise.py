"""A supervisor's phone, once it has been rung and answered: hears an agent's call, or takes it over.

All of it is Asterisk's own doing, so it goes on when core does not: ChanSpy on exactly one channel, ended with that
channel; Bridge, which fetches the caller out of the bridge with the agent, whose leg then ends as if hung up.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import SUPERVISE_CONTEXT, SUPERVISED, TAKE_OVER, Ear
from appliance.site.models import SiteDocument
from asterisk_conf.dialplan.steps import Expression, Step, context, do
from asterisk_conf.syntax import Section

_MODES = {Ear.LISTEN: "", Ear.WHISPER: "w", Ear.BARGE: "B"}
"""ChanSpy's options (apps/app_chanspy.c)."""


def contexts(_document: SiteDocument) -> Iterator[Section]:
    """One extension for each way to take part, and one to take over."""
    yield context(SUPERVISE_CONTEXT, {**{ear.value: _hear(mode) for ear, mode in _MODES.items()}, TAKE_OVER: _take()})


def _hear(mode: str) -> tuple[Step, ...]:
    # u: this channel and no other whose name begins so; q: no beep; d: keys 4, 5, 6; E: ends with the channel.
    return (
        do("Answer"),
        do("ChanSpy", Expression(f"${{{SUPERVISED}}}"), f"uqdE{mode}"),
        do("Hangup"),
    )


def _take() -> tuple[Step, ...]:
    # x: when the supervisor hangs up, the caller does not begin to wait anew but is through, as after an agent.
    return (
        do("Answer"),
        do("Bridge", Expression(f"${{{SUPERVISED}}}"), "x"),
        do("Hangup"),
    )
