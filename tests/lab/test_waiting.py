"""On the real Asterisk: who presses 3 keeps the place. What agents and customers do then is test_voices'.

A throw-away Asterisk in the box with callers as Local channels; keys are pressed into them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.site.models import Callbacks
from images.box import Box
from images.run import poll
from tests.lab.test_real_asterisk_loads import Exchange, exchange
from tests.unit.asterisk_conf.test_waiting import branch

CALLERS = {"1": ("13800010001", ""), "2": ("13800010002", "3WWWWWWWWWWWWW1"), "3": ("13800010003", "")}
"""Extension of a caller: the number, and the keys that are pressed once all wait."""
PATIENCE = 90


@pytest.fixture(scope="module")
def waiting(box: Box) -> Iterator[Exchange]:
    """Three callers in the queue, the second of whom has asked to be called back and is gone."""
    document = branch(Callbacks(tries=2, pause=1), max_wait=7200)
    with exchange(box, "waiting", document) as running:
        running.ask("core waitfullybooted")
        lines = ["", "[walk]"]
        for caller, (number, _keys) in CALLERS.items():
            lines += [f"exten = {caller},1,Set(CALLERID(num)={number})", "same = n,Goto(did-96296,s,1)"]
        lines.append("[walker]")
        for caller, (_number, keys) in CALLERS.items():
            lines += [f"exten = {caller},1,Answer()", f"same = n,SendDTMF(WWWWWWWWWW{keys})", "same = n,Wait(600)"]
        with Path(running.outside(running.places.etc / "extensions.conf")).open("a") as text:
            text.write("\n".join(lines) + "\n")
        running.ask("dialplan reload")
        for caller in CALLERS:
            running.ask(f"channel originate Local/{caller}@walk/n extension {caller}@walker")
            time.sleep(2)  # whoever comes later waits a second less at least
        until(running, lambda: any("callback-waits" in each for each in line_of(running)))
        yield running


def line_of(running: Exchange) -> list[str]:
    """The channels that wait in the queue, first in line first."""
    return re.findall(r"^\s+\d+\. (\S+) \(wait:", running.ask("queue show repair"), re.MULTILINE)


def until(running: Exchange, condition: Callable[[], bool]) -> None:
    there = poll(condition, seconds=PATIENCE, every=1)
    assert there, running.ask("queue show") + running.ask("core show channels concise")


def test_a_call_back_waits_in_its_callers_place(waiting: Exchange) -> None:
    first, second, third = line_of(waiting)
    assert first.startswith("Local/1@walk")
    assert second.startswith("Local/13800010002@callback-waits")
    assert third.startswith("Local/3@walk")


def test_the_row_of_a_call_back_says_since_when(waiting: Exchange) -> None:
    rows = waiting.ask("database show callback")
    assert re.search(r"/callback/13800010002\s*: repair\*\d{10}\*0?5\*0\*0\*\S+", rows), rows


def test_nothing_of_this_is_a_complaint(waiting: Exchange) -> None:
    assert waiting.complaints() == []
