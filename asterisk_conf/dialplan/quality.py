"""How each SIP leg sounded: its RTCP figures as a mark in the history, left by a hangup handler of the channel.

Every endpoint puts the handler on its channels (pjsip.conf, `set_var`), so it does not matter who made a channel and
what for: a caller, a phone that was rung, a trunk. A hangup handler runs before the channel lets go of its RTP
(main/channel.c, `ast_hangup`), whoever hung up.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import QUALITY_CONTEXT, RTCP, Mark
from appliance.site.models import SiteDocument
from asterisk_conf.dialplan.steps import Expression, context, do, mark
from asterisk_conf.syntax import Section


def contexts(_document: SiteDocument) -> Iterator[Section]:
    """One handler for all."""
    said = "|".join(("${CHANNEL(audionativeformat)}", *(f"${{CHANNEL(rtcp,{word})}}" for word in RTCP)))
    yield context(
        QUALITY_CONTEXT,
        {
            "s": (
                # A phone that only rang has no RTP yet, and asking for it would be a warning in the log.
                do("GotoIf", Expression('$["${CHANNEL(state)}" != "Up"]?done')),
                mark(Mark.QUALITY, Expression(said)),
                do("Return", label="done"),
            )
        },
    )
