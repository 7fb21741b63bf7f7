"""A carrier that answers every OPTIONS and takes no call: what it does is in the number called.

usage: stubborn_carrier.py ADDRESS PORT; run in the operator's namespace. Nothing but the standard library.
"""

from __future__ import annotations

import re
import socket
import sys

ANSWERS = {"10086": "503 Service Unavailable", "10000": "486 Busy Here", "12345": "404 Not Found"}
"""By number; `SILENT` gets no answer at all, every other number 503 too."""
SILENT = "10010"


def answer(request: str) -> str | None:
    """The response to a request, without a body."""
    method, target = request.split(" ", 2)[:2]
    if method == "ACK":
        return None
    user = target.removeprefix("sip:").partition("@")[0]
    if method == "INVITE" and user == SILENT:
        return None
    status = ANSWERS.get(user, ANSWERS["10086"]) if method == "INVITE" else "200 OK"
    kept = re.findall(r"^(?:Via|From|Call-ID|CSeq): .*$", request, re.MULTILINE | re.IGNORECASE)
    to = re.search(r"^To: .*$", request, re.MULTILINE | re.IGNORECASE)
    lines = [f"SIP/2.0 {status}", *(line.rstrip() for line in kept), f"{to[0].rstrip() if to else ''};tag=stubborn"]
    return "\r\n".join([*lines, "Content-Length: 0", "", ""])


def main() -> None:
    """Until it is ended."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((sys.argv[1], int(sys.argv[2])))
        while True:
            data, sender = line.recvfrom(65536)
            said = answer(data.decode(errors="replace"))
            if said is not None:
                line.sendto(said.encode(), sender)


if __name__ == "__main__":
    main()
