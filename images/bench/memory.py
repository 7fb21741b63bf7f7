"""Idle memory of our services."""

from __future__ import annotations

from images.bench.figures import Figure
from images.box import Box

SERVICES = ("branchbox-core", "branchbox-host", "branchbox-recorder", "branchbox-health", "branchbox-power")
AIM_MB = 200
_SUM = """
import pathlib, subprocess, sys
for unit in sys.argv[1:]:
    procs = pathlib.Path("/sys/fs/cgroup").rglob(f"{unit}.service/cgroup.procs")
    pids = {int(pid) for path in procs for pid in path.read_text().split()}
    pss = rss = 0
    for pid in pids:
        for line in open(f"/proc/{pid}/smaps_rollup"):
            if line.startswith("Pss:"): pss += int(line.split()[1])
            if line.startswith("Rss:"): rss += int(line.split()[1])
    print(unit, len(pids), pss, rss)
"""


def measure(box: Box) -> list[Figure]:
    """PSS and RSS of the four services of a box where nothing goes on."""
    rows = [line.split() for line in box.run(["python3", "-c", _SUM, *SERVICES]).out.splitlines()]
    method = "from smaps_rollup of all processes of the units"
    each = [Figure(f"idle memory, {unit}", int(pss) / 1024, "MB", f"PSS {method}") for unit, _count, pss, _rss in rows]
    pss, rss = (sum(int(row[column]) for row in rows) / 1024 for column in (2, 3))
    return [
        Figure("idle memory, all services", pss, "MB", f"PSS {method}", aim=f"< {AIM_MB} MB"),
        Figure("idle memory, all services (RSS)", rss, "MB", f"RSS {method}; shared pages count for each"),
        *each,
    ]
