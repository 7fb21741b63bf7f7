"""The one program that health starts: Net-SNMP's own, which hands a notification to snmpd."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

PROGRAM = "/usr/bin/agentxtrap"
SECONDS = 5.0
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MIBS": "", "SNMP_PERSISTENT_FILE": "/dev/null"}
"""No MIB is read: everything is said by number."""


class NotSent(Exception):
    """snmpd did not take it."""


def agentxtrap(words: Sequence[str]) -> None:
    """Hand one notification over. Raises NotSent with the program's words."""
    try:
        done = subprocess.run(  # noqa: S603  (one program, words made here)
            [PROGRAM, *words], capture_output=True, timeout=SECONDS, check=False, env=ENVIRONMENT
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotSent(str(error)) from error
    if done.returncode:
        raise NotSent(done.stderr.decode(errors="replace").strip()[-300:])
