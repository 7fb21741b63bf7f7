"""Starting over: a note for the next start, which `/usr/lib/branchbox/reset` carries out before anything runs."""

from __future__ import annotations

from pathlib import Path

from appliance.site.exchange import STATE
from appliance.site.problems import BranchboxError, Problem
from provisioning import files
from provisioning.booted import Booted
from provisioning.files import Access

NOTE = Path(STATE / "update" / "reset")
"""Holds `all` or `keep-recordings`; role boot's and role update's shell tools read it."""

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
    """Leave the note; it outlives a power cut from here on."""
    files.make_folder(note.parent, Access(*owner, 0o755))
    files.write_whole(note, "keep-recordings\n" if keep_recordings else "all\n", Access(*owner, 0o600))
