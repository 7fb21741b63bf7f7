"""AppArmor: each service's process is held by its profile, and no profile has refused anything."""

from __future__ import annotations

import re

from images.audit.finding import Finding
from images.audit.place import Place
from images.run import CommandFailure

SERVICES = ("asterisk", "branchbox-core", "branchbox-health", "branchbox-host", "branchbox-power", "branchbox-recorder")
"""Each has a profile of its own name (docs/hardening.md)."""
ENFORCED = "enforce"
LOG = "/var/log/audit"
DENIED = 'apparmor="DENIED"'
SHOWN = 20
NOTHING_FOUND = 1


def look(place: Place) -> list[Finding]:
    """One finding per service, and one for what was denied since the start."""
    return [*(_held(place, service) for service in SERVICES), _denials(place)]


def _held(place: Place, service: str) -> Finding:
    """The kernel's word on the service's main process."""
    pid = place.inside(["systemctl", "show", "-P", "MainPID", f"{service}.service"]).out.strip()
    label = "does not run" if pid == "0" else place.inside(["cat", f"/proc/{pid}/attr/current"]).out.strip(" \n\0")
    return Finding("apparmor", f"{service}, held by its profile", label, label == f"{service} ({ENFORCED})")


def _denials(place: Place) -> Finding:
    """auditd's records of this start; records of one profile, operation and name are one kind."""
    # The name of the newest and of those that were turned over.
    found = place.inside(["grep", "--recursive", "--no-filename", "--fixed-strings", DENIED, LOG], check=False)
    if found.code not in {0, NOTHING_FOUND}:
        raise CommandFailure(found, None)
    stat = place.inside(["cat", "/proc/stat"]).out
    started = float(re.findall(r"^btime (\d+)$", stat, re.MULTILINE)[0])
    records = [line for line in found.out.splitlines() if _time(line) >= started]
    kinds: dict[str, int] = {}
    for line in records:
        kind = " ".join(_values(line, "profile", "operation", "name", "requested_mask", "capname", "comm"))
        kinds[kind] = kinds.get(kind, 0) + 1
    more = [f"{count} x {kind}" for kind, count in sorted(kinds.items(), key=lambda each: -each[1])[:SHOWN]]
    return Finding("apparmor", "denials since the start", str(len(records)), not records, tuple(more))


def _time(record: str) -> float:
    """When, in seconds since 1970; a record without a time counts."""
    found = re.search(r"msg=audit\((\d+\.\d+):", record)
    return float(found[1]) if found else float("inf")


def _values(record: str, *names: str) -> list[str]:
    return [f"{name}={found[1]}" for name in names if (found := re.search(rf' {name}=("[^"]*"|\S+)', record))]
