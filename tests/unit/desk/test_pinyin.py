"""A Chinese name is found however it is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.desk.pinyin import READINGS, typed


@pytest.mark.parametrize(
    ("name", "whole", "initials"),
    [
        ("王建国", "wangjianguo", "wjg"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("解晓东", "xiexiaodong", "xxd"),
        ("仇英", "qiuying", "qy"),
        ("区小姐", "ouxiaojie", "oxj"),
        ("朴智星", "piaozhixing", "pzx"),
        ("查良镛", "zhaliangyong", "zly"),
        ("曾国藩", "zengguofan", "zgf"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("长孙无忌", "zhangsunwuji", "zswj"),
        ("乐嘉", "yuejia", "yj"),
        ("吕布", "lvbu", "lb"),
        ("欧阳Tom", "ouyangtom", "oytom"),
    ],
)
def test_a_name_is_typed_by_its_usual_readings(name: str, whole: str, initials: str) -> None:
    ways = typed(name)
    assert whole in {way.whole for way in ways}
    assert initials in {way.initials for way in ways}


def test_the_commonest_reading_comes_first() -> None:
    assert typed("王行")[0].whole == "wangxing"


def test_a_name_of_letters_needs_no_pinyin() -> None:
    assert typed("John Smith") == ()


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=30))
def test_the_ways_of_a_long_name_stay_few(name: str) -> None:
    ways = typed(name)
    assert len(ways) <= READINGS
    assert all(way.initials for way in ways)
