"""Reading a console off its pixels."""

from __future__ import annotations

import random
from typing import cast

import pytest

from images.run import Failure
from images.vm import Machine
from images.vm.front import UNKNOWN, Alphabet, Front, Picture

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


class Screen:
    """A machine that starts slowly: each look at it is a moment, keys before the list is there wait for it."""

    def __init__(self, starts: int) -> None:
        self._left = starts
        self._waiting: list[str] = []
        self._at = 0
        self.pressed: list[str] = []

    def picture(self) -> bytes:
        if self._left:
            self._left -= 1
            return f"starting {self._left // 8}".encode()
        for press in self._waiting:
            self._at = max(0, min(1, self._at + (1 if press == "Down" else -1)))
        self._waiting = []
        return f"list, cursor in row {self._at}".encode()

    def press(self, *presses: str) -> None:
        self._waiting += presses
        self.pressed += presses


@pytest.mark.parametrize("starts", [0, 1, 7, 20, 21, 22, 23, 24, 25, 40])
def test_keys_go_to_a_list_that_answers(starts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("images.run.time.monotonic", lambda: now[0])
    monkeypatch.setattr("images.run.time.sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    screen = Screen(starts)
    Front(cast(Machine, screen), Alphabet()).wait_for_list(600)
    assert screen.picture() == b"list, cursor in row 0"


def test_a_screen_without_a_list_is_no_list(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("images.run.time.monotonic", lambda: now[0])
    monkeypatch.setattr("images.run.time.sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    with pytest.raises(Failure, match="no list after 60 s"):
        Front(cast(Machine, Screen(1_000_000)), Alphabet()).wait_for_list(60)
