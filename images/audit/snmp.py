"""SNMPv2c GetRequest for sysDescr by hand (RFC 3416): does anybody answer to a community that everybody knows?

`python -m images.audit.snmp QUESTION` gives the communities that were answered.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Sequence
from typing import TypedDict

PORT = 161
SECONDS = 1.0
_SYSTEM_DESCRIPTION = bytes.fromhex("06082b06010201010100")


class Question(TypedDict):
    """Who asks whom with which communities."""

    source: str
    target: str
    communities: list[str]


def request(community: str) -> bytes:
    """The packet."""
    binding = _tagged(0x30, _SYSTEM_DESCRIPTION + b"\x05\x00")
    asked = _tagged(0xA0, b"\x02\x01\x01\x02\x01\x00\x02\x01\x00" + _tagged(0x30, binding))
    return _tagged(0x30, b"\x02\x01\x01" + _tagged(0x04, community.encode()) + asked)


def answered(question: Question) -> list[str]:
    """The communities that somebody answered to."""
    found = []
    for community in question["communities"]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.bind((question["source"], 0))
            line.settimeout(SECONDS)
            line.sendto(request(community), (question["target"], PORT))
            try:
                line.recv(65536)
            except OSError:  # TimeoutError is one, and a port that says it is closed another
                continue
            found.append(community)
    return found


def _tagged(tag: int, content: bytes) -> bytes:
    return bytes((tag, len(content))) + content


def main(argv: Sequence[str]) -> int:
    """Answer one question."""
    print(json.dumps(answered(json.loads(argv[0]))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
