"""What every part of the site document is, and the words that several chapters share."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of the site document: frozen, and a key that nobody knows is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    """Made ready at the document's first reading, which many programs never do."""


class Language(StrEnum):
    """A language that prompts and screens exist in."""

    EN = "en"
    ZH = "zh"


class Role(StrEnum):
    """What a person may do; the API contract names the roles of each method."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    TECHNICIAN = "technician"
    INSTALLER = "installer"
    NOC = "noc"
