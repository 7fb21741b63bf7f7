"""What changed between two site documents, said as a person would say it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Verb(StrEnum):
    """What happened to an object or one of its fields."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Change(BaseModel):
    """One changed thing: `queue sales: ring_timeout 15 s -> 20 s`; `queue sales: member 8003 added`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    verb: Verb
    kind: str
    """The object's kind in the singular: queue, extension, did, menu, site."""
    key: str
    """The object's name or number; empty for single objects."""
    field: str = ""
    """The field, or member's kind; empty when the whole object came or went."""
    before: str = ""
    after: str = ""
