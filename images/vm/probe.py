"""When a machine can take its first call: a caller who tries again and again until one is answered.

SIPp would repeat one call at growing intervals, up to 4 s (RFC 3261, timer A); this asks twice a second.
Run as a program in the operator's namespace: `python probe.py FROM TO NUMBER SECONDS`.
"""

from __future__ import annotations

import socket
import sys
import time
from dataclasses import dataclass

EVERY = 0.5
SIP = 5060
AUDIO = 39000
"""Where the caller would listen."""


@dataclass(frozen=True)
class Line:
    """Between which addresses, and the number that is called."""

    here: str
    there: str
    number: str

    def message(self, method: str, call: str, *, tag: str = "", body: str = "") -> bytes:
        """One request of a call; `tag` is what the other side added to To."""
        lines = [
            f"{method} sip:{self.number}@{self.there} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.here}:{SIP + 1};branch=z9hG4bK-{call}-{method}",
            f"From: <sip:probe@{self.here}>;tag={call}",
            f"To: <sip:{self.number}@{self.there}>{tag}",
            f"Call-ID: {call}",
            f"CSeq: {2 if method == 'BYE' else 1} {method}",
            f"Contact: <sip:probe@{self.here}:{SIP + 1}>",
            "Max-Forwards: 70",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    @property
    def offer(self) -> str:
        """A-law, to us."""
        here = f"IN IP4 {self.here}"
        return f"v=0\r\no=- 1 1 {here}\r\ns=-\r\nc={here}\r\nt=0 0\r\nm=audio {AUDIO} RTP/AVP 8\r\n"


def header(reply: bytes, name: str) -> str:
    """A header of a reply; empty when it is not there."""
    for line in reply.decode(errors="replace").split("\r\n"):
        key, _, value = line.partition(":")
        if key.strip().lower() == name:
            return value.strip()
    return ""


def answered(line: Line, seconds: float) -> bool:
    """Whether a call was answered in time; it is hung up at once.

    It is one call that is asked for again: of several, those that were answered late would stay up and keep
    agents busy.
    """
    deadline = time.monotonic() + seconds
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.bind((line.here, SIP + 1))
        call = f"probe-{time.time_ns()}"
        while time.monotonic() < deadline:
            again = time.monotonic() + EVERY
            try:
                wire.sendto(line.message("INVITE", call, body=line.offer), (line.there, SIP))
                while (left := again - time.monotonic()) > 0:
                    wire.settimeout(left)
                    reply = wire.recv(65536)
                    status = int(reply[8:11])
                    if status < 200 or header(reply, "call-id") != call or not header(reply, "cseq").endswith("INVITE"):
                        continue
                    tag = header(reply, "to").partition(">")[2]
                    wire.sendto(line.message("ACK", call, tag=tag), (line.there, SIP))
                    if status == 200:
                        wire.sendto(line.message("BYE", call, tag=tag), (line.there, SIP))
                        return True
                    call = f"probe-{time.time_ns()}"  # refused: the next one is another call
            except OSError:  # nobody there yet, or nothing said in time
                time.sleep(max(0.0, again - time.monotonic()))
    return False


if __name__ == "__main__":
    sys.exit(0 if answered(Line(*sys.argv[1:4]), float(sys.argv[4])) else 1)
