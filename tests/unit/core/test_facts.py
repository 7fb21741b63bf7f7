"""What core finds in its history for health: drills of the document that were held, and who can be judged by sound."""

from __future__ import annotations

from appliance.api.drills import DrillResult
from appliance.core.facts import held, sounded
from appliance.site.models import Drill, DrillKind
from appliance.site.problems import Problem

NIGHT = Drill(name="night", label="Night", kind=DrillKind.LINE, trunk="hq", number="10000", at="03:30")
NEVER = Drill(name="never", label="Never held", kind=DrillKind.RESTORE, at="04:00")


def result(name: str, problem: Problem | None) -> DrillResult:
    return DrillResult(
        id=1, drill=name, label=name, kind=DrillKind.LINE, began=10.0, ended=20.0, by="", problem=problem, figures={}
    )


def test_only_drills_of_the_document_that_were_held_are_told() -> None:
    last = {"night": result("night", Problem(text="No.", original="cause 34")), "gone": result("gone", None)}
    (told,) = held((NIGHT, NEVER), last)
    assert (told.name, told.trunk, told.failed, told.original) == ("night", "hq", True, "cause 34")
    (told,) = held((NIGHT, NEVER), {"night": result("night", None)})
    assert (told.failed, told.original) == (False, "")


def test_few_legs_are_no_judgement_and_one_bad_call_is_no_fault() -> None:
    last = {("hq", True): [4.2, 4.2, 1.0, 4.1, 4.2], ("8001", False): [1.0] * 4}
    (told,) = sounded(last)
    assert (told.party, told.trunk, told.legs, told.mos) == ("hq", True, 5, 4.2)
