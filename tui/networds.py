"""The network's facts in a person's words, the same on the screen and on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui import look
from tui.format import DASH, duration
from tui.i18n import _

if TYPE_CHECKING:
    from appliance.api.network import Clock, Finding, Link

_ORDER = ("bad", "poor", "not known", "well")


def link_words(link: Link) -> str:
    """Whether the other end is there."""
    if not link.up:
        return _("off")
    return DASH if link.carrier is None else _("plugged") if link.carrier else _("no cable")


def link_style(link: Link) -> str:
    """A port of the document that has no cable is somebody's matter."""
    return look.BAD if link.name and not link.carrier else ""


def speed_words(link: Link) -> str:
    """`1000`, or `100 half`."""
    if link.speed is None or not link.carrier:
        return DASH
    return f"{link.speed} {_('half')}" if link.duplex == "half" else str(link.speed)


def address_words(link: Link, now: float) -> str:
    """The addresses, and how long DHCP leaves them."""
    said = []
    for each in link.addresses:
        words = each.address
        if each.leased:
            left = duration(each.lease_ends - now) if each.lease_ends is not None else DASH
            words = _("{address} (DHCP, {time} left)").format(address=each.address, time=left)
        said.append(words)
    return ", ".join(said) or DASH


def clock_words(clock: Clock | None) -> str:
    """The clock against its source."""
    if clock is None:
        return _("the time service is silent")
    if not clock.synchronised or clock.offset is None:
        return _("not set by anybody yet")
    return _("{offset} ms from {source}").format(offset=f"{clock.offset * 1000:+.1f}", source=clock.source)


def worst(findings: Sequence[Finding]) -> Finding:
    """The finding that needs a person most; the first of those that are alike."""
    return min(findings, key=lambda each: _ORDER.index(each.health))
