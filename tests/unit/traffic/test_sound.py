"""What SIPp's callers and phones send."""

import math
import struct

import pytest

from images.traffic.audio import Key, a_law, rtp, tone


def expand(code: int) -> int:
    """ITU-T G.711 read backwards: the middle of the step that an A-law byte stands for."""
    code ^= 0x55
    segment, step = code >> 4 & 7, code & 0x0F
    magnitude = (step << 4) + 8 if segment == 0 else ((step << 4) + 0x108) << (segment - 1)
    return magnitude if code & 0x80 else -magnitude


@pytest.mark.parametrize("sample", [0, 1, -1, 100, -100, 1000, -1000, 12345, -12345, 32767, -32768])
def test_a_law_keeps_a_sample_to_a_thirtieth(sample: int) -> None:
    assert expand(a_law(sample)) == pytest.approx(sample, rel=1 / 30, abs=9)


def test_a_tone_goes_round_without_a_step() -> None:
    samples = [expand(byte) for byte in b"".join(tone(440) * 2)]
    wave = [32767 * 0.3 * math.sin(2 * math.pi * 440 * n / 8000) for n in range(len(samples))]
    assert all(abs(is_ - ought) < 400 for is_, ought in zip(samples, wave, strict=True))


def test_a_tone_that_would_crackle_is_refused() -> None:
    with pytest.raises(ValueError, match="445 Hz"):
        tone(445)


def test_a_key_lies_in_the_tone_as_one_stream() -> None:
    packets = list(rtp(440, 2.0, [Key(1.0, "5")], ssrc=7))
    heads = [struct.unpack("!BBHII", packet[:12]) for _, packet in packets]

    assert {head[4] for head in heads} == {7}, "one telephone, one SSRC"
    assert [head[2] for head in heads] == list(range(heads[0][2], heads[0][2] + len(heads))), "no gap in the numbers"
    key = [(at, packet, head) for (at, packet), head in zip(packets, heads, strict=True) if head[1] & 0x7F == 101]
    assert len({head[3] for _, _, head in key}) == 1, "a key has the time of its beginning (RFC 4733)"
    assert [head[1] >> 7 for _, _, head in key] == [1] + [0] * (len(key) - 1)
    assert {packet[12] for _, packet, _ in key} == {5}
    assert [packet[13] >> 7 for _, packet, _ in key][-4:] == [0, 1, 1, 1], "its end is said three times"
    assert key[0][0] == 1.0
    tones = [head[3] for head in heads if head[1] & 0x7F == 8]
    assert len(tones) == 100 - len(key)
    assert all(stamp % 160 == 0 for stamp in tones)
