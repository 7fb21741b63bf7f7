"""`python -m provisioning.install`: the transient unit that installs; started by branchbox-host, in setup mode only.

Reads the order, does it, tells how far it is. When all is done it waits for the stick to be pulled and restarts the
machine: its own system was on that stick, so nothing but the kernel is asked any more.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from appliance.api.disks import InstallPhase
from appliance.site.problems import BranchboxError, Problem
from provisioning.booted import started
from provisioning.install import progress
from provisioning.install.plan import Order
from provisioning.install.progress import Progress
from provisioning.install.work import Work
from provisioning.journal import to_journal

LOG = logging.getLogger("branchbox.install")
_ALL_NOW_AND_LATER = 3
"""MCL_CURRENT | MCL_FUTURE of mlockall(2)."""


def main() -> int:
    """Install, then wait for the stick to go. Exit code 1 when the installation failed."""
    to_journal("branchbox-install")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    here = started()
    if here is None or here.mode != "setup":
        LOG.error("this box was not started from the stick: nothing is installed")
        return 1
    order = Order.model_validate_json(progress.ORDER.read_text())
    telling = Progress(order.steps)
    problem = _install(order, telling)
    if problem is not None:
        LOG.error("%s", problem)
        telling.end(InstallPhase.FAILED, problem)
        return 1
    telling.end(InstallPhase.DONE)
    _restart_when_pulled(order.source)
    return 0


def _install(order: Order, telling: Progress) -> Problem | None:
    with tempfile.TemporaryDirectory(prefix="branchbox-install-") as scratch:
        try:
            command_line = Path("/proc/cmdline").read_text()
            Work(order, telling, command_line=command_line, scratch=Path(scratch)).carry_out()
        except BranchboxError as error:
            return error.problems[0]
        except (OSError, ValueError, LookupError) as error:
            LOG.exception("the installation failed")
            text = (
                "A disk or the stick cannot be read or written: {what}. Check cables; take another stick or another "
                "disk, and begin again."
            )
            return Problem(text=text, args={"what": " ".join(order.disks)}, original=str(error))
    return None


def _restart_when_pulled(source: str) -> None:
    # Everything that runs from here on is in memory before the stick may go.
    if ctypes.CDLL(None, use_errno=True).mlockall(_ALL_NOW_AND_LATER) != 0:
        LOG.warning("memory cannot be locked (%s): the restart may need the button", os.strerror(ctypes.get_errno()))
    stick = f"/sys/block/{source}"
    trigger = os.open("/proc/sysrq-trigger", os.O_WRONLY)
    while os.path.exists(stick):  # noqa: PTH110  (nothing may be imported or loaded late in this loop)
        time.sleep(0.3)
    os.write(trigger, b"b")


if __name__ == "__main__":
    sys.exit(main())
