"""The linters as tests: what they refuse does not pass."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from images.run import run

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param(("ruff", "check", "."), id="ruff"),
        pytest.param(("ruff", "format", "--check", "."), id="format"),
        pytest.param(("mypy",), id="types"),
    ],
)
def test_the_linter_has_nothing_to_say(argv: tuple[str, ...]) -> None:
    result = run([sys.executable, "-m", *argv], cwd=ROOT, check=False)
    assert result.code == 0, result.out + result.err
