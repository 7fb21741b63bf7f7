"""What kind of number somebody dials: the country's numbering plan as data, the site's own patterns before it. Pure.

Patterns are Asterisk's, without the underscore; of several that fit, the closest one counts, as in main/pbx.c
(`ext_cmp_pattern`), so that this module and the rendered dialplan say the same.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping

from appliance.site.models import NumberClass, SiteDocument

Plan = Mapping[NumberClass, tuple[str, ...]]

UNKNOWN = NumberClass.INTERNATIONAL
"""What no plan knows may be dear: it needs the widest permission."""

CHINA: Plan = {
    NumberClass.EMERGENCY: ("110", "119", "120", "122"),
    # 95 and 96: banks, utilities and other services; 400 and 800: shared cost and free phone.
    NumberClass.SPECIAL: ("1XX", "1[0-2]XXX", "1[0-2]XXXX", "9XXX.", "400XXXXXXX", "800XXXXXXX"),
    NumberClass.LOCAL: ("[2-8]XXXXXX", "[2-8]XXXXXXX"),
    NumberClass.MOBILE: ("1[3-9]XXXXXXXXX", "01[3-9]XXXXXXXXX"),
    NumberClass.NATIONAL: ("0[1-9]X.",),
    # 179XX are prefixes of voice carriers, behind which a number of any country can stand.
    NumberClass.INTERNATIONAL: ("00X.", "179X."),
}
"""Ministry of Industry and Information Technology, telecommunication network numbering plan (2017)."""

NEUTRAL: Plan = {
    NumberClass.EMERGENCY: ("112", "911"),
    NumberClass.LOCAL: ("[1-9]X.",),
    NumberClass.NATIONAL: ("0[1-9]X.",),
    NumberClass.INTERNATIONAL: ("00X.",),
}
"""Trunk prefix 0 and international prefix 00 (ITU-T E.164, appendix); whatever else a country has are the site's own
number groups."""

ALWAYS_OPEN = (NumberClass.INTERNAL, NumberClass.EMERGENCY)
"""What every phone may call, without a permission."""

PLANS: Mapping[str, Plan] = {"CN": CHINA}
"""By country (ISO 3166-1); every other one has `NEUTRAL`."""


def plan_of(document: SiteDocument) -> Plan:
    """The country's plan, with the site's own area code in front of local numbers."""
    plan = PLANS.get(document.customers.country, NEUTRAL)
    area = document.customers.area_code
    if area is None:
        return plan
    local = plan[NumberClass.LOCAL]
    return {**plan, NumberClass.LOCAL: (*local, *(f"{area}{pattern}" for pattern in local))}


def own_patterns(document: SiteDocument) -> dict[str, NumberClass]:
    """The site's own patterns; the first group that has one keeps it."""
    own: dict[str, NumberClass] = {}
    for group in document.number_groups:
        for pattern in group.patterns:
            own.setdefault(pattern, group.number_class)
    return own


def class_of(document: SiteDocument, number: str) -> NumberClass:
    """What kind of number this is, written as dialled behind the digit for outside."""
    own = own_patterns(document)
    pattern = closest(own, number)
    if pattern is not None:
        return own[pattern]
    plan = {pattern: kind for kind, patterns in plan_of(document).items() for pattern in patterns}
    pattern = closest(plan, number)
    return UNKNOWN if pattern is None else plan[pattern]


def emergency_numbers(document: SiteDocument) -> tuple[str, ...]:
    """Those without a place for any digit, which phones dial as they are; patterns are refused by the rules."""
    own = own_patterns(document)
    planned = (number for number in plan_of(document)[NumberClass.EMERGENCY] if number not in own)
    return (*planned, *(pattern for pattern, kind in own.items() if kind is NumberClass.EMERGENCY))


def dialled_whole(document: SiteDocument, keys: str) -> bool:
    """Whether phones dial this without the digit for outside."""
    return keys in emergency_numbers(document) or closest(internal_patterns(document), keys) is not None


def internal_patterns(document: SiteDocument) -> tuple[str, ...]:
    """Numbers of other houses of ours, which phones dial as they are."""
    return tuple(pattern for pattern, kind in own_patterns(document).items() if kind is NumberClass.INTERNAL)


def closest(patterns: Iterable[str], number: str) -> str | None:
    """Of the patterns that fit a number the one that Asterisk takes."""
    fitting = [pattern for pattern in patterns if _compiled(pattern)[0].fullmatch(number)]
    return min(fitting, key=lambda pattern: _compiled(pattern)[1], default=None)


_SETS = {"X": "0123456789", "Z": "123456789", "N": "23456789"}
_PIECE = re.compile(r"\[([0-9-]+)\]|(.)")
_MORE, _ANY_MORE, _END = (0x180, "0"), (0x280, "0"), (0x300, "")


@functools.cache
def _compiled(pattern: str) -> tuple[re.Pattern[str], tuple[tuple[int, str], ...]]:
    """What a pattern fits, and its rank: place by place the smaller set first, of two equal ones the lower."""
    said, rank = "", []
    for piece in _PIECE.finditer(pattern):
        if piece[2] in {".", "!"}:
            said += "[0-9]+" if piece[2] == "." else "[0-9]*"
            rank.append(_MORE if piece[2] == "." else _ANY_MORE)
            continue
        digits = _set(piece[1]) if piece[1] else _SETS.get(piece[2], piece[2])
        said += f"[{digits}]" if digits else "(?!)"
        rank.append((len(digits), digits))
    return re.compile(said), (*rank, _END)


def _set(text: str) -> str:
    """`13-5` as 1345; nothing for a range the wrong way round."""
    found: set[int] = set()
    for first, last in re.findall(r"([0-9])(?:-([0-9]))?", text):
        found.update(range(int(first), int(last or first) + 1))
    return "".join(str(digit) for digit in sorted(found))


def is_empty(pattern: str) -> bool:
    """Whether a set of the pattern holds no digit, so that nothing fits."""
    return any(piece[1] and not _set(piece[1]) for piece in _PIECE.finditer(pattern))
