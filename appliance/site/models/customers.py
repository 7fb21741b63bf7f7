"""What the branch knows of its customers: how they are graded and marked, and who sees their numbers whole."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from appliance.site.models.part import Part, Role
from appliance.site.types import Label, Name


class Grade(Part):
    """How much a customer matters; `priority` is the place in a queue, higher first (Asterisk's QUEUE_PRIO)."""

    name: Name
    label: Label
    priority: Annotated[int, Field(ge=0, le=20)] = 0


class Customers(Part):
    """How customers' numbers are read and shown, and the tags that customers can have."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "CN"
    """Where numbers without a country code are from (ISO 3166-1)."""
    area_code: Annotated[str, Field(pattern=r"^[0-9]{2,5}$")] | None = None
    """The branch's own, as people here dial it (0577): for landline numbers without one."""
    tags: tuple[Label, ...] = ()
    masked_roles: tuple[Role, ...] = ()
    """Roles that see 138****2046 in place of a customer's number."""
