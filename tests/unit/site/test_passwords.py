"""What a password must be, told while it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.site.passwords import SHORTEST, problems


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "too short: 12 characters at least, 5 so far"),
        ("aaaaaaaaaaaaaa", "repeats itself"),
        ("zhangwei-is-here-now", "your login or name"),
        ("my-name-is-Zhang-4711", "your login or name"),
        ("correct\x07horse battery", "no keyboard writes"),
        ("x" * 60 + "abcdefghij" * 8, "too long"),
    ],
)
def test_a_weak_password_is_told_why(password: str, says: str) -> None:
    assert any(says in str(problem) for problem in problems(password, login="zhangwei", name="Zhang Wei"))


@pytest.mark.parametrize("password", ["lamp river seven coat", "Tr7-blue.Kettle_99", "温州北分局的话机一共十四部"])
def test_a_good_password_has_nothing_against_it(password: str) -> None:
    assert problems(password, login="zhangwei", name="张伟") == ()


def test_the_screens_and_pam_ask_for_the_same_length() -> None:
    defaults = Path(__file__).parents[3] / "ansible/roles/hardening/defaults/main.yml"
    assert f"\nhardening_password_length: {SHORTEST}\n" in defaults.read_text()
