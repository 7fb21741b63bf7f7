"""Every fault of `cases.toml` is told in its words, and nothing else is."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from appliance.site import document

TABLE = tomllib.loads(Path(__file__).with_name("cases.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", TABLE["case"], ids=lambda case: case["title"])
def test_a_person_is_told(case: dict[str, Any]) -> None:
    _, problems = document.parse(TABLE["head"] + case["toml"])

    assert [str(problem.model_copy(update={"line": None})) for problem in problems] == case["says"]


@pytest.mark.parametrize("case", TABLE["case"], ids=lambda case: case["title"])
def test_each_fault_has_its_line(case: dict[str, Any]) -> None:
    text = TABLE["head"] + case["toml"]

    for problem in document.parse(text)[1]:
        assert problem.line is not None
        line = text.split("\n")[problem.line - 1]
        last = problem.where.rpartition(": ")[2].rpartition(".")[2].partition("[")[0]
        assert last in line or problem.text.startswith("The setting {name} is missing"), (problem.where, line)
