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


def test_the_playbook_is_fit_for_production(tmp_path: Path) -> None:
    # Offline: the profile is the linter's own, and nothing is fetched while we look.
    argv = [sys.executable, "-m", "ansiblelint", "--nocolor", "--offline", "--config-file", ".ansible-lint", "."]
    result = run(argv, cwd=ROOT / "ansible", check=False, env={"ANSIBLE_HOME": str(tmp_path)})
    assert result.code == 0, result.out + result.err
    assert "Profile 'production' was required, and it passed" in result.out + result.err


def test_vagrant_takes_the_vagrantfile(tmp_path: Path) -> None:
    argv = ["vagrant", "validate", "--ignore-provider", "--no-color"]
    settings = {"VAGRANT_HOME": str(tmp_path), "VAGRANT_DOTFILE_PATH": str(tmp_path), "VAGRANT_CHECKPOINT_DISABLE": "1"}
    result = run(argv, cwd=ROOT, check=False, env=settings)
    assert result.code == 0, result.out + result.err
    assert "validated successfully" in result.out
