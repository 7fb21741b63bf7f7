"""What is recorded, and what becomes of it."""

from __future__ import annotations

from appliance.site.models.part import Part


class Recording(Part):
    """What is recorded: this switch, and `record` on each DID and queue."""

    enabled: bool = True
