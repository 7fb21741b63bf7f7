"""What a UPS says of itself, in the box's own terms. Pure.

Follows NUT's list of names (nut-names.txt). None is "it does not tell".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TESTS = ("test.battery.start.quick", "test.battery.start")
"""Commands that test a battery without emptying it, the shortest first."""


@dataclass(frozen=True)
class Reading:
    """One UPS at one moment; `words` are those of `ups.status`."""

    words: frozenset[str]
    status: str = ""
    charge: float | None = None
    runtime: float | None = None
    load: float | None = None
    model: str = ""
    battery_since: dt.date | None = None
    test_result: str = ""
    alarm: str = ""
    tests: tuple[str, ...] = ()


def read(variables: Mapping[str, str], commands: Sequence[str] = ()) -> Reading:
    """Understand a UPS; what is not there or no number is None."""
    status = variables.get("ups.status", "")
    model = " ".join(filter(None, (_text(variables, "ups.mfr", "device.mfr"), _text(variables, "ups.model"))))
    return Reading(
        words=frozenset(status.split()),
        status=_printable(status),
        charge=_number(variables, "battery.charge", 100.0),
        runtime=_number(variables, "battery.runtime", 10e6),
        load=_number(variables, "ups.load", 1000.0),
        model=model,
        battery_since=_date(variables.get("battery.date", "")),
        test_result=_text(variables, "ups.test.result"),
        alarm=_text(variables, "ups.alarm"),
        tests=tuple(command for command in TESTS if command in commands),
    )


def _number(variables: Mapping[str, str], name: str, most: float) -> float | None:
    try:
        value = float(variables[name])
    except (KeyError, ValueError):
        return None
    return value if 0 <= value <= most else None


def _text(variables: Mapping[str, str], *names: str) -> str:
    return next((_printable(variables[name]) for name in names if variables.get(name)), "")


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:64].strip()


def _date(text: str) -> dt.date | None:
    for form in ("%Y/%m/%d", "%Y-%m-%d", "%m/%d/%y", "%m/%d/%Y"):
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
