"""How calls sounded, over a line that loses, delays and jumbles: the history tells what the line really did."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from images.box import TECHNICIAN, Box
from images.phones import Handset, Handsets, Line
from images.run import poll
from tests.lab.rough_line import RoughLine

TALK = 16.0
"""Seconds: three of the reports that both ends send every 5 s."""
LOSS, DELAY, UNEVEN = 0.06, 0.09, 0.03
CALLER, CALLED = "8021", "8022"


@dataclass
class Seen:
    """The history of a call, and the share of packets that the line really lost."""

    legs: dict[str, dict[str, Any]]
    lost: float


def told(box: Box) -> dict[str, dict[str, Any]]:
    """The legs of the newest call that ended, by party."""
    calls = json.loads(box.as_user(TECHNICIAN, ["branchbox", "calls", "list", "--number", CALLER, "--json"]).out)
    newest = calls["calls"][0]
    if newest["ended"] is None:
        return {}
    detail = json.loads(box.as_user(TECHNICIAN, ["branchbox", "calls", "show", newest["linkedid"], "--json"]).out)
    return {leg["party"]: leg for leg in detail["quality"]}


def talk(box: Box, one: Handset, other: Handset, *, ends: Handset) -> dict[str, dict[str, Any]]:
    """One call, and what the history says of it."""
    one.dial(other.number)
    other.wait(Line.RINGS)
    other.answer()
    one.wait(Line.TALKS)
    poll(lambda: one.line is Line.FREE, seconds=TALK)  # nobody hangs up meanwhile
    ends.hang_up()
    one.wait(Line.FREE)
    other.wait(Line.FREE)
    assert poll(lambda: len(told(box)) == 2, seconds=10)
    return told(box)


@pytest.fixture(scope="module")
def line(box: Box) -> Iterator[RoughLine]:
    with RoughLine(box.network) as rough:
        yield rough


@pytest.fixture(scope="module")
def phones(box: Box, line: RoughLine) -> Iterator[tuple[Handset, Handset]]:
    words = {each.number: each.password.get_secret_value() for each in box.document.extensions}
    with Handsets(line.phones) as made:
        yield made.add(CALLER, words[CALLER], tone=1000), made.add(CALLED, words[CALLED], tone=1500)


@pytest.fixture(scope="module")
def rough(box: Box, line: RoughLine, phones: tuple[Handset, Handset]) -> Seen:
    """A call over the bad line that the phone called ends."""
    line.loses(LOSS)
    line.delays(DELAY, uneven=UNEVEN)
    legs = talk(box, *phones, ends=phones[1])
    line.loses(0.0)
    line.delays(0.0)
    return Seen(legs, line.lost / (line.lost + line.carried))


def test_both_ends_of_a_call_leave_their_figures_whoever_hangs_up(rough: Seen) -> None:
    assert rough.legs.keys() == {CALLER, CALLED}


@pytest.mark.parametrize("party", [CALLER, CALLED])
def test_loss_delay_and_jitter_are_those_of_the_line(rough: Seen, party: str) -> None:
    leg = rough.legs[party]
    assert 0.03 < rough.lost < 0.09
    assert leg["codec"] == "alaw"
    # The other phone misses what this one's line lost, too, but `to` is what was lost on the way to it alone.
    assert leg["from_loss"] == pytest.approx(rough.lost, abs=0.025)
    assert leg["to_loss"] == pytest.approx(rough.lost, abs=0.025)
    # Reports wait behind the uneven media before them.
    assert 2 * DELAY <= leg["round_trip"] < 2 * (DELAY + UNEVEN) + 0.02
    assert 0.002 < leg["from_jitter"] < UNEVEN
    assert leg["mos"] < 3.9


def test_a_clean_line_sounds_as_good_as_its_codec_can(box: Box, rough: Seen, phones: tuple[Handset, Handset]) -> None:
    legs = talk(box, *phones, ends=phones[0])
    assert {leg["mos"] > 4.3 for leg in legs.values()} == {True}
    assert {leg["from_loss"] for leg in legs.values()} == {0.0}


def test_the_exchange_had_nothing_to_complain_of(box: Box, rough: Seen) -> None:
    words = box.path("/var/log/asterisk/messages.log").read_text()
    assert "rtcp" not in words
    lines = box.path("/var/log/asterisk/cel-custom/branchbox.csv").read_text().splitlines()
    marks = [line for line in lines if line.startswith('"BB_QUALITY"')]
    assert len(marks) >= 4
    # Asterisk would cut a line off after 1023 bytes; a caller's name may take another 60.
    assert max(map(len, marks)) < 960
