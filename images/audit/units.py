"""`systemd-analyze security` of the units that we write."""

from __future__ import annotations

import json
import re

from images.audit.finding import Finding
from images.audit.place import Place

OURS = (
    "asterisk",
    "branchbox-core",
    "branchbox-health",
    "branchbox-host",
    "branchbox-power",
    "branchbox-recorder",
    "fail2ban",
)
"""Long-running services whose sandbox the playbook writes."""
MOST_EXPOSED = 2.5
"""systemd's measure: 0 has no rights, 10 has all; an unguarded service has 9.6."""


def look(place: Place) -> list[Finding]:
    """One finding per unit."""
    return [exposure(place, unit) for unit in OURS]


def exposure(place: Place, unit: str) -> Finding:
    """One unit's figure, and what it is made of when it is too high."""
    judged = place.inside(["systemd-analyze", "security", "--no-pager", "--json=short", f"{unit}.service"], check=False)
    tests = json.loads(judged.out)
    overall = place.inside(["systemd-analyze", "security", "--no-pager", f"{unit}.service"], check=False).out
    # Behind the figure stands a face, of one sign or of three, which have a colon.
    figure = float(re.findall(r": (\d+\.\d+) ", overall)[-1])
    worst = sorted((each for each in tests if each.get("exposure")), key=lambda each: -float(each["exposure"]))[:5]
    return Finding(
        "units",
        f"{unit}, exposure (at most {MOST_EXPOSED})",
        f"{figure:.1f}",
        figure <= MOST_EXPOSED,
        tuple(f"{each['exposure']} {each['name']}" for each in worst),
    )
