"""What the box tries out by itself, so that it works on the day it is needed."""

from __future__ import annotations

from enum import StrEnum

from appliance.site.models.menus import Day
from appliance.site.models.part import Part
from appliance.site.types import Digits, Label, Name, TimeOfDay


class DrillKind(StrEnum):
    """What a drill tries."""

    LINE = "test-call"
    """A call goes out by a trunk and is answered: by our own test number, or by a number that the carrier gives."""
    FALL_BACK = "fall-back"
    """A call goes out by the routes as if a trunk were lost: another one takes it."""
    RESTORE = "restore"
    """A backup is made in a private folder, read, checked as before a restore, and removed."""


class Drill(Part):
    """Something tried out at a quiet hour; a failure is an alarm until it has passed again."""

    name: Name
    label: Label
    kind: DrillKind
    trunk: Name | None = None
    """By which trunk a test call calls; which one a fall-back does without."""
    number: Digits | None = None
    """Whom it calls, as the carrier takes it; a fall-back, as a phone dials it, without the prefix for outside. When it
    is a number of ours that leads to `test`, both directions are heard."""
    days: tuple[Day, ...] = ()
    """On which days; empty: every day."""
    at: TimeOfDay
    """Local time (03:30)."""
