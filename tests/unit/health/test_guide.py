"""The guide to faults knows every alarm by the name that people read, in both languages."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import MagicMock

import pytest

from appliance.health.table import all_checks
from tests.unit.tui.test_translation import catalogue

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(("guide", "words"), [("fault-finding.md", {}), ("fault-finding.zh.md", catalogue())])
def test_every_alarm_is_in_the_guide(guide: str, words: dict[str, str]) -> None:
    rows = [line.split("|")[1] for line in (DOCS / guide).read_text().splitlines() if line.startswith("| ")]
    told = {name.strip() for row in rows for name in row.replace("、", ",").split(",")}
    titles = {words.get(check.title, check.title) for check in all_checks(MagicMock())}
    assert titles - told == set()
