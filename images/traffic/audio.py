"""A-law tones and keys as RTP in a capture file, which SIPp plays as one stream.

SIPp can stream a file and can play DTMF, but not both from one port with one SSRC, which is what
a telephone does and what an exchange accepts. So the whole stream of a caller (tone, key, tone) is
written as packets here: RFC 3550, RFC 4733 for the keys, G.711 A-law at 8000 Hz in 20 ms packets.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PACKET_SAMPLES = 160
PACKETS_PER_SECOND = 50
TONE_STEP_HZ = 10
"""Tones are multiples of this, so that a whole number of packets holds whole periods."""
A_LAW = 8
TELEPHONE_EVENT = 101
KEYS = "0123456789*#"
KEY_PACKETS = 8
"""A key is held for this many packets: 160 ms."""


@dataclass(frozen=True)
class Key:
    """A key pressed `at` seconds after the stream began."""

    at: float
    symbol: str


def a_law(sample: int) -> int:
    """One 16-bit sample as A-law (ITU-T G.711, table 1a)."""
    magnitude = (sample if sample >= 0 else -sample - 1) >> 3
    segment = max(magnitude.bit_length() - 5, 0)
    code = segment << 4 | (magnitude >> max(segment, 1)) & 0x0F
    return code ^ (0xD5 if sample >= 0 else 0x55)


def tone(frequency: int, amplitude: float = 0.3) -> tuple[bytes, ...]:
    """The payloads of a continuous tone, to be sent round and round. Hz, a multiple of `TONE_STEP_HZ`."""
    if frequency % TONE_STEP_HZ or not 0 < frequency < 4000:
        raise ValueError(f"{frequency} Hz is no multiple of {TONE_STEP_HZ} below 4000")
    count = 8000 // TONE_STEP_HZ
    wave = bytes(a_law(round(32767 * amplitude * math.sin(2 * math.pi * frequency * n / 8000))) for n in range(count))
    return tuple(wave[i : i + PACKET_SAMPLES] for i in range(0, count, PACKET_SAMPLES))


def _key_payloads(symbol: str) -> Iterator[bytes]:
    event = KEYS.index(symbol)
    for packet in range(1, KEY_PACKETS + 1):
        yield struct.pack("!BBH", event, 10, packet * PACKET_SAMPLES)
    for _ in range(2):  # RFC 4733, 2.5.1.4: the end is sent three times
        yield struct.pack("!BBH", event, 0x80 | 10, KEY_PACKETS * PACKET_SAMPLES)
    yield struct.pack("!BBH", event, 0x80 | 10, KEY_PACKETS * PACKET_SAMPLES)


def rtp(frequency: int, seconds: float, keys: Sequence[Key] = (), *, ssrc: int) -> Iterator[tuple[float, bytes]]:
    """The packets of a stream, each with its time in seconds from the beginning."""
    payloads = tone(frequency)
    due = {round(key.at * PACKETS_PER_SECOND): key.symbol for key in keys}
    sequence = ssrc & 0x3FFF
    slot, last = 0, round(seconds * PACKETS_PER_SECOND)
    while slot < last:
        stamp = slot * PACKET_SAMPLES
        if slot in due:
            for number, payload in enumerate(_key_payloads(due[slot])):
                marker = 0x80 if number == 0 else 0
                header = struct.pack("!BBHII", 0x80, marker | TELEPHONE_EVENT, sequence & 0xFFFF, stamp, ssrc)
                yield (slot + number) / PACKETS_PER_SECOND, header + payload
                sequence += 1
            slot += KEY_PACKETS + 3
        else:
            header = struct.pack("!BBHII", 0x80, A_LAW, sequence & 0xFFFF, stamp, ssrc)
            yield slot / PACKETS_PER_SECOND, header + payloads[slot % len(payloads)]
            sequence += 1
            slot += 1


_ETHERNET = bytes(12) + b"\x08\x00"
_CAPTURE_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


def write_capture(path: Path, packets: Iterator[tuple[float, bytes]]) -> None:
    """Write packets as a pcap file; addresses and ports are filled in by who plays it."""
    with path.open("wb") as out:
        out.write(_CAPTURE_HEADER)
        for at, packet in packets:
            udp = struct.pack("!HHHH", 6000, 6000, 8 + len(packet), 0) + packet
            ip = struct.pack("!BBHHHBBHII", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, 0, 0)
            frame = _ETHERNET + ip + udp
            seconds, micros = divmod(round((at + 1) * 1_000_000), 1_000_000)  # SIPp takes time 0 for "not begun"
            out.write(struct.pack("<IIII", seconds, micros, len(frame), len(frame)) + frame)
