"""The contract's page of what health asks about recordings."""

from __future__ import annotations

from appliance.api.contract import Service
from appliance.api.wire import Empty, Message, method


class AuditResult(Message):
    """What the last whole audit found, for health: some of each kind, by name."""

    ended: float
    days: tuple[str, ...]
    """Whose manifests are not as they were signed."""
    harmed: tuple[str, ...]
    """Recordings that are missing, changed or strange; calls whose recording never arrived."""
    cut_short: tuple[str, ...]
    """Recordings of the last week that end before their talk did."""
    failed: bool = False
    """The audit itself failed: it is not complete."""


class RecordingsHealth(Message):
    """What health makes alarms of."""

    filing: str | None
    """What stands against filing, in the recorder's words; empty when nothing does, None while it is silent."""
    unsealed_since: float | None
    """When the oldest recording was made, while there is no key; None with one, or without a recording."""
    managers: tuple[str, ...]
    """Who could make the key."""
    audit: AuditResult | None
    """None until there was one since core started."""


RECORDINGS_HEALTH = method("recordings/health", Empty, RecordingsHealth, frozenset({Service.HEALTH}))
