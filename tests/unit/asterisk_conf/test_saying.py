"""What the box says of a number is what a person would: by an oracle that knows nothing of say.conf."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.asterisk_conf.reading import sections
from tests.unit.asterisk_conf.test_nothing_injects import BASE

RULES = {section.name: section.options for section in sections(BASE, "say.conf")}
TEXTS = tomllib.loads(Path("asterisk_conf/prompts.toml").read_text())
DEEPEST = 10
"""apps/app_playback.c: `if (depth++ > 10)`."""

numbers = (
    st.integers(0, 10**12 - 1)
    | st.integers(0, 10**5)
    | st.builds(lambda digits: int("".join(digits)), st.lists(st.sampled_from("00012"), min_size=1, max_size=12))
)
moments = st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2099, 12, 31))


def said(language: str, what: str, depth: int = 0) -> list[str]:
    """app_playback.c's do_say: the sounds, in order."""
    assert depth <= DEEPEST, what
    rule = next((value for name, value in RULES[language] if re.fullmatch(pattern(name), what)), None)
    assert rule is not None, what
    value = what.partition(":")[2]
    value = value.partition(":")[2] if ":" in value else value
    sounds: list[str] = []
    for piece in rule.removeprefix(">").split(","):
        name = re.sub(r"\$\{SAY(?::(\d+))?(?::(\d+))?\}", lambda cut: _cut(value, cut), piece.strip())
        assert len(name) < 128, name  # char fn[128]
        sounds += said(language, name, depth + 1) if ":" in name else [name]
    return sounds


def _cut(value: str, cut: re.Match[str]) -> str:
    first = int(cut[1] or 0)
    return value[first : first + int(cut[2])] if cut[2] else value[first:]


def pattern(name: str) -> str:
    """main/extension_match: X, N, Z, classes, `.` for one or more."""
    special = {"X": "[0-9]", "N": "[2-9]", "Z": "[1-9]", ".": ".+", "+": r"\+"}
    parts = re.findall(r"\[[^]]+\]|.", name.removeprefix("_"))
    return "".join(part if part.startswith("[") else special.get(part.upper(), part) for part in parts)


def spoken(language: str, what: str) -> str:
    """The words: Chinese as written in prompts.toml, English as the sounds' names."""
    sounds = said(language, what)
    if language == "zh":
        return "".join(TEXTS[sound]["zh"] for sound in sounds)
    words = {"vm-and": "and", "oclock": "o'clock"}
    return " ".join(words.get(name := sound.removeprefix("digits/").removeprefix("money/"), name) for sound in sounds)


# --- oracles -------------------------------------------------------------------------------------

DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """By groups of four, then what grammars say: zeros once, 一十 to 十 at the head, 二 to 两 before 千, 万, 亿."""
    if number == 0:
        return "零"
    text, gap = "", False
    for place in (2, 1, 0):
        group = number // 10000**place % 10000
        if group == 0:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        gap = False
        inner, hole = "", False
        for unit, digit in zip(("千", "百", "十", ""), f"{group:04}", strict=True):
            if digit == "0":
                hole = bool(inner)
                continue
            inner += ("零" if hole else "") + DIGITS[int(digit)] + unit
            hole = False
        text += inner + ("", "万", "亿")[place]
    if text.startswith("一十"):
        text = text[1:]
    if text.startswith("二") and text[1:2] in {"千", "万", "亿"}:
        text = "两" + text[1:]
    return text


ONES = [str(number) for number in range(20)]


def english(number: int) -> str:
    def small(value: int) -> str:
        if value < 20:
            return ONES[value]
        if value < 100:
            return f"{value // 10}0" + (f" {value % 10}" if value % 10 else "")
        return f"{value // 100} hundred" + (f" and {small(value % 100)}" if value % 100 else "")

    if number < 1000:
        return small(number)
    parts = []
    for power, unit in ((9, "billion"), (6, "million"), (3, "thousand")):
        group = number // 10**power % 1000
        if group:
            parts.append(f"{small(group)} {unit}")
    last = number % 1000
    if last:
        parts.append(("and " if last < 100 else "") + small(last))
    return " ".join(parts)


# --- properties ----------------------------------------------------------------------------------


@given(numbers)
@example(10**8 + 5 * 10**3)
@example(100_100_000)
@example(22_222)
def test_a_number_in_chinese(number: int) -> None:
    assert spoken("zh", f"num:{number}") == chinese(number)


@given(numbers)
@example(1_000_005)
@example(1_005_000)
def test_a_number_in_english(number: int) -> None:
    assert spoken("en", f"num:{number}") == english(number)


@given(st.text("0123456789", min_size=1, max_size=20))
def test_a_telephone_number_is_said_digit_by_digit(number: str) -> None:
    assert spoken("zh", f"phone:{number}") == "".join(DIGITS[int(digit)] for digit in number).replace("一", "幺")
    assert spoken("zh", f"digit:{number}") == "".join(DIGITS[int(digit)] for digit in number)
    assert spoken("en", f"phone:+{number}") == " ".join(number)


@given(st.integers(0, 10**12 - 1) | st.integers(0, 10_000))
def test_money(fen: int) -> None:
    yuan, rest = divmod(fen, 100)
    jiao, last = divmod(rest, 10)
    text = ("两" if yuan == 2 else chinese(yuan)) + "元" if yuan or not fen else ""
    text += DIGITS[jiao] + "角" if jiao else ""
    text += ("零" if yuan and last and not jiao else "") + (DIGITS[last] + "分" if last else "")
    text = "两" + text[1:] if text.startswith("二") and text[1:2] in {"角", "分"} else text
    assert spoken("zh", f"money:{fen}") == text
    said_yuan = [f"{english(yuan)} yuan"] if yuan or not fen else []
    said_fen = [f"{english(rest)} fen"] if rest else []
    assert spoken("en", f"money:{fen}") == " and ".join([*said_yuan, *said_fen])


@given(moments)
def test_a_moment_in_chinese(moment: dt.datetime) -> None:
    hour = moment.hour
    period = next(
        name for until, name in ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上")) if hour < until
    )
    shown = hour if hour <= 12 else hour - 12
    minute = moment.minute
    time = period + ("两" if shown == 2 else chinese(shown)) + "点"
    time += "整" if minute == 0 else f"{'零' if minute < 10 else ''}{chinese(minute)}分"
    year = "".join(DIGITS[int(digit)] for digit in str(moment.year))
    day = f"{year}年{chinese(moment.month)}月{chinese(moment.day)}日星期{'一二三四五六日'[moment.weekday()]}"
    assert spoken("zh", f"datetime::{moment:%Y%m%d%H%M.%S-%w-%j}") == day + time


@given(moments)
def test_a_moment_in_english(moment: dt.datetime) -> None:
    day = moment.day
    ordinal = f"h-{day}" if day < 20 or day % 10 == 0 else f"{day // 10}0 h-{day % 10}"
    first, last = divmod(moment.year, 100)
    tail = english(last) if last >= 10 else f"oh {last}" if last else "hundred"
    year = f"{english(first)} {tail}"
    if first == 20 and last < 10:
        year = "2 thousand" + (f" and {last}" if last else "")
    minute = moment.minute
    past = "o'clock" if minute == 0 else f"oh {minute}" if minute < 10 else english(minute)
    assert spoken("en", f"datetime::{moment:%Y%m%d%H%M.%S-%w-%j}") == (
        f"day-{moment:%w} mon-{moment.month - 1} {ordinal} {year} "
        f"{moment.hour % 12 or 12} {past} {'a-m' if moment.hour < 12 else 'p-m'}"
    )


@pytest.mark.parametrize(
    ("language", "what", "words"),
    [
        ("zh", "num:2", "二"),
        ("zh", "count:2", "两"),
        ("zh", "count:12", "十二"),
        ("zh", "enum:2", "第二"),
        ("zh", "num:200", "二百"),
        ("zh", "num:2000", "两千"),
        ("zh", "num:12000", "一万二千"),
        ("zh", "num:110", "一百一十"),
        ("zh", "num:10010", "一万零一十"),
        ("zh", "phone:12345", "幺二三四五"),
        ("zh", "money:1205", "十二元零五分"),
        ("zh", "time::202611231520.00-1-327", "下午三点二十分"),
        ("zh", "date::202611231520.00-1-327", "二零二六年十一月二十三日星期一"),
        ("en", "num:2005", "2 thousand and 5"),
        ("en", "enum:123", "1 hundred and 20 h-3"),
        ("en", "enum:1003", "1 thousand and h-3"),
    ],
)
def test_as_people_say_it(language: str, what: str, words: str) -> None:
    assert spoken(language, what) == words


ALLISON = {
    *(f"digits/{n}" for n in (*range(21), 30, 40, 50, 60, 70, 80, 90, "hundred", "thousand", "million", "billion")),
    *(f"digits/h-{n}" for n in (*range(1, 21), 30, 40, 50, 60, 70, 80, 90, "hundred", "thousand")),
    *(f"digits/day-{n}" for n in range(7)),
    *(f"digits/mon-{n}" for n in range(12)),
    *("digits/a-m", "digits/p-m", "digits/oclock", "digits/oh", "vm-and"),
}
"""What Debian's asterisk-core-sounds-en has of this."""


@given(numbers, moments)
def test_every_sound_is_there(number: int, moment: dt.datetime) -> None:
    values = [f"num:{number}", f"enum:{number % 9999 + 1}", f"phone:{number}", f"money:{number}"]
    for what in (*values, f"datetime::{moment:%Y%m%d%H%M.%S-%w-%j}"):
        for sound in said("en", what):
            assert sound in ALLISON or "en" in TEXTS[sound]
        for sound in said("zh", what):
            assert "zh" in TEXTS[sound]
