"""How this box was started: from which of the two systems on its disk, or not from a disk of ours at all."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from appliance.site.problems import Problem

NOTE = Path("/run/branchbox/boot.json")
"""Written early at each start by the image; a container and a bare machine have none."""

NO_SLOTS = Problem(
    text="This box does not run from a Branchbox disk with two systems on it, so there is nothing to update or to "
    "go back to. Install the disk image for that."
)


class Booted(BaseModel):
    """`boot.json`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    slot: Literal["A", "B"]
    mode: Literal["box", "setup"] = "box"
    disk: str = ""
    """The disk's kernel name."""
    version: str
    development: bool = False

    @property
    def other(self) -> str:
        """The slot that does not run."""
        return "B" if self.slot == "A" else "A"


def started(note: Path = NOTE) -> Booted | None:
    """What the note says; None without one."""
    try:
        return Booted.model_validate_json(note.read_text())
    except (FileNotFoundError, ValidationError):
        return None


def booted(note: Path = NOTE) -> Booted | None:
    """The same of a box; None on an installer's stick, which keeps nothing."""
    found = started(note)
    return found if found and found.mode == "box" else None
