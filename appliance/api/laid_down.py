"""What root sees and lays down for health to read: disks' own words, certificates' ends, the last backup.

`branchbox-facts.service` writes `FACTS` once an hour; host writes `BACKUP` when a backup is done. Neither needs core.
"""

from __future__ import annotations

from appliance.api.wire import Message
from appliance.site.exchange import STATE

FOLDER = STATE / "facts"
FACTS = FOLDER / "facts.json"
BACKUP = FOLDER / "backup.json"


class DiskFacts(Message):
    """A disk by SMART: `failing` is its own verdict, `harmed` counts sectors that it lost or is about to lose."""

    name: str
    model: str
    failing: bool
    harmed: int
    worn: float | None = None
    """Share of its life that is used, where it says so."""


class CertificateFacts(Message):
    """A certificate's file and its last second."""

    file: str
    ends: float


class LaidDown(Message):
    """Everything at `at`."""

    at: float
    disks: tuple[DiskFacts, ...] = ()
    certificates: tuple[CertificateFacts, ...] = ()


class BackupDone(Message):
    """When the last backup was done."""

    at: float
