"""ssh-audit's judgement of the SSH server's algorithms."""

from __future__ import annotations

import json
import sys

from images.audit.finding import Finding
from images.audit.place import Place
from images.run import die


def look(place: Place) -> list[Finding]:
    """Its failures; warnings are counted for who reads."""
    argv = [sys.executable, "-m", "ssh_audit.ssh_audit", "--json", "--skip-rate-test", place.address]
    said = place.beside(argv, check=False)
    try:
        judged = json.loads(said.out)
    except ValueError:
        die(f"ssh-audit gave no answer: {said.err[-500:] or said.out[-500:]}")
    failures, warnings = [], 0
    for kind in ("kex", "key", "enc", "mac"):
        for each in judged[kind]:
            notes = each.get("notes", {})
            failures += [f"{each['algorithm']}: {note}" for note in notes.get("fail", [])]
            warnings += len(notes.get("warn", []))
    failures += [f"{each['name']}: {each.get('description', '')}" for each in judged.get("cves", [])]
    figure = f"{len(failures)} failures, {warnings} warnings"
    return [Finding("ssh-audit", judged["banner"]["software"], figure, not failures, tuple(failures))]
