"""The journal viewer's filters, over entries as systemd gives them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import pytest

from appliance.api.contract import JournalFilter, JournalLine
from appliance.core.journal import Journal


class FakeReader:
    """Entries oldest first; matches as systemd's reader applies them."""

    def __init__(self, *entries: Mapping[str, Any]) -> None:
        self._entries = entries
        self._left: list[Mapping[str, Any]] = []
        self._fields: dict[str, str] = {}
        self._level = 7

    def add_match(self, **fields: str) -> None:
        self._fields |= fields

    def log_level(self, level: int) -> None:
        self._level = level

    def seek_tail(self) -> None:
        self._left = [
            entry
            for entry in self._entries
            if all(entry.get(name) == value for name, value in self._fields.items())
            and entry.get("PRIORITY", 5) <= self._level
        ]

    def get_previous(self) -> Mapping[str, Any]:
        return self._left.pop() if self._left else {}


def entry(at: int, text: object, unit: str = "asterisk.service", priority: int = 6) -> dict[str, Any]:
    moment = dt.datetime.fromtimestamp(at, dt.UTC)
    return {"__REALTIME_TIMESTAMP": moment, "MESSAGE": text, "_SYSTEMD_UNIT": unit, "PRIORITY": priority}


ENTRIES = (
    entry(10, "started"),
    entry(20, "Registered phone 8001"),
    entry(30, "disk is filling", "branchbox-health.service", 4),
    entry(40, b"caf\xe9 broken", "asterisk.service", 3),
)


async def lines(wanted: JournalFilter) -> list[JournalLine]:
    journal = Journal(lambda: nullcontext(FakeReader(*ENTRIES)))
    page = await journal._list("technician", wanted)
    return list(page.lines)


async def test_newest_comes_first_with_unit_and_priority() -> None:
    found = await lines(JournalFilter())
    assert [line.at for line in found] == [40, 30, 20, 10]
    assert found[1] == JournalLine(at=30, unit="branchbox-health.service", priority=4, text="disk is filling")


@pytest.mark.parametrize(
    ("wanted", "times"),
    [
        (JournalFilter(unit="branchbox-health"), [30]),
        (JournalFilter(unit="branchbox-health.service"), [30]),
        (JournalFilter(priority=4), [40, 30]),
        (JournalFilter(text="PHONE"), [20]),
        (JournalFilter(since=20), [40, 30, 20]),
        (JournalFilter(limit=1), [40]),
    ],
)
async def test_each_filter_keeps_what_it_names(wanted: JournalFilter, times: list[float]) -> None:
    assert [line.at for line in await lines(wanted)] == times


async def test_a_line_that_is_no_text_is_shown_as_far_as_it_is_one() -> None:
    assert (await lines(JournalFilter(limit=1)))[0].text == "caf\ufffd broken"
