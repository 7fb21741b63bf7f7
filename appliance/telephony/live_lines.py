"""E1 lines, event by event: what chan_dahdi says of their D-channels (AMI action PRIShowSpans).

It says nothing by itself when a D-channel goes without an alarm of the line, so the link asks again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from appliance.telephony.live_state import Event, LiveState, number, put, say

UP, DOWN, ALARM = "Up", "Down", "In Alarm"
"""Asterisk's words for a D-channel."""


def _span(state: LiveState, event: Event, at: float) -> LiveState:
    span = int(number(event.get("Span", "0")))
    if not span:
        return state
    word = ALARM if event.get("Alarm") == "Yes" else UP if event.get("Up") == "Yes" else DOWN
    said = say(state.spans.get(span), word, at)
    return state if state.spans.get(span) == said else replace(state, spans=put(state.spans, span, said))


HANDLERS: Mapping[str, Callable[[LiveState, Event, float], LiveState]] = {"PRIShowSpans": _span}
"""What each event does."""
