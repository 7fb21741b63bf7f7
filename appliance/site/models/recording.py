"""What is recorded, and what becomes of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from appliance.site.models.part import Part


class Recording(Part):
    """What is recorded: this switch over all, `record` on each DID, queue and extension, and whole directions."""

    enabled: bool = True
    incoming: bool = False
    """Every call of the outside in which somebody may talk, whatever its number or queue says."""
    outgoing: bool = False
    internal: bool = False
    keep_days: Annotated[int, Field(ge=1, le=36500)] | None = None
    """Days after which a recording goes; None keeps them until the disk needs room."""
    keep_free: Annotated[int, Field(ge=5, le=50)] = 20
    """Percent of the disk: below it the oldest recordings go."""
