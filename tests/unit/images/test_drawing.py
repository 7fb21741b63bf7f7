from __future__ import annotations

import re

from images.dev.drawing import CELL, drawable


def run(text: str, x: float) -> str:
    return f'<text class="r1" x="{x}" y="20" textLength="99" clip-path="url(#line)">{text}</text>'


def pieces(svg: str) -> list[tuple[float, str]]:
    return [(round(float(x) / CELL, 2), text) for x, text in re.findall(r'x="([^"]+)"[^>]*>([^<]*)</text>', svg)]


def test_text_after_chinese_stands_two_cells_further_for_each_character() -> None:
    assert pieces(drawable(run("通话&#160;14", CELL * 3))) == [(3, "通"), (5, "话"), (7, " 14")]


def test_leading_spaces_stay_and_what_is_escaped_stays_escaped() -> None:
    assert pieces(drawable(run("&#160;&#160;a&lt;b&amp;c", 0))) == [(0, "  a&lt;b&amp;c")]
    assert 'xml:space="preserve"' in drawable("<svg class='x'>")
