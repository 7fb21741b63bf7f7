"""Starting over: an order for the next start, which the image's first steps carry out before anything runs."""

from __future__ import annotations

from pathlib import Path

from appliance.site.exchange import STATE
from appliance.site.problems import BranchboxError, Problem
from provisioning import files
from provisioning.booted import Booted
from provisioning.files import Access

NOTE = Path("/data/factory-reset")
"""A line for each folder of /var that stays; read by role boot's initramfs script, which survives power cuts."""

KEPT = tuple(str((STATE / folder).relative_to("/var")) for folder in ("recordings", "core"))
"""Recordings, and the database that tells whose they are."""

_NO_DISK = Problem(
    text="This box does not run from a Branchbox disk, so there is no fresh state to go back to. "
    "Install the disk image for that."
)
_WRONG_CODE = "{code} is not this branch's code. The code stands in the head of every screen, in brackets."


def allowed(box: Booted | None, code: str, typed: str) -> None:
    """Raise BranchboxError unless this box can be reset and the person typed its branch's code."""
    if box is None:
        raise BranchboxError(_NO_DISK)
    if typed.strip().upper() != code.upper():
        raise BranchboxError(Problem(text=_WRONG_CODE, args={"code": typed.strip() or "-"}))


def order(note: Path, *, keep_recordings: bool, owner: tuple[int, int] = (0, 0)) -> None:
    """Leave the order; it outlives a power cut from here on."""
    lines = KEPT if keep_recordings else ()
    files.write_whole(note, "".join(f"{line}\n" for line in lines), Access(*owner, 0o600))
