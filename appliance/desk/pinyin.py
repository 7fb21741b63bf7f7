"""How a Chinese name may be typed: whole pinyin and initials, with every usual reading of a character.

pypinyin's table of phrases would cost 50 MB and pick one reading for us; names need all of them (Shan and Dan for 单),
so only its table of characters is read (`PYPINYIN_NO_PHRASES`, 11 MB, 40 ms), and only when the first Chinese name
comes.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import NamedTuple

READINGS = 24
"""Readings of one name that are kept, the commoner ones first."""
_HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]")


class Typed(NamedTuple):
    """One way to type a name: `wangjianguo` and `wjg`."""

    whole: str
    initials: str


def typed(name: str) -> tuple[Typed, ...]:
    """All ways, the commonest readings first; letters and digits between the characters stay. Empty for a name
    without a Chinese character."""
    if not _HAN.search(name):
        return ()
    ways = [(0, Typed("", ""))]
    for character in name:
        readings = _readings(character)
        grown = [
            (
                rare + place,
                Typed(way.whole + reading, way.initials + (reading[:1] if _HAN.match(character) else reading)),
            )
            for rare, way in ways
            for place, reading in enumerate(readings)
        ]
        ways = sorted(grown, key=lambda each: each[0])[:READINGS] if readings else ways
    return tuple(dict.fromkeys(way for _rare, way in ways))


@lru_cache(maxsize=8192)
def _readings(character: str) -> tuple[str, ...]:
    if not _HAN.match(character):
        return (character.casefold(),) if character.isalnum() else ()
    os.environ["PYPINYIN_NO_PHRASES"] = os.environ["PYPINYIN_NO_DICT_COPY"] = "yes"
    from pypinyin import Style, pinyin  # noqa: PLC0415  # 11 MB that a branch without Chinese names never needs

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(found[0]) if found else ()
