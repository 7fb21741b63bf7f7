"""Which phones take a call when they are told to: SIP's event `talk`, as BroadSoft's access-side extensions have it.

A phone says so by `Allow-Events: talk` while it rings, which Asterisk does not hand on; so it is known by what it calls
itself when it registers. One that is not here is never told: some answer a NOTIFY that they do not know with 481, which
ends the call that rings (RFC 3261, 12.2.1.2).
"""

from __future__ import annotations

TALKS = (
    "aastra",
    "audiocodes",
    "audc",
    "cisco",
    "fanvil",
    "gigaset",
    "grandstream",
    "htek",
    "mitel",
    "panasonic",
    "poly",
    "snom",
    "yealink",
)
"""How the names of these makers' phones begin, in small letters."""


def takes_calls_when_told(user_agent: str) -> bool:
    """Whether a phone that registered under this SIP User-Agent knows the event."""
    return user_agent.strip().lower().startswith(TALKS)
