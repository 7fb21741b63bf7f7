"""Text that is cut and padded by terminal cells: a Chinese character counts two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rich.cells import cell_len, set_cell_size
from rich.text import Text

Align = Literal["left", "right"]


def fit(text: str, width: int, align: Align = "left") -> str:
    """Exactly `width` cells: padded, or cut with a `~` at the end."""
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "~" if width > 0 else ""
    pad = " " * (width - length)
    return pad + text if align == "right" else text + pad


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken at spaces, or anywhere in Chinese."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used, gap = "", 0, -1
        for character in paragraph:
            size = cell_len(character)
            if used + size > width:
                if character == " ":
                    lines.append(line)
                    line, used, gap = "", 0, -1
                    continue
                keep = gap if gap > 0 else len(line)
                lines.append(line[:keep].rstrip())
                line = line[keep:].lstrip()
                used, gap = cell_len(line), -1
            line += character
            used += size
            if character == " " or size == 2:
                gap = len(line)
        lines.append(line)
    return lines


def ends(left: Text, right: Text, width: int) -> Text:
    """One line with a text at each end; the left one gives way."""
    room = max(0, width - right.cell_len - 1)
    shown = left.copy()
    if shown.cell_len > room:
        shown.truncate(room)
    line = Text(no_wrap=True, end="")
    line.append_text(shown)
    line.append(" " * max(0, width - shown.cell_len - right.cell_len))
    line.append_text(right)
    return line


def beside(left: Iterable[Text], right: Iterable[Text], at: int) -> list[Text]:
    """Two blocks of lines side by side, the right one from column `at` on."""
    lefts, rights = list(left), list(right)
    lines = []
    for row in range(max(len(lefts), len(rights))):
        line = lefts[row].copy() if row < len(lefts) else Text()
        line.truncate(at - 1)
        line.append(" " * (at - line.cell_len))
        if row < len(rights):
            line.append_text(rights[row])
        lines.append(line)
    return lines


def line(*parts: str | tuple[str, str]) -> Text:
    """A line of plain and styled pieces, never wrapped."""
    return Text.assemble(*parts, no_wrap=True, end="")
