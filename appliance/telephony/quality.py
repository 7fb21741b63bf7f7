"""From the RTCP figures that a SIP channel leaves at its hangup to how the leg sounded. Pure.

Asterisk counts what it receives, and brings its loss up to date only when it sends a report, every 5 s; what the other
end receives it knows from that one's reports. So a side without a report is not known, whatever number stands there:
the marks of that are the media experience scores (MES), which are 0 until the first report (res_rtp_asterisk.c,
`update_local_mes_stats`, `update_reported_mes_stats`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

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
    found: list[tuple[Channel, LegQuality]] = []
    for event in facts.cel:
        if event.type == Mark.QUALITY and (channel := channels.get(event.uniqueid)) is not None:
            leg = read(event.at, channel, str(event.said().get("extra", "")))
            if leg is not None:
                found.append((channel, leg))
    return tuple(_own(leg, [other.from_loss for far, other in found if _met(channel, far)]) for channel, leg in found)


def _met(channel: Channel, other: Channel) -> bool:
    """Whether the two were ever in one bridge."""
    return channel is not other and bool(channel.visits.keys() & other.visits.keys())


def _own(leg: LegQuality, before: Sequence[float | None]) -> LegQuality:
    """The leg with `to_loss` of its own alone. Asterisk hands the gaps in the numbers of packets on (`rtp_raw_write`,
    `bridge_p2p_rtp_write`), so what was lost `before` it, on the way from whom it talked with, is reported here too."""
    known = [loss for loss in before if loss]
    if leg.to_loss is None or not known:
        return leg
    arrived = 1 - min(sum(known) / len(known), 0.99)
    to_loss = round(max(0.0, 1 - (1 - leg.to_loss) / arrived), 6)
    to_mos = _mos(leg.codec, to_loss, leg.to_jitter, leg.round_trip)
    return leg.model_copy(update={"to_loss": to_loss, "to_mos": to_mos, "mos": _worse(leg.from_mos, to_mos)})


def _worse(*marks: float | None) -> float | None:
    return min((mos for mos in marks if mos is not None), default=None)


def read(at: float, channel: Channel, text: str) -> LegQuality | None:
    """What one mark's text says; None when nothing was sent or received, or it makes no sense."""
    codec, *parts = text.split("|")
    if len(parts) != len(RTCP):
        return None
    totals = {name: _number(value) for name, _, value in (pair.partition("=") for pair in parts[0].split(";"))}
    from_jitter, to_jitter, trip = (_seconds(_number(part)) for part in parts[1:])
    received, sent = totals.get("rxcount") or 0.0, totals.get("txcount") or 0.0
    if not received and not sent:
        return None
    lost, reported_lost = totals.get("lp"), totals.get("rlp")
    from_known = bool(received and totals.get("txmes"))
    to_known = bool(sent and totals.get("rxmes"))
    from_loss = _share(lost, received + (lost or 0.0)) if from_known else None
    to_loss = _share(reported_lost, sent) if to_known else None
    name, round_trip = codec.strip("()").partition("|")[0], trip or None
    from_mos = _mos(name, from_loss, from_jitter, round_trip)
    to_mos = _mos(name, to_loss, to_jitter, round_trip)
    return LegQuality(
        at=at,
        channel=channel.name,
        party=channel.trunk or channel.endpoint,
        trunk=channel.trunk is not None,
        codec=name,
        from_loss=from_loss,
        from_jitter=from_jitter if from_known else None,
        from_mos=from_mos,
        to_loss=to_loss,
        to_jitter=to_jitter if to_known else None,
        to_mos=to_mos,
        round_trip=round_trip,
        mos=_worse(from_mos, to_mos),
    )


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _share(lost: float | None, everything: float) -> float | None:
    """`lost` of all. A count of 24 bits may be negative (RFC 3550, 6.4.1): more arrived than was sent, nothing is
    missing."""
    if lost is None:
        return None
    return min(lost / everything, 1.0) if lost < 2**23 else 0.0


def _seconds(value: float | None) -> float | None:
    return value if value is not None and value < _LONGEST else None


def _mos(codec: str, loss: float | None, jitter: float | None, round_trip: float | None) -> float | None:
    """Without a round trip the way through the network is not in it."""
    if loss is None or codec not in CODECS:
        return None
    delay = (round_trip or 0.0) / 2 + PACKET + max(BUFFER, 2 * (jitter or 0.0))
    return round(score(CODECS[codec], delay=1000 * delay, loss=loss), 2)
