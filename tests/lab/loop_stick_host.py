"""branchbox-host that sees one USB stick more than lsblk does: a container has no USB, but loop devices."""

from __future__ import annotations

import asyncio
from pathlib import Path

from provisioning import __main__ as host
from provisioning import blockdevices
from provisioning.blockdevices import BlockDevice

STICK = Path("/run/branchbox/host/stick.json")
REAL = blockdevices.read


def read() -> tuple[BlockDevice, ...]:
    """The machine's own, and the stick."""
    return (*REAL(), *(blockdevices.parse(STICK.read_text()) if STICK.exists() else ()))


if __name__ == "__main__":
    vars(blockdevices)["read"] = read
    asyncio.run(host.main())
