"""branchbox-host that dies once after the step named in a file: it runs in the box in place of the real one."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

from provisioning import __main__ as host
from provisioning.apply import Applier

FATAL = Path("/run/branchbox/host/fatal-step")


def die_once(step: str) -> None:
    """kill -9 to this process if this is its step."""
    if FATAL.exists() and FATAL.read_text().strip() == step:
        FATAL.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


class Dying(Applier):
    """The real one, with a hook."""

    def __init__(self, *parts: Any, **settings: Any) -> None:
        super().__init__(*parts, after_step=die_once, **settings)


if __name__ == "__main__":
    vars(host)["Applier"] = Dying
    asyncio.run(host.main())
