"""What leaves the box is harmless to whoever opens it, and comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tui import customer_world
from tui import sheets


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("+49 30 901820", "+49 30 901820"),
        ("王建国", "王建国"),
    ],
)
def test_a_cell_that_would_run_is_shown_instead(text: str, cell: str) -> None:
    assert sheets.harmless(text) == cell


@given(st.text())
def test_no_cell_begins_like_a_formula(text: str) -> None:
    cell = sheets.harmless(text)
    assert not cell.startswith(("=", "@", "\t", "\r"))
    assert not cell.startswith(("+", "-")) or cell[1:].replace(" ", "").isdigit()


def test_a_customer_is_a_row_with_all_numbers_in_one_cell() -> None:
    [row] = sheets.rows([customer_world.customer("en", 0)])
    assert row[:2] == ["Wang Jianguo", "138 0577 2046; 0577 8888 1234 ext 803"]
