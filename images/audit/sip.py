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
from dataclasses import dataclass, field
from typing import TypedDict

CHALLENGED = 401
SECONDS = 1.0
"""A box in the same room answers in milliseconds."""


class Question(TypedDict):
    """Who asks whom, with which user names and passwords."""

    source: str
    target: str
    port: int
    logins: list[tuple[str, str]]


@dataclass(frozen=True)
class Registration:
    """One REGISTER of one user, with its challenge."""

    line: socket.socket
    target: tuple[str, int]
    user: str
    call: str = field(default_factory=lambda: secrets.token_hex(8))

    def status(self, password: str) -> int | None:
        """The SIP status of the last answer; None when nobody answered."""
        challenge = self._ask(1, "")
        if challenge is None or _status(challenge) != CHALLENGED:
            return None if challenge is None else _status(challenge)
        answer = self._ask(2, self._authorization(challenge, password))
        return None if answer is None else _status(answer)

    def _authorization(self, challenge: str, password: str) -> str:
        header = challenge[challenge.lower().index("www-authenticate:") :]
        words = dict(re.findall(r'(\w+)="?([^",\r\n]*)', header))
        uri = f"sip:{self.target[0]}"
        person = _md5(f"{self.user}:{words['realm']}:{password}")
        nonce, more = words["nonce"], ""
        if "qop" in words:
            nonce = f"{nonce}:00000001:{self.call}:auth"
            more = f', qop=auth, nc=00000001, cnonce="{self.call}"'
        if "opaque" in words:
            more += f', opaque="{words["opaque"]}"'
        response = _md5(f"{person}:{nonce}:{_md5(f'REGISTER:{uri}')}")
        return (
            f'Authorization: Digest username="{self.user}", realm="{words["realm"]}", nonce="{words["nonce"]}", '
            f'uri="{uri}", response="{response}", algorithm=MD5{more}\r\n'
        )

    def _ask(self, number: int, authorization: str) -> str | None:
        host, port = self.line.getsockname()
        server, branch = self.target[0], f"z9hG4bK{secrets.token_hex(6)}"
        self.line.sendto(
            (
                f"REGISTER sip:{server} SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};branch={branch};rport\r\n"
                f"Max-Forwards: 70\r\nFrom: <sip:{self.user}@{server}>;tag={self.call}\r\n"
                f"To: <sip:{self.user}@{server}>\r\nCall-ID: {self.call}\r\nCSeq: {number} REGISTER\r\n"
                f"Contact: <sip:{self.user}@{host}:{port}>\r\nExpires: 60\r\n"
                f"{authorization}Content-Length: 0\r\n\r\n"
            ).encode(),
            self.target,
        )
        try:
            while True:
                text = self.line.recv(65536).decode(errors="replace")
                # Others come too: the box asks what it registered whether it is there.
                if text.startswith("SIP/2.0 ") and f"Call-ID: {self.call}" in text and f"CSeq: {number} " in text:
                    return text
        except TimeoutError:
            return None


def try_logins(question: Question) -> list[int | None]:
    """The status of each login, in order."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((question["source"], 0))
        line.settimeout(SECONDS)
        target = (question["target"], question["port"])
        return [Registration(line, target, user).status(password) for user, password in question["logins"]]


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
