"""Lynis's score. It is copied into the box's memory and leaves with the next start; the image has none."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from images.audit.finding import Finding
from images.audit.place import Place

PARTS = (
    "/usr/sbin/lynis",
    "/usr/share/lynis/include",
    "/usr/share/lynis/db",
    "/etc/lynis/plugins",
    "/etc/lynis/default.prf",
)
"""Debian's package, put together as upstream's archive is."""
FOLDER = "/run/lynis"
LEAST = 85


def look(place: Place) -> list[Finding]:
    """The hardening index, and what Lynis would do."""
    with tempfile.TemporaryDirectory() as folder:
        for part in map(Path, PARTS):
            if part.is_dir():
                shutil.copytree(part, Path(folder) / part.name)
            else:
                shutil.copy(part, folder)
        place.put(Path(folder), FOLDER)
    report = f"{FOLDER}/report.dat"
    files = f"--profile {FOLDER}/default.prf --report-file {report} --log-file {FOLDER}/log"
    # It wants to start where its parts are; its exit code tells of suggestions.
    audit = f"cd {FOLDER} && sh ./lynis audit system --quick --no-colors {files}"
    place.inside(["sh", "-c", audit], check=False, timeout=1800)
    said = place.inside(["cat", report]).out
    place.inside(["rm", "-r", FOLDER])
    score = int(re.findall(r"^hardening_index=(\d+)$", said, re.MULTILINE)[-1])
    more = [
        f"{kind} {text}" for kind, text in re.findall(r"^(warning|suggestion)\[\]=([^|]+\|[^|]+)", said, re.MULTILINE)
    ]
    return [Finding("lynis", f"hardening index (at least {LEAST})", str(score), score >= LEAST, tuple(more))]
