"""branchbox-gate: the wiring. Runs once after each start, as root."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from appliance.site.problems import BranchboxError
from provisioning.booted import Booted, booted
from provisioning.bootgate import questions
from provisioning.bootgate.gate import Box, pass_or_leave
from provisioning.bootgate.verdict import Here
from provisioning.journal import to_journal
from provisioning.run import run
from provisioning.updates.rauc import Rauc
from provisioning.updates.records import Records
from provisioning.updates.sources import Disk

VERDICT = Path("/run/branchbox/gate.done")
"""Its absence long after the start tells the plain shell tools that this program did not get this far."""


def restart() -> None:
    """Leave this system. Raises CommandFailed."""
    run(["systemctl", "--no-wall", "--message=the gate: back to the system before", "reboot"], timeout=60)


def other_can_start(box: Booted, rauc: Rauc) -> bool:
    """Whether there is a system to go back to; no when nobody can tell."""
    try:
        fit = any(half.boot == box.other and half.good and half.whole for half in rauc.halves())
        return fit and Disk().filled(box.other)
    except BranchboxError:
        return False


def main() -> None:
    """Find out where we are, then examine."""
    to_journal("branchbox-gate")
    box, rauc = booted(), Rauc()
    version = metadata.version("branchbox")
    here = Here(box.slot, box.version, other_can_start(box, rauc)) if box else Here(None, version)
    ways = Box(questions.services, questions.given_up, questions.exchange, questions.calls_up, rauc, restart, VERDICT)
    pass_or_leave(ways, here, Records())


if __name__ == "__main__":
    main()
