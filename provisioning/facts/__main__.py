"""`python -m provisioning.facts`: look once, write `facts.json`, end. A timer starts it."""

from __future__ import annotations

import time
from pathlib import Path

from appliance.api.laid_down import FACTS, LaidDown
from provisioning.facts import certificates, smart
from provisioning.files import Access, write_whole

READABLE = Access(0, 0, 0o644)
"""Health reads it; there is no secret in it."""


def main() -> None:
    """Look, and lay down."""
    found = LaidDown(at=time.time(), disks=tuple(smart.disks()), certificates=tuple(certificates.found(Path("/"))))
    write_whole(Path(FACTS), found.model_dump_json(), READABLE)


if __name__ == "__main__":
    main()
