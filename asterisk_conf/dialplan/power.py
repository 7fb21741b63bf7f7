"""Mains is gone and the battery nearly empty: calls that go out now would be cut off.

Whether a phone may call out (`asterisk_conf.dialplan.numbers`) asks it, but for emergency numbers; calls that come in
are no matter of this. `appliance.site.exchange.KEPT_IN` says until when: it ends by itself, so a box whose services are
dead goes on.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import KEPT_IN
from appliance.site.models import SiteDocument
from asterisk_conf.dialplan import places
from asterisk_conf.dialplan.steps import context, do
from asterisk_conf.syntax import Section

_NO_ROUTE_NOW = 34
"""Hangup cause, ITU-T Q.850: no circuit available."""
_UNTIL = f"${{DB({KEPT_IN}/until)}}"
KEPT = f"0{_UNTIL} > ${{EPOCH}}"
"""Expression: whether calls are kept in now."""


def contexts(document: SiteDocument) -> Iterator[Section]:
    """Why the call does not go out; early audio, so that nobody is charged."""
    yield context(
        places.KEPT_IN,
        {
            "s": (
                do("Progress"),
                do("Playback", document.power.announcement, "noanswer"),
                do("Hangup", _NO_ROUTE_NOW),
            )
        },
    )
