"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from appliance.site.problems import BranchboxError
from tests.unit.tui.world import NOW
from tui import format as said
from tui import i18n
from tui.days import day_span
from tui.widgets.cells import beside, ends, fit, line, wrap

ZONE = "Asia/Shanghai"
TEXTS = st.text(st.sampled_from("ab 8,.温州北客户服务中心"), max_size=60)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "-"),
        (0, "0:00"),
        (59.9, "0:59"),
        (185, "3:05"),
        (3725, "1:02:05"),
        (86400 * 41 + 6 * 3600 + 12 * 60, "41 d 06:12"),
        (-3, "0:00"),
    ],
)
def test_durations(seconds: float | None, words: str) -> None:
    assert said.duration(seconds) == words


@given(st.floats(min_value=0, max_value=86399))
def test_a_duration_reads_back_as_its_whole_seconds(seconds: float) -> None:
    parts = [int(part) for part in said.duration(seconds).split(":")]
    assert sum(part * 60**place for place, part in enumerate(reversed(parts))) == math.floor(seconds)


@pytest.mark.parametrize(("share", "digits", "words"), [(0.862, 1, "86.2 %"), (0.61, 0, "61 %"), (None, 1, "-")])
def test_shares(share: float | None, digits: int, words: str) -> None:
    assert said.share(share, digits) == words


@given(st.floats(min_value=0, max_value=1))
def test_a_share_is_within_half_of_its_last_digit(share: float) -> None:
    assert abs(float(said.share(share, 1).removesuffix(" %")) - share * 100) <= 0.0501


def test_parts_of_a_whole_never_turn_unknown_into_nought() -> None:
    assert said.of(14, 30) == "14 of 30"
    assert said.of(None, 30) == "- of 30"


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (None, "-"),
        (712, "712 B"),
        (71_000, "71 kB"),
        (999_600, "1.0 MB"),
        (2_100_000, "2.1 MB"),
        (27_100_000_000, "27.1 GB"),
    ],
)
def test_sizes(octets: int | None, words: str) -> None:
    assert said.size(octets) == words


@given(st.integers(min_value=0, max_value=10**14))
def test_a_size_never_needs_more_than_four_digits(octets: int) -> None:
    number = said.size(octets).split()[0]
    assert len(number.replace(".", "")) <= 4


def test_times_are_the_branchs_own() -> None:
    assert said.today(NOW, ZONE) == "Sat 21 Nov 14:32"
    assert said.moment(NOW - 60, ZONE, NOW) == "14:31:05"
    assert said.moment(NOW - 86400, ZONE, NOW) == "20 Nov 14:32"
    assert said.moment(NOW - 400 * 86400, ZONE, NOW) == "2025-10-17"
    assert said.time(None, ZONE) == "-"
    i18n.use("zh")
    assert said.today(NOW, ZONE) == "11月21日 周六 14:32"
    assert said.moment(NOW - 86400, ZONE, NOW) == "11-20 14:32"


def test_a_zone_that_nobody_knows_is_utc() -> None:
    assert said.time(NOW, "Mars/Olympus") == "06:32:05"


@pytest.mark.parametrize(
    ("text", "before_now"), [("21", 0), ("20", 1), ("22", 30), ("11-21", 0), ("2026-11-20", 1), ("11-22", 364)]
)
def test_a_day_is_the_last_one_that_has_been(text: str, before_now: int) -> None:
    since, until = day_span(text, NOW, ZONE)
    assert until - since == 86400
    assert (NOW - since) // 86400 == before_now


@pytest.mark.parametrize("text", ["", "0", "32", "13-01", "2026-02-30", "today", "1-2-3-4", "99999-1-1"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(BranchboxError, match="is no day"):
        day_span(text, NOW, ZONE)


@given(TEXTS, st.integers(min_value=1, max_value=40), st.sampled_from(["left", "right"]))
def test_a_cell_is_exactly_as_wide_as_its_column(text: str, width: int, align: str) -> None:
    shown = fit(text, width, "right" if align == "right" else "left")
    assert cell_len(shown) == width


@given(TEXTS, st.integers(min_value=4, max_value=40))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(part) <= width for part in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(TEXTS, st.integers(min_value=20, max_value=80))
def test_the_right_end_of_a_line_is_kept(text: str, width: int) -> None:
    shown = ends(line(text), line("14:32"), width)
    assert shown.cell_len == width
    assert shown.plain.endswith("14:32")


@given(st.lists(TEXTS, max_size=4), st.integers(min_value=10, max_value=40))
def test_what_stands_beside_begins_at_its_column(lefts: list[str], at: int) -> None:
    for row in beside([line(text) for text in lefts], [line("|") for _text in lefts], at):
        assert row.plain.endswith("|")
        assert row.cell_len == at + 1
