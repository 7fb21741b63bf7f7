"""Reading a console off its pixels."""

from __future__ import annotations

import random

import pytest

from images.run import Failure
from images.vm.front import UNKNOWN, Alphabet, Picture

WIDE, HIGH, COLUMNS, ROWS = 5, 9, 12, 4
GROUND, INK = (0, 0, 0), (200, 200, 200)
Colour = tuple[int, int, int]


def shape(letter: str) -> list[bool]:
    """A letter's ink, less than half of its cell; the space has none."""
    chance = random.Random(letter)  # noqa: S311  # no secret
    return [letter != " " and chance.random() < 0.3 for _ in range(WIDE * HIGH)]


def drawn(*rows: str, cursor: tuple[int, int] | None = None, ink: Colour = INK, ground: Colour = GROUND) -> Picture:
    """A console with a margin of 3 pixels below and right of its cells."""
    width, height = COLUMNS * WIDE + 3, ROWS * HIGH + 3
    points = [[GROUND] * width for _ in range(height)]
    for at, row in enumerate(rows):
        for column, letter in enumerate(row.ljust(COLUMNS)):
            paper, pen = (ink, ground) if cursor == (at, column) else (ground, ink)
            for place, inked in enumerate(shape(letter)):
                points[at * HIGH + place // WIDE][column * WIDE + place % WIDE] = pen if inked else paper
    return Picture(width, height, bytes(part for line in points for point in line for part in point))


def learned() -> Alphabet:
    alphabet = Alphabet()
    alphabet.learn(drawn("", "  |", cursor=(1, 3)), drawn("", "  |abcde", cursor=(1, 8)), "abcde")
    return alphabet


def test_letters_are_read_once_they_were_typed() -> None:
    assert learned().read(drawn("bad cab", "", " dead")).splitlines()[:3] == ["bad cab", "", " dead"]


def test_colours_do_not_matter() -> None:
    assert learned().read(drawn("bead", ink=(0, 0, 0), ground=(170, 85, 0))).splitlines()[0] == "bead"


def test_what_was_never_typed_is_not_guessed() -> None:
    assert learned().read(drawn("cafe")).splitlines()[0] == f"ca{UNKNOWN}e"


def test_a_screen_on_which_something_else_moved_teaches_nothing() -> None:
    with pytest.raises(Failure, match="something else moved"):
        Alphabet().learn(drawn("10:00", "|", cursor=(1, 1)), drawn("10:01", "|abc", cursor=(1, 4)), "abc")


def test_a_picture_of_qemu_is_read() -> None:
    picture = Picture.of(b"P6\n2 1\n255\n\x01\x02\x03\n\x0a\x0b")
    assert (picture.width, picture.height, picture.row(0, 1, 2)) == (2, 1, b"\n\x0a\x0b")


def screen(bars: dict[int, tuple[int, int]]) -> Picture:
    """40 x 30 pixels, black but for bars: first line -> how many lines, how bright a shade is."""
    lines = [b"\0" * 120] * 30
    for top, (high, shade) in bars.items():
        lines[top : top + high] = [bytes([shade]) * 120] * high
    return Picture(40, 30, b"".join(lines))


@pytest.mark.parametrize(
    ("bars", "a_list"),
    [
        ({}, False),
        ({4: (2, 170)}, False),  # a rule
        ({4: (10, 20)}, False),  # a dark background
        ({4: (2, 170), 12: (10, 170)}, True),
    ],
)
def test_a_list_has_a_bright_bar_as_its_cursor(bars: dict[int, tuple[int, int]], a_list: bool) -> None:
    assert screen(bars).has_bar() is a_list


def test_the_bar_may_have_letters() -> None:
    shown = bytearray(screen({10: (10, 170)}).pixels)
    for line in range(12, 18):
        for column in (*range(10), *range(22, 36, 2)):
            shown[3 * (40 * line + column) : 3 * (40 * line + column + 1)] = b"\0\0\0"
    assert Picture(40, 30, bytes(shown)).has_bar()
