"""A terminal's SVG made fit for librsvg, which knows neither textLength nor no-break spaces at a run's ends."""

from __future__ import annotations

import html
import itertools
import re

from rich.cells import cell_len

FONTS = "'DejaVu Sans Mono', 'WenQuanYi Micro Hei Mono', monospace"
"""Rich names a font from the network; these are on the machine, Chinese included."""
CELL = 12.2
"""Width of a cell in Rich's drawings, pixels."""
FONT_SIZE = CELL / 0.60205
"""At this size DejaVu Sans Mono is as wide as a cell."""
_RUN = re.compile(
    r'<text class="([^"]+)" x="([^"]+)" y="([^"]+)" textLength="[^"]+" clip-path="([^"]+)">([^<]*)</text>'
)


def drawable(svg: str) -> str:
    """The same picture with machine's fonts, each run at its own column, each wide character on its own."""
    svg = _RUN.sub(_placed, svg).replace("<svg ", '<svg xml:space="preserve" ', 1)
    return svg.replace("Fira Code, monospace", FONTS).replace("font-size: 20px", f"font-size: {FONT_SIZE:.3f}px")


def _placed(run: re.Match[str]) -> str:
    style, x, y, clip, escaped = run.groups()
    at = float(x)
    pieces = []
    for wide, letters in itertools.groupby(html.unescape(escaped), lambda letter: cell_len(letter) > 1):
        for piece in letters if wide else ["".join(letters)]:
            text = html.escape(piece).replace("\N{NO-BREAK SPACE}", " ")
            pieces.append(f'<text class="{style}" x="{at:g}" y="{y}" clip-path="{clip}">{text}</text>')
            at += cell_len(piece) * CELL
    return "".join(pieces)
