"""Who may reach the box."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from appliance.site.models.part import Language, Part, Role
from appliance.site.types import ExtensionNumber, Label, SshKey


class Person(Part):
    """Somebody who may reach the box, with one role."""

    login: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
    name: Label
    role: Role
    language: Language | None = None
    """None for the site's language."""
    agent: ExtensionNumber | None = None
    """The agent that this person is."""
    extension: ExtensionNumber | None = None
    """The phone that rings for this person when no agent's does: to listen in as a supervisor."""
    ssh_keys: tuple[SshKey, ...] = ()
