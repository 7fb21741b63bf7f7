"""What the two ends of a test call agree on: the box's own test number, and the call that core places to try a line."""

from __future__ import annotations

LINE_TEST_CONTEXT = "line-test"
"""Where callers of a test number hear the box: a drill's digits come back with their halves changed, a person's voice
as it is."""
DRILL_CONTEXT = "drill"
"""Where a call that core placed to try a line goes once it is answered."""
DRILL_OURS, DRILL_OTHER = "ours", "other"
"""Its extensions: our own test number answered, which sends back digits; or another, which is heard to make a sound."""
DRILL_WAY_CONTEXT = "drill-way"
"""Where a call goes that tries the routes: its extension is the number as a phone dials it."""
DRILL_WITHOUT = "BB_WITHOUT"
"""Channel variable: the trunk that this call does without."""
DRILL_DIGITS = "BB_DRILL"
"""Channel variable: the `DRILL_LENGTH` digits that it sends."""
DRILL_LENGTH = 6
DRILL_HEARD = "BranchboxDrill"
"""The AMI user event of what was heard; headers `Digits` (of `ours`, maybe none), `Sound` (of `other`: `NOISE` when
there was one, Asterisk's WAITSTATUS)."""


def drill_answer(digits: str) -> str:
    """What the test number answers to these digits: no echo of a line sounds like it."""
    half = DRILL_LENGTH // 2
    return digits[half:] + digits[:half]
