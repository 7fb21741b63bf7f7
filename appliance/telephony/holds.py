"""When a party of a call was on hold. Pure.

Asterisk's logs have no word for hold. Whoever is put on hold hears music that begins in its bridge with the one who
put it there, and stays there, alone too while that one consults another; a queue's music plays before there is any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from appliance.telephony.channels import Channel

Span = tuple[float, float]
"""From and until, epoch seconds; infinite while it goes on."""


@dataclass(frozen=True)
class Hold:
    """One party's hold; times are epoch seconds, `ended` is None while it goes on."""

    channel: Channel
    """Who waits and hears the music."""
    began: float
    ended: float | None


def holds_of(channels: Sequence[Channel], ended: float | None) -> tuple[Hold, ...]:
    """Every hold between devices, in order of time. What nobody closed lasts until the call's end."""
    last = inf if ended is None else ended
    devices = [channel for channel in channels if channel.is_device]
    return tuple(
        sorted(
            (
                Hold(channel, began, None if until == inf else until)
                for channel in devices
                for began, until in _union(_set_aside(channel, devices, last))
            ),
            key=lambda hold: hold.began,
        )
    )


def held_time(holds: Iterable[Hold]) -> float:
    """Seconds in which anybody was on hold; a hold that goes on does not count yet."""
    closed = [(hold.began, hold.ended) for hold in holds if hold.ended is not None]
    return sum(until - began for began, until in _union(closed))


def _set_aside(channel: Channel, devices: Sequence[Channel], last: float) -> Iterator[Span]:
    """Music that the channel hears in a bridge, from when another device was there on."""
    music = _known(channel.music, last)
    for bridge, visits in channel.visits.items():
        others = [
            visit for other in devices if other is not channel for visit in _known(other.visits.get(bridge, ()), last)
        ]
        for piece in _overlaps(music, _known(visits, last)):
            together = _overlaps([piece], others)
            if together:
                yield min(together)[0], piece[1]


def _known(spans: Iterable[tuple[float, float | None]], last: float) -> list[Span]:
    return [(began, last if until is None else until) for began, until in spans]


def _overlaps(some: Iterable[Span], others: Sequence[Span]) -> list[Span]:
    both = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return [(began, until) for began, until in both if began < until]


def _union(spans: Iterable[Span]) -> list[Span]:
    whole: list[Span] = []
    for began, until in sorted(spans):
        if whole and began <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], until))
        else:
            whole.append((began, until))
    return whole
