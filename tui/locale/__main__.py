"""`python -m tui.locale`: compile every catalogue (.po to .mo), where the wheel is built and before tests.

Needs Babel, which the box does not have: what it ships are the .mo files.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_all(folder: Path) -> list[Path]:
    """Compile every catalogue below `folder`; gives the files written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        with source.open("rb") as text, target.open("wb") as binary:
            write_mo(binary, read_po(text))
        written.append(target)
    return written


def main() -> int:
    """Compile ours and say what was written."""
    for path in compile_all(Path(__file__).parent):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
