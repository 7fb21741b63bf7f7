"""How well people hear each other, by the E-model: ITU-T G.107 (06/2015) for G.711, G.107.1 for G.722. Pure.

The symbols are the Recommendation's. What a SIP network can do to a call (delay, loss, codec) is asked for; loudness,
noise and echo are G.107's default values (its table 2), which come to R = 93.2 without any loss or delay.

A figure is an estimate on the scale of its own codec: 4.4 is the best that A-law can be, and G.722's best is as high
on the scale of wide-band listeners, though it sounds better (docs/decisions/0037).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log10, sqrt

_SLR, _RLR, _STMR, _LSTR, _DS = 8.0, 2.0, 15.0, 18.0, 3.0
_TELR, _WEPL, _QDU = 65.0, 110.0, 1.0
_NC, _NFOR, _PS, _PR = -70.0, -64.0, 35.0, 35.0
"""Default values, G.107 table 2: loudness and side tone, echo, quantization, noise."""
_WIDE = 1.29
"""The scale of R reaches 129 for wide-band speech (G.107.1, annex A)."""


@dataclass(frozen=True)
class Codec:
    """What a codec does to speech: `ie` without loss; `bpl` how well it bears loss (G.113, appendices I and IV)."""

    ie: float
    bpl: float
    wide: bool = False


G711 = Codec(0, 25.1)
"""A-law and mu-law on phones that conceal loss (G.711 appendix I), as all of today's do."""
G711_BARE = Codec(0, 4.3)
"""The same on what does not conceal it."""
G722 = Codec(13, 4.3, wide=True)
"""64 kbit/s. G.113 has no value of `bpl` for it that fits all phones: the cautious one of G.711 stands in."""

CODECS = {"alaw": G711, "ulaw": G711, "g722": G722}
"""By Asterisk's names."""


def rating(codec: Codec, *, delay: float = 0.0, loss: float = 0.0) -> float:
    """R of G.107 (7-1). `delay` is milliseconds from mouth to ear, `loss` a share (0 to 1), lost at random."""
    effective = equipment(codec, loss)
    if codec.wide:
        return 129 - _talker_echo(delay) - _listener_echo(delay) - _delay_alone(delay) - effective
    together = _SIGNAL - _simultaneous(delay)
    return together - _talker_echo(delay) - _listener_echo(delay) - _delay_alone(delay) - effective


def equipment(codec: Codec, loss: float) -> float:
    """Ie,eff (7-29): what codec and loss take away."""
    percent = 100 * min(max(loss, 0.0), 1.0)
    return codec.ie + (95 - codec.ie) * percent / (percent + codec.bpl)


def opinion(rating_: float) -> float:
    """MOS, 1 (bad) to 4.5, of a rating (annex B)."""
    if rating_ <= 0:
        return 1.0
    if rating_ >= 100:
        return 4.5
    # Below 6.5 the cubic dips under 1, the worst mark that there is.
    return max(1.0, 1 + 0.035 * rating_ + rating_ * (rating_ - 60) * (100 - rating_) * 7e-6)


def score(codec: Codec, *, delay: float = 0.0, loss: float = 0.0) -> float:
    """MOS of a connection; as for `rating`."""
    found = rating(codec, delay=delay, loss=loss)
    return opinion(found / _WIDE if codec.wide else found)


# --- within: 7.2 to 7.4 --------------------------------------------------------------------


def _power(*levels: float) -> float:
    return 10 * log10(sum(10 ** (level / 10) for level in levels))


def _noise() -> float:
    """No (7-3)."""
    olr = _SLR + _RLR
    nos = _PS - _SLR - _DS - 100 + 0.004 * (_PS - olr - _DS - 14) ** 2
    pre = _PR + 10 * log10(1 + 10 ** ((10 - _LSTR) / 10))
    nor = _RLR - 121 + pre + 0.008 * (pre - 35) ** 2
    return _power(_NC, nos, nor, _NFOR + _RLR)


_NOISE = _noise()
_SIGNAL = 15 - 1.5 * (_SLR + _NOISE)
"""Ro (7-2)."""


def _simultaneous(delay: float) -> float:
    """Is (7-8)."""
    x = _SLR + _RLR + 0.2 * (64 + _NOISE - _RLR)
    loudness: float = 20 * ((1 + (x / 8) ** 8) ** (1 / 8) - x / 8)
    stmr = -10 * log10(10 ** (-_STMR / 10) + exp(-delay / 4) * 10 ** (-_TELR / 10))
    side_tone: float = (
        12 * (1 + ((stmr - 13) / 6) ** 8) ** (1 / 8)
        - 28 * (1 + ((stmr + 1) / 19.4) ** 35) ** (1 / 35)
        - 13 * (1 + ((stmr - 3) / 33) ** 13) ** (1 / 13)
        + 29
    )
    q = 37 - 15 * log10(_QDU)
    g = 1.07 + 0.258 * q + 0.0602 * q**2
    y, z = (_SIGNAL - 100) / 15 + 46 / 8.4 - g / 9, 46 / 30 - g / 40
    quantization: float = 15 * log10(1 + 10**y + 10**z)
    return loudness + side_tone + quantization


def _talker_echo(delay: float) -> float:
    """Idte (7-19): one's own voice coming back."""
    roe = -1.5 * (_NOISE - _RLR)
    terv = _TELR - 40 * log10((1 + delay / 10) / (1 + delay / 150)) + 6 * exp(-0.3 * delay**2)
    re = 80 + 2.5 * (terv - 14)
    return ((roe - re) / 2 + sqrt((roe - re) ** 2 / 4 + 100) - 1) * (1 - exp(-delay))


def _listener_echo(delay: float) -> float:
    """Idle (7-25), over the loop, which is twice as long."""
    rle: float = 10.5 * (_WEPL + 7) * (2 * delay + 1) ** -0.25
    return (_SIGNAL - rle) / 2 + sqrt((_SIGNAL - rle) ** 2 / 4 + 169)


def _delay_alone(delay: float) -> float:
    """Idd (7-27): talking at the same time, from 100 ms on."""
    if delay <= 100:
        return 0.0
    x = log10(delay / 100) / log10(2)
    impairment: float = 25 * ((1 + x**6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2)
    return impairment
