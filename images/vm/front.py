"""The seat in front of the machine: what its screen shows is pixels, so the letters are learned first.

A person types every letter once into a field and deletes it again; from then on each cell of the
screen is the letter that looks exactly so. Font and size of the console do not matter.
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from images.run import Failure, die, poll
from images.vm.machine import Machine

CHUNK = 16
"""Letters that are typed at once: fits into every field."""
LETTERS = string.ascii_letters + string.digits + string.punctuation.replace(" ", "")
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
SAME = 16
"""How much of 255 a point's ink may differ in another colour."""
STILL = 30.0
"""Seconds in which a picture must come to rest."""
BAR, BRIGHT, MOST = 8, 300, 0.6
"""Lines of pixels, the sum of a pixel's shades, a line's share: a rule is thinner, a background darker."""

Glyph = bytes


@dataclass(frozen=True)
class Picture:
    """Pixels of a screen, 3 bytes each."""

    width: int
    height: int
    pixels: bytes

    @classmethod
    def of(cls, ppm: bytes) -> Picture:
        """Read a binary PPM of 8 bits (netpbm's ppm(5), as QEMU writes it)."""
        kind, size, most, pixels = ppm.split(b"\n", 3)
        if kind != b"P6" or most != b"255":
            die(f"A picture of the kind {kind!r} with {most!r} shades cannot be read.")
        width, height = map(int, size.split())
        return cls(width, height, pixels)

    def row(self, line: int, left: int, right: int) -> bytes:
        """A piece of a line of pixels."""
        return self.pixels[3 * (line * self.width + left) : 3 * (line * self.width + right)]

    def has_bar(self) -> bool:
        """Whether a list's cursor is there: a row of one bright colour in the screen's right half, but for letters."""
        high = 0
        for line in range(self.height):
            half = self.row(line, self.width // 2, self.width)
            points = Counter(half[n : n + 3] for n in range(0, len(half), 3))
            colour, many = points.most_common(1)[0]
            high = high + 1 if sum(colour) > BRIGHT and many > MOST * points.total() else 0
            if high >= BAR:
                return True
        return False

    def changed(self, other: Picture) -> tuple[int, int, int, int] | None:
        """The smallest box that holds every difference: left, top, right, bottom; None when there is none."""
        lines = [n for n in range(self.height) if self.row(n, 0, self.width) != other.row(n, 0, other.width)]
        if not lines:
            return None
        columns = [
            place // 3
            for line in lines
            for place, (ours, theirs) in enumerate(
                zip(self.row(line, 0, self.width), other.row(line, 0, other.width), strict=True)
            )
            if ours != theirs
        ]
        return min(columns), lines[0], max(columns) + 1, lines[-1] + 1


@dataclass(frozen=True)
class Grid:
    """Where the cells are, in pixels."""

    wide: int
    high: int
    left: int
    top: int

    def cell(self, picture: Picture, column: int, row: int) -> bytes:
        """A cell's pixels."""
        left, top = self.left + column * self.wide, self.top + row * self.high
        return b"".join(picture.row(top + n, left, left + self.wide) for n in range(self.high))

    @staticmethod
    def glyph(cell: bytes) -> Glyph:
        """How much ink each point of a cell has, 0 to 255, whatever its colours. A cell without ink is blank."""
        points = [cell[n : n + 3] for n in range(0, len(cell), 3)]
        ground = Counter(points).most_common(1)[0][0]
        far = max(_distance(point, ground) for point in points)
        return bytes(_distance(point, ground) * 255 // far if far else 0 for point in points)

    def size(self, picture: Picture) -> tuple[int, int]:
        """How many whole columns and rows there are."""
        return (picture.width - self.left) // self.wide, (picture.height - self.top) // self.high


def _distance(one: bytes, other: bytes) -> int:
    return sum(abs(ours - theirs) for ours, theirs in zip(one, other, strict=True))


@dataclass
class Alphabet:
    """The letters of a console, once learned; good for every machine with the same system."""

    grid: Grid | None = None
    letters: dict[Glyph, str] = field(default_factory=dict)
    _cells: dict[bytes, str] = field(default_factory=dict, repr=False)
    """Pixels that were judged before: a screen is mostly blank."""

    def learn(self, before: Picture, after: Picture, typed: str) -> None:
        """Take the letters from what changed when they were typed into an empty field with a block as cursor."""
        box = before.changed(after)
        if box is None:
            die("Nothing changed on the screen when somebody typed.")
        left, top, right, bottom = box
        # The cursor was on the first letter's cell and is behind the last one now.
        wide, odd = divmod(right - left, len(typed) + 1)
        high = bottom - top
        if odd or not wide < high < 3 * wide:
            die(f"{len(typed)} letters changed {right - left} x {high} pixels: something else moved too.")
        grid = Grid(wide, high, left % wide, top % high)
        if self.grid not in (None, grid):
            die(f"The cells were {self.grid} and are {grid}.")
        self.grid = grid
        column, row = left // wide, top // high
        for place, letter in enumerate(typed):
            self.letters.setdefault(grid.glyph(grid.cell(after, column + place, row)), letter)
        self._cells.clear()

    def read(self, picture: Picture) -> str:
        """The picture as text; a cell that looks like no letter is UNKNOWN."""
        if self.grid is None:
            die("No letter has been learned yet.")
        columns, rows = self.grid.size(picture)
        cells = ((self.grid.cell(picture, column, row) for column in range(columns)) for row in range(rows))
        return "\n".join("".join(map(self._letter, row)).rstrip() for row in cells)

    def _letter(self, cell: bytes) -> str:
        if cell not in self._cells:
            glyph = Grid.glyph(cell)
            self._cells[cell] = self._nearest(glyph) if any(glyph) else " "
        return self._cells[cell]

    def _nearest(self, glyph: Glyph) -> str:
        """The letter that looks so: smoothed edges have other roundings in another colour."""
        fits = (
            letter
            for known, letter in self.letters.items()
            if all(abs(one - other) <= SAME for one, other in zip(known, glyph, strict=True))
        )
        return self.letters.get(glyph) or next(fits, UNKNOWN)


class Front:
    """Screen and keyboard of the machine itself."""

    def __init__(self, machine: Machine, alphabet: Alphabet) -> None:
        self.machine = machine
        self._alphabet = alphabet
        self._last: tuple[bytes, str] = (b"", "")

    def text(self) -> str:
        """What the screen shows, as far as letters are known."""
        shown = self.machine.picture()
        if shown != self._last[0]:
            self._last = (shown, self._alphabet.read(Picture.of(shown)))
        return self._last[1]

    def type(self, text: str) -> None:
        """Write a text."""
        self.machine.type(text)

    def press(self, *presses: str) -> None:
        """Press keys one after the other."""
        self.machine.press(*presses)

    def rest(self, unlike: bytes = b"") -> bytes:
        """The picture once it stands still, and is another one than before. Raises Failure."""
        return self._still(lambda picture: picture != unlike) or die("The screen does not come to rest.")

    def wait_for_list(self, seconds: float) -> None:
        """Wait until a list has the cursor. Raises Failure.

        No letter is known yet, and a console that starts changes by itself: what changes back need not be an answer.
        But a boot menu is a list too, so Linux must have come up.
        """
        if not poll(lambda: Picture.of(self.machine.picture()).has_bar(), seconds=seconds, every=0.5):
            die(f"The screen shows no list after {seconds:g} s.")
        self.rest()

    def learn(self) -> None:
        """Type every letter into the empty field that has the cursor, and delete it again. Raises Failure."""
        empty = self.rest()
        for start in range(0, len(LETTERS), CHUNK):
            piece = LETTERS[start : start + CHUNK]
            self.machine.type(piece)
            self._taught(empty, piece)
            self.machine.press(*["Backspace"] * len(piece))
            if not self._still(lambda picture: picture == empty):
                die(f"{piece!r} was deleted again, and the screen is not what it was before.")

    def _taught(self, empty: bytes, piece: str) -> None:
        """Learn from the letters as soon as all of them are there: a slow machine stands still in between."""
        refused = [Failure("The screen does not come to rest.")]

        def all_there(picture: bytes) -> bool:
            try:
                self._alphabet.learn(Picture.of(empty), Picture.of(picture), piece)
            except Failure as failure:
                refused[:] = [failure]
                return False
            return True

        if not self._still(all_there):
            raise refused[0]

    def _still(self, wanted: Callable[[bytes], bool]) -> bytes:
        """The picture that is wanted, once it is there and stands still; nothing when that takes longer."""
        pictures = [b"", b""]

        def there() -> bool:
            pictures[:] = [pictures[1], self.machine.picture()]
            return pictures[0] == pictures[1] and wanted(pictures[1])

        return pictures[1] if poll(there, seconds=STILL, every=0.5) else b""
