"""All checks, one entry each: what, how often, from which value on, and what a person reads.

A module for each part of the box; the order is the guide's.
"""

from __future__ import annotations

from appliance.health.check import Check
from appliance.health.table import keeping, lines, machine, recordings, services, updates
from appliance.health.table.senses import Senses


def all_checks(senses: Senses) -> tuple[Check, ...]:
    """The table."""
    return (
        *services.checks(senses),
        *lines.checks(senses),
        *machine.checks(senses),
        *keeping.checks(senses),
        *recordings.checks(senses),
        *updates.checks(senses),
    )
