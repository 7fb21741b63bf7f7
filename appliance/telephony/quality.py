"""From the RTCP figures that a SIP channel leaves at its hangup to how the leg sounded. Pure.

Asterisk counts what it receives, and brings its loss up to date only when it sends a report, every 5 s; what the other
end receives it knows from that one's reports. So a side without a report is not known, whatever number stands there:
the marks of that are the media experience scores (MES), which are 0 until the first report (res_rtp_asterisk.c,
`update_local_mes_stats`, `update_reported_mes_stats`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from appliance.api.contract import LegQuality
from appliance.site.exchange import RTCP, Mark
from appliance.telephony.channels import Channel
from appliance.telephony.emodel import CODECS, score
from appliance.telephony.facts import Facts

PACKET = 0.020
"""Seconds of speech in a packet, which the sender waits for."""
BUFFER = 0.020
"""Seconds that a phone holds speech back at least; more when packets come unevenly: twice the jitter."""
_LONGEST = 60.0
"""Seconds; a larger jitter or round trip is a broken clock."""


def quality_of(facts: Facts) -> tuple[LegQuality, ...]:
    """The legs of a call that left their figures, in the order in which they ended."""
    channels = {channel.uniqueid: channel for channel in (facts.caller, *facts.callees)}
    found = []
    for event in facts.cel:
        if event.type == Mark.QUALITY and (channel := channels.get(event.uniqueid)) is not None:
            leg = read(event.at, channel, str(event.said().get("extra", "")))
            if leg is not None:
                found.append(leg)
    return tuple(found)


def read(at: float, channel: Channel, text: str) -> LegQuality | None:
    """What one mark's text says; None when nothing was sent or received, or it makes no sense."""
    codec, *parts = text.split("|")
    if len(parts) != len(RTCP):
        return None
    totals, jitters, trips = (_numbers(part) for part in parts)
    received, sent = totals.get("rxcount", 0.0), totals.get("txcount", 0.0)
    if not received and not sent:
        return None
    reports, reported = totals.get("txmes", 0.0) > 0, totals.get("rxmes", 0.0) > 0
    round_trip = _seconds(trips.get("avgrtt")) or None
    name = codec.strip("()").partition("|")[0]
    ways = {}
    for way, known, packets, lost, jitter in (
        ("from", reports and received > 0, None, totals.get("lp"), jitters.get("avgrxjitter")),
        ("to", reported and sent > 0, sent, totals.get("rlp"), jitters.get("avgtxjitter")),
    ):
        loss = _share(lost, packets, received) if known else None
        uneven = _seconds(jitter) if known else None
        ways |= {f"{way}_loss": loss, f"{way}_jitter": uneven, f"{way}_mos": _mos(name, loss, uneven, round_trip)}
    marks = [mos for way in ("from", "to") if (mos := ways[f"{way}_mos"]) is not None]
    return LegQuality(
        at=at,
        channel=channel.name,
        party=channel.trunk or channel.endpoint,
        trunk=channel.trunk is not None,
        codec=name,
        round_trip=round_trip,
        mos=min(marks, default=None),
        **ways,
    )


def _numbers(part: str) -> Mapping[str, float]:
    """`ssrc=1;themssrc=2;lp=0` as numbers."""
    found = {}
    for pair in part.split(";"):
        name, _, value = pair.strip().partition("=")
        try:
            number = float(value)
        except ValueError:
            continue
        if math.isfinite(number) and number >= 0:
            found[name] = number
    return found


def _share(lost: float | None, sent: float | None, received: float) -> float | None:
    """`lost` of all: of what was sent, or of what arrived and what did not. A phone's count of 24 bits may be
    negative (RFC 3550, 6.4.1): more arrived than was sent, so nothing is missing."""
    if lost is None:
        return None
    if lost >= 2**23:
        lost = 0.0
    everything = sent if sent is not None else received + lost
    return min(lost / everything, 1.0) if everything else None


def _seconds(value: float | None) -> float | None:
    return value if value is not None and value < _LONGEST else None


def _mos(codec: str, loss: float | None, jitter: float | None, round_trip: float | None) -> float | None:
    """Without a round trip the way through the network is not in it."""
    if loss is None or codec not in CODECS:
        return None
    delay = (round_trip or 0.0) / 2 + PACKET + max(BUFFER, 2 * (jitter or 0.0))
    return round(score(CODECS[codec], delay=1000 * delay, loss=loss), 2)
