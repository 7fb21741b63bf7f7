"""Which of two versions is the older one."""

from __future__ import annotations

import pytest

from provisioning.updates.versions import older


@pytest.mark.parametrize(
    ("one", "other", "is_older"),
    [
        ("1.4.0", "1.5.0", True),
        ("1.10.0", "1.9.3", False),
        ("1.9.3", "1.10.0", True),
        ("1.4.0", "1.4.0", False),
        ("1.4", "1.4.0", True),
        ("1.5.0rc1", "1.5.0", True),
        ("1.5.0", "1.5.0rc1", False),
        ("1.5.0rc1", "1.5.0rc2", True),
        ("1.5.0+dev3", "1.5.0", False),
    ],
)
def test_versions_are_compared_by_number(one: str, other: str, is_older: bool) -> None:
    assert older(one, other) is is_older
