"""What the service does about a waiting revision when it starts. Pure."""

from __future__ import annotations

from enum import StrEnum

from provisioning.revisions import Pending


class Choice(StrEnum):
    """How to go on with what an earlier run of the service left."""

    NOTHING = "nothing"
    SETTLE = "settle"
    """It is decided already; only the note of it was left."""
    BACK = "back"
    """Put the earlier revision in force, or finish doing so."""
    FINISH = "finish"
    """The new revision is in force but Asterisk may not have it yet."""
    WAIT = "wait"
    """The countdown goes on."""


def choose(current: int | None, pending: Pending | None, *, confirmed: bool, now: float) -> Choice:
    """Decide from what the disk says; `confirmed` is that of the waiting revision, `now` is epoch seconds."""
    if pending is None:
        return Choice.NOTHING
    if confirmed or current not in {pending.revision, pending.reverts_to}:
        return Choice.SETTLE
    if current == pending.reverts_to or now >= pending.deadline:
        return Choice.BACK
    return Choice.WAIT if pending.effective else Choice.FINISH
