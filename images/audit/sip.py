"""REGISTER by hand (RFC 3261, RFC 2617), from an address of one's own: for attacks on a box of ours.

`python -m images.audit.sip QUESTION` tries each login of the question once; see `Question`.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import socket
import sys
from collections.abc import Sequence
from typing import TypedDict

SECONDS = 1.0
"""A box in the same room answers in milliseconds."""


class Question(TypedDict):
    """Who asks whom, with which user names and passwords."""

    source: str
    target: str
    port: int
    logins: list[tuple[str, str]]


def register(line: socket.socket, target: tuple[str, int], user: str, password: str) -> int | None:
    """Register once. The SIP status of the last answer; None when nobody answered."""
    call = secrets.token_hex(8)
    challenge = _ask(line, target, user, call, 1, "")
    if challenge is None or _status(challenge) != 401:
        return None if challenge is None else _status(challenge)
    words = dict(re.findall(r'(\w+)="?([^",\r\n]*)', challenge[challenge.lower().index("www-authenticate:") :]))
    uri = f"sip:{target[0]}"
    begun = _md5(f"{user}:{words['realm']}:{password}")
    nonce = f"{words['nonce']}:00000001:{call}:auth" if "qop" in words else words["nonce"]
    response = _md5(f"{begun}:{nonce}:{_md5(f'REGISTER:{uri}')}")
    quality = f', qop=auth, nc=00000001, cnonce="{call}"' if "qop" in words else ""
    opaque = f', opaque="{words["opaque"]}"' if "opaque" in words else ""
    answer = _ask(
        line,
        target,
        user,
        call,
        2,
        f'Authorization: Digest username="{user}", realm="{words["realm"]}", nonce="{words["nonce"]}", uri="{uri}", '
        f'response="{response}", algorithm=MD5{quality}{opaque}\r\n',
    )
    return None if answer is None else _status(answer)


def try_logins(question: Question) -> list[int | None]:
    """The status of each login, in order."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((question["source"], 0))
        line.settimeout(SECONDS)
        return [register(line, (question["target"], question["port"]), *login) for login in question["logins"]]


def _ask(
    line: socket.socket, target: tuple[str, int], user: str, call: str, number: int, authorization: str
) -> str | None:
    host, port = line.getsockname()
    line.sendto(
        (
            f"REGISTER sip:{target[0]} SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{secrets.token_hex(6)};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{user}@{target[0]}>;tag={call}\r\nTo: <sip:{user}@{target[0]}>\r\n"
            f"Call-ID: {call}\r\nCSeq: {number} REGISTER\r\nContact: <sip:{user}@{host}:{port}>\r\nExpires: 60\r\n"
            f"{authorization}Content-Length: 0\r\n\r\n"
        ).encode(),
        target,
    )
    try:
        while True:
            text = line.recv(65536).decode(errors="replace")
            # Others may still be on their way: the box also asks what it registered whether it is there.
            if text.startswith("SIP/2.0 ") and f"Call-ID: {call}" in text and f"CSeq: {number} " in text:
                return text
    except TimeoutError:
        return None


def _status(answer: str) -> int:
    return int(answer.split()[1])


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def main(argv: Sequence[str]) -> int:
    """Answer one question."""
    print(json.dumps(try_logins(json.loads(argv[0]))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
