"""How legs sounded, as the screens and the command line both tell it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui import look
from tui.format import DASH, share
from tui.i18n import _

if TYPE_CHECKING:
    from appliance.api.contract import LegQuality

GOOD, FAIR = 3.6, 3.1
"""Below the first many people are dissatisfied, below the second nearly all (ITU-T G.109, table 1)."""


def mos(value: float | None) -> str:
    """`4.4`."""
    return DASH if value is None else f"{value:.1f}"


def style(value: float | None) -> str:
    """Calm unless somebody suffers."""
    if value is None or value >= GOOD:
        return ""
    return look.WARN if value >= FAIR else look.BAD


def milliseconds(value: float | None) -> str:
    """`23 ms`; below one with a digit more."""
    if value is None:
        return DASH
    return f"{value * 1000:.1f} ms" if value < 0.001 else f"{value * 1000:.0f} ms"


def leg_facts(leg: LegQuality) -> Iterable[tuple[str, str, float | None]]:
    """Three lines of a leg, each what it is about, what is known of that, and the MOS: all, from it, to it."""
    kind = _("Trunk {name}") if leg.trunk else _("Phone {name}")
    trip = _("round trip {time}").format(time=milliseconds(leg.round_trip))
    yield kind.format(name=leg.party), f"{leg.codec}   {trip}", leg.mos
    yield _("heard from it"), _way(leg.from_loss, leg.from_jitter, _("not known: the call was too short")), leg.from_mos
    yield _("sent to it"), _way(leg.to_loss, leg.to_jitter, _("not known: no report came from it")), leg.to_mos


def _way(loss: float | None, jitter: float | None, unknown: str) -> str:
    if loss is None:
        return unknown
    return _("lost {share}   jitter {time}").format(share=share(loss, 1), time=milliseconds(jitter))
