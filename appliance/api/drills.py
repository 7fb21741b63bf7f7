"""The contract's page on drills: what the box tries out by itself, how that went, and trying it now."""

from __future__ import annotations

from pydantic import Field

from appliance.api.contract import SETUP, STAFF, Service
from appliance.api.wire import Empty, Message, method
from appliance.site.models import DrillKind
from appliance.site.problems import Problem
from appliance.site.types import Label, Name


class DrillResult(Message):
    """One drill that was held. `by` is a login; empty when the box held it by itself."""

    id: int
    drill: Name
    label: Label
    kind: DrillKind
    began: float
    ended: float
    by: str = ""
    problem: Problem | None = None
    """Why it failed; None when it passed."""
    figures: dict[str, float] = Field(default_factory=dict)
    """What was measured: `answered` (seconds until the far end answered), `bytes` of a backup."""


class DrillState(Message):
    """A drill of the document; `next` is when it is held again."""

    name: Name
    label: Label
    kind: DrillKind
    trunk: str | None = None
    number: str | None = None
    next: float
    running: bool = False
    last: DrillResult | None = None
    """None while it was never held."""


class Drills(Message):
    """In the document's order."""

    drills: tuple[DrillState, ...]


class DrillNow(Message):
    """Which one to hold now."""

    name: Name


class ResultsWanted(Message):
    """Results of one drill or of all, newest first, before an id."""

    name: Name | None = None
    before: int | None = None
    limit: int = Field(default=50, ge=1, le=500)


class Results(Message):
    """A page of them."""

    results: tuple[DrillResult, ...]


LIST = method("drills/list", Empty, Drills, STAFF | {Service.HEALTH})
RESULTS = method("drills/results", ResultsWanted, Results, STAFF)
HOLD = method("drills/hold", DrillNow, Drills, SETUP, change=True)
"""Begin it; `drills/list` says how it went."""
