"""Who tries to get in: failed logins by SSH and at the console, read from the journal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from systemd import journal

from appliance.health.check import Measured

WINDOW = 600.0
"""Seconds of which failures are counted."""
SPEAKERS = ("sshd", "sshd-session", "login", "kmscon")
FAILED = re.compile(r"^(?:Failed \S+ for|FAILED LOGIN|error: PAM: Authentication failure)")
_FROM = re.compile(r" from (\S+)")


def of_journal(since: float) -> list[str]:
    """What those who check passwords wrote since then (epoch seconds)."""
    with journal.Reader() as reader:
        reader.log_level(journal.LOG_INFO)
        for speaker in SPEAKERS:
            reader.add_match(SYSLOG_IDENTIFIER=speaker)
        reader.seek_realtime(since)
        return [str(entry.get("MESSAGE", "")) for entry in reader]


def failures(read: Callable[[float], Iterable[str]], now: float) -> Measured:
    """How many in the last ten minutes, and where most came from."""
    lines = [line for line in read(now - WINDOW) if FAILED.match(line)]
    places = Counter(found[1] for line in lines if (found := _FROM.search(line)))
    most = places.most_common(1)[0][0] if places else "-"
    return Measured(float(len(lines)), {"value": str(len(lines)), "most": most}, extent=float(len(lines)))
