"""Steps that say a value by the rules of say.conf (`asterisk_conf.say`)."""

from __future__ import annotations

from asterisk_conf.dialplan.steps import Expression, Step, do


def moment(epoch: str, zone: str, *, label: str = "") -> Step:
    """Say date and time of an expression's epoch seconds, in the site's time zone."""
    written = f"${{STRFTIME({epoch},{zone},%Y%m%d%H%M.%S-%w-%j)}}"
    return do("Playback", Expression(f"datetime::{written}"), "say", label=label)
