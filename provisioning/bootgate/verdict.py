"""What follows from what the gate found. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from appliance.api.updates import Expectation, FallBack, GateRecord, SelfTest
from appliance.site.problems import Problem

COULD_NOT_RUN = "The test that the box makes of itself after each start could not run."
"""What role update's plain shell stand-in writes in our place."""


class Action(StrEnum):
    """What the gate does."""

    KEEP = "keep"
    """All is well: this system is marked good."""
    LEAVE = "leave"
    """A new system does not work: back to the one before."""
    STAY = "stay"
    """Something is wrong, but going back would not help: the alarm says what."""


@dataclass(frozen=True)
class Here:
    """The system that runs: its slot (None in a container), and whether the other one can be started."""

    slot: str | None
    version: str
    other_good: bool = False


def action(here: Here, record: GateRecord, problems: tuple[Problem, ...]) -> Action:
    """Decide. A system that once passed in its slot is not left: what broke later is no fault of the update."""
    if not problems:
        return Action.KEEP
    if here.slot is None or not here.other_good or record.proven.get(here.slot) == here.version:
        return Action.STAY
    return Action.LEAVE


def remember(
    here: Here,
    record: GateRecord,
    expected: Expectation | None,
    problems: tuple[Problem, ...],
    now: float,
) -> GateRecord:
    """The record after this start: what was found, and whether the box came here without being asked.

    It should be in the slot of an expectation that no start has answered yet, else where it was at the last start.
    """
    tested = SelfTest(at=now, version=here.version, slot=here.slot, problems=problems)
    news = expected if expected is not None and expected.at != record.judged else None
    fell_back = record.fell_back
    before = record.tested
    if here.slot is not None and news is not None and news.slot != here.slot:
        fell_back = FallBack(at=now, version=news.version, back_to=here.version)
    elif here.slot is not None and news is None and before is not None and before.slot not in {None, here.slot}:
        fell_back = FallBack(at=now, version=before.version, back_to=here.version, problems=before.problems)
    elif news is not None and not problems:
        fell_back = None
    proven = dict(record.proven)
    if here.slot is not None and not problems:
        proven[here.slot] = here.version
    return GateRecord(
        tested=tested,
        fell_back=fell_back,
        proven=proven,
        judged=expected.at if expected is not None else record.judged,
    )
