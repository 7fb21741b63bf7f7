"""Trunks of every kind share one namespace: what a route's way can name."""

from __future__ import annotations

from appliance.site.models import SiteDocument


def names(document: SiteDocument) -> tuple[str, ...]:
    """Every trunk by name, in the document's order."""
    return tuple(trunk.name for trunk in document.every_trunk)
