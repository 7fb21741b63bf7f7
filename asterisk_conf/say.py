"""say.conf: how numbers, ordinals, telephone numbers, money, dates and times are said, in Chinese and English.

Asterisk's own words for announcements made in a language (apps/app_playback.c, `mode=new`): its queues' positions go by
these rules too, and any step may say `Playback(PREFIX:VALUE,say)`. The first rule that fits is taken, and what stands
behind the prefix is `SAY`. Prefixes for steps:

  num:1205       cardinal, 0 to 999,999,999,999        enum:3      ordinal
  count:2        before a measure word (liang, not er)   digit:1205  digit by digit
  phone:110      telephone or queue number (yao for 1)   money:1205  fen, said as yuan, jiao, fen
  date::MOMENT, time::MOMENT, datetime::MOMENT          a moment as `asterisk_conf.dialplan.saying.moment` writes it

Chinese says `liang` for 2 at the head of a number before thousand, wan and yi, and before measure words only
(decision 0022).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from asterisk_conf.generator import Generator, Source
from asterisk_conf.syntax import Option, Section, section

Rule = tuple[str, str, tuple[str, ...]]
"""Prefix, pattern of its value, and the sounds or further rules that say it."""

_MONEY_DIGITS = 10
_LONGEST_HEAD = 4
"""Chinese groups have four digits, English ones three."""


def sections(_source: Source) -> Iterator[Section]:
    """[general], then the rules of each language."""
    yield section("general", ("mode", "new"))
    for language, rules in (("zh", _chinese()), ("en", _english())):
        yield Section(
            language, tuple(Option(f"_{_literal(p)}:{pattern}", ", ".join(said)) for p, pattern, said in rules)
        )


def _literal(prefix: str) -> str:
    """A prefix within a pattern, where n, x and z mean digits."""
    return re.sub("[nxz]", r"[\g<0>]", prefix)


def _cut(first: int, length: int | None = None) -> str:
    return f"${{SAY:{first}}}" if length is None else f"${{SAY:{first}:{length}}}"


def _sound(first: int) -> str:
    return f"digits/{_cut(first, 1)}"


# --- both ----------------------------------------------------------------------------------------


def _one_by_one(prefix: str, single: str) -> Iterator[Rule]:
    """Asterisk follows eleven rules deep, so digits go by fours."""
    for length in (2, 3, 4):
        yield prefix, "X" * length, tuple(f"{single}:{_cut(place, 1)}" for place in range(length))
    yield prefix, "XXXX.", (*(f"{single}:{_cut(place, 1)}" for place in range(4)), f"{prefix}:{_cut(4)}")


def _both() -> Iterator[Rule]:
    # "000" first: zeros in front are dropped by threes, for the same reason.
    for prefix in ("num", "enum"):
        yield prefix, "000.", (f"{prefix}:{_cut(3)}",)
        yield prefix, "0.", (f"{prefix}:{_cut(1)}",)
    yield "num", "X", ("digits/${SAY}",)
    yield "digit", "X", ("digits/${SAY}",)
    yield from _one_by_one("digit", "digit")
    yield "phone", "+.", (f"phone:{_cut(1)}",)
    yield "phone", "X", ("tel:${SAY}",)
    yield from _one_by_one("phone", "tel")
    yield "datetime", ":.", ("date::${SAY}", "time::${SAY}")


# --- Chinese -------------------------------------------------------------------------------------

_PERIODS = (
    ("0[0-5]", "time/small-hours"),
    ("0[6-9]", "time/morning"),
    ("1[01]", "time/morning"),
    ("12", "time/noon"),
    ("1[3-7]", "time/afternoon"),
    ("1[89]", "time/evening"),
    ("2X", "time/evening"),
)


def _chinese() -> Iterator[Rule]:
    ten, hundred, thousand, wan, yi = "digits/10", "digits/hundred", "digits/thousand", "digits/wan", "digits/yi"
    zero = "digits/0"
    yield from _both()
    yield "num", "10", (ten,)
    yield "num", "1X", (ten, _sound(1))
    yield "num", "XX", ("two:${SAY}",)
    yield "num", "XXX", ("three:${SAY}",)
    yield "num", "X000", (f"lead:{_cut(0, 1)}", thousand)
    yield "num", "XXXX", (f"lead:{_cut(0, 1)}", thousand, f"rest:{_cut(1)}")
    for head in range(1, _LONGEST_HEAD + 1):
        yield "num", "X" * head + "0000", (f"lead:{_cut(0, head)}", wan)
        yield "num", "X" * (head + 4), (f"lead:{_cut(0, head)}", wan, f"four:{_cut(head)}")
    for head in range(1, _LONGEST_HEAD + 1):
        yield "num", "X" * head + "0" * 8, (f"lead:{_cut(0, head)}", yi)
        yield "num", "X" * (head + 8), (f"lead:{_cut(0, head)}", yi, f"eight:{_cut(head)}")
    # What stands before a unit, at the head of a number.
    yield "lead", "2", ("digits/liang",)
    yield "lead", ".", ("num:${SAY}",)
    # Inside a number: so many digits, the first of them no zero.
    yield "two", "X0", (_sound(0), ten)
    yield "two", "XX", (_sound(0), ten, _sound(1))
    yield "three", "X00", (_sound(0), hundred)
    yield "three", "X0X", (_sound(0), hundred, zero, _sound(2))
    yield "three", "XXX", (_sound(0), hundred, f"two:{_cut(1)}")
    # Inside a number, behind a unit: not all are zeros, but the first may be.
    yield "rest", "00X", (zero, _sound(2))
    yield "rest", "0XX", (zero, f"two:{_cut(1)}")
    yield "rest", "XXX", ("three:${SAY}",)
    yield "four", "00XX", (f"rest:{_cut(1)}",)
    yield "four", "0XXX", (zero, f"three:{_cut(1)}")
    yield "four", "X000", (_sound(0), thousand)
    yield "four", "XXXX", (_sound(0), thousand, f"rest:{_cut(1)}")
    yield "eight", "00000XXX", (f"four:{_cut(4)}",)
    yield "eight", "0000XXXX", (zero, f"four:{_cut(4)}")
    yield "eight", "XXXX0000", (f"four:{_cut(0, 4)}", wan)
    yield "eight", "XXXXXXXX", (f"four:{_cut(0, 4)}", wan, f"four:{_cut(4)}")
    yield "enum", ".", ("digits/di", "num:${SAY}")
    yield "count", "2", ("digits/liang",)
    yield "count", ".", ("num:${SAY}",)
    yield "tel", "1", ("digits/yao",)
    yield "tel", "X", ("digits/${SAY}",)
    yield from _yuan_jiao_fen()
    yield (
        "date",
        ":.",
        (
            *(f"digit:{_cut(0, 4)}", "date/year"),
            *(f"num:{_cut(4, 2)}", "date/month"),
            *(f"num:{_cut(6, 2)}", "date/day"),
            f"digits/day-{_cut(16, 1)}",
        ),
    )
    for hours, period in _PERIODS:
        yield "time", f":XXXXXXXX{hours}.", (period, f"hour:{_cut(8, 2)}", "time/hour", f"past:{_cut(10, 2)}")
    for hour in range(24):
        shown = hour if hour <= 12 else hour - 12
        yield "hour", f"{hour:02}", ("digits/liang",) if shown == 2 else (f"num:{shown}",)
    yield "past", "00", ("time/sharp",)
    yield "past", "0X", (zero, _sound(1), "time/minute")
    yield "past", "XX", ("num:${SAY}", "time/minute")


def _yuan_jiao_fen() -> Iterator[Rule]:
    yuan, jiao, fen = "money/yuan", "money/jiao", "money/fen"
    yield "money", "0", ("digits/0", yuan)
    yield "money", "X", ("lead:${SAY}", fen)
    yield "money", "X0", (f"lead:{_cut(0, 1)}", jiao)
    yield "money", "XX", (f"lead:{_cut(0, 1)}", jiao, _sound(1), fen)
    for head in range(1, _MONEY_DIGITS + 1):
        whole = (f"count:{_cut(0, head)}", yuan)
        before = "X" * head
        yield "money", before + "00", whole
        yield "money", before + "0X", (*whole, "digits/0", _sound(head + 1), fen)
        yield "money", before + "X0", (*whole, _sound(head), jiao)
        yield "money", before + "XX", (*whole, _sound(head), jiao, _sound(head + 1), fen)


# --- English -------------------------------------------------------------------------------------


def _english() -> Iterator[Rule]:
    and_, hundred, thousand = "vm-and", "digits/hundred", "digits/thousand"
    yield from _both()
    yield "num", "1X", ("digits/${SAY}",)
    yield "num", "X0", ("digits/${SAY}",)
    yield "num", "XX", (f"digits/{_cut(0, 1)}0", _sound(1))
    yield "num", "X00", (_sound(0), hundred)
    yield "num", "XXX", (_sound(0), hundred, and_, f"num:{_cut(1)}")
    for zeros, unit in ((3, thousand), (6, "digits/million"), (9, "digits/billion")):
        for head in (1, 2, 3):
            said = (f"num:{_cut(0, head)}", unit)
            yield "num", "X" * head + "0" * zeros, said
            yield "num", "X" * head + "0" * (zeros - 2) + "XX", (*said, and_, f"num:{_cut(head + zeros - 2)}")
            yield "num", "X" * (head + zeros), (*said, f"num:{_cut(head)}")
    yield "enum", "[1-9]", ("digits/h-${SAY}",)
    yield "enum", "1X", ("digits/h-${SAY}",)
    yield "enum", "X0", ("digits/h-${SAY}",)
    yield "enum", "XX", (f"digits/{_cut(0, 1)}0", f"digits/h-{_cut(1)}")
    yield "enum", "X00", (_sound(0), "digits/h-hundred")
    yield "enum", "XXX", (_sound(0), hundred, and_, f"enum:{_cut(1)}")
    yield "enum", "X000", (_sound(0), "digits/h-thousand")
    yield "enum", "X0XX", (_sound(0), thousand, and_, f"enum:{_cut(2)}")
    yield "enum", "XXXX", (_sound(0), thousand, f"enum:{_cut(1)}")
    yield "count", ".", ("num:${SAY}",)
    yield "tel", "X", ("digits/${SAY}",)
    yield "money", "0", ("digits/0", "money/yuan")
    yield "money", "X", ("num:${SAY}", "money/fen")
    yield "money", "XX", ("num:${SAY}", "money/fen")
    for head in range(1, _MONEY_DIGITS + 1):
        whole = (f"num:{_cut(0, head)}", "money/yuan")
        yield "money", "X" * head + "00", whole
        yield "money", "X" * head + "XX", (*whole, and_, f"num:{_cut(head)}", "money/fen")
    yield "date", ":.", (f"digits/day-{_cut(16, 1)}", f"month:{_cut(4, 2)}", f"enum:{_cut(6, 2)}", f"year:{_cut(0, 4)}")
    for month in range(12):
        yield "month", f"{month + 1:02}", (f"digits/mon-{month}",)
    yield "year", "X000", (_sound(0), thousand)
    yield "year", "X00X", (_sound(0), thousand, and_, _sound(3))
    yield "year", "XX00", (f"num:{_cut(0, 2)}", hundred)
    yield "year", "XX0X", (f"num:{_cut(0, 2)}", "digits/oh", _sound(3))
    yield "year", "XXXX", (f"num:{_cut(0, 2)}", f"num:{_cut(2)}")
    for hours, half in (("0X", "digits/a-m"), ("1[01]", "digits/a-m"), ("1[2-9]", "digits/p-m"), ("2X", "digits/p-m")):
        yield "time", f":XXXXXXXX{hours}.", (f"hour:{_cut(8, 2)}", f"past:{_cut(10, 2)}", half)
    for hour in range(24):
        yield "hour", f"{hour:02}", (f"digits/{hour % 12 or 12}",)
    yield "past", "00", ("digits/oclock",)
    yield "past", "0X", ("digits/oh", _sound(1))
    yield "past", "XX", ("num:${SAY}",)


GENERATOR = Generator("say.conf", "module reload app_playback.so", sections)
