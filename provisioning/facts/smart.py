"""Disks by SMART: `smartctl --json` of smartmontools, and what it says that a branch must know. Parsing is pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from appliance.api.laid_down import DiskFacts
from provisioning.run import run

PATIENCE = 30.0
"""Seconds; a disk that sleeps is woken first."""
LOST = frozenset({5, 197, 198})
"""ATA attributes (smartctl(8), drivedb): reallocated, pending and uncorrectable sectors."""


def disks() -> Iterator[DiskFacts]:
    """Every disk that has something to say."""
    known = json.loads(run(["smartctl", "--json=c", "--scan"], timeout=PATIENCE, check=False).out or "{}")
    for device in known.get("devices", ()):
        argv = ["smartctl", "--json=c", "--health", "--attributes", "--info", "-d", device["type"], device["name"]]
        # Its exit code is a set of bits that the answer says in words too.
        said = run(argv, timeout=PATIENCE, check=False).out
        found = read(json.loads(said or "{}"))
        if found is not None:
            yield found


def read(said: Mapping[str, Any]) -> DiskFacts | None:
    """One disk's answer; None when it has no SMART to speak of (a virtual one, say)."""
    if "smart_status" not in said:
        return None
    nvme = said.get("nvme_smart_health_information_log", {})
    table = said.get("ata_smart_attributes", {}).get("table", ())
    harmed = sum(int(row["raw"]["value"]) for row in table if row["id"] in LOST) + int(nvme.get("media_errors", 0))
    worn = nvme.get("percentage_used")
    return DiskFacts(
        name=str(said["device"]["name"]).removeprefix("/dev/"),
        model=str(said.get("model_name", "?")),
        failing=not said["smart_status"]["passed"] or bool(nvme.get("critical_warning", 0)),
        harmed=harmed,
        worn=worn / 100 if worn is not None else None,
    )
