"""The call that the box makes to itself after each start; see `appliance.site.exchange.GATE_CONTEXT`."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import GATE_CALLED, GATE_CALLER, GATE_CONTEXT, GATE_RECORDING
from appliance.site.models import SiteDocument
from asterisk_conf.dialplan import places
from asterisk_conf.dialplan.steps import Expression, context, do
from asterisk_conf.syntax import Section


def contexts(document: SiteDocument) -> Iterator[Section]:
    """Two ends that play to each other; the called one is recorded with both sides, as every call is."""
    speak = (
        do("Answer"),
        do("Set", Expression(f"CHANNEL(language)={document.site.language}")),
    )
    say = (do("Playback", places.PROMPT_GOODBYE), do("Hangup"))
    yield context(
        GATE_CONTEXT,
        {
            GATE_CALLED: (*speak, do("MixMonitor", GATE_RECORDING, "D"), *say),
            GATE_CALLER: (*speak, *say),
        },
    )
