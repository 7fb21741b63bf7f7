"""From a line of one of our files back to the object of the site document."""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\[(?P<name>[^]]+)\]$")
_OBJECT = re.compile(r"^; (?P<of>.+)$")
_NUMBERED = re.compile(r"^(?:exten = |)(?P<number>[1-9][0-9]{2,5})(?:,| = )")
_SHARED = {
    ("extensions.conf", "phones"),
    ("extensions.conf", "extensions"),
    ("extensions.conf", "voicemail"),
    ("extensions.conf", "mailboxes"),
    ("voicemail.conf", "default"),
}
"""Sections in which every extension has lines of its own."""


def explain(file: str, line: int, text: str) -> str:
    """What made a line: `queue repair`, `extension 8021`, or the section when no one object did.

    `line` counts from 1, `text` is the file as rendered.
    """
    lines = text.splitlines()[:line]
    for place in range(len(lines) - 1, -1, -1):
        header = _HEADER.match(lines[place])
        if header is None:
            continue
        said = _OBJECT.match(lines[place - 1]) if place else None
        if said:
            return said["of"]
        if (file, header["name"]) in _SHARED and (number := _number(lines[place + 1 :])):
            return f"extension {number}"
        return f"[{header['name']}]"
    return file


def _number(lines: list[str]) -> str | None:
    for line in reversed(lines):
        if line.startswith("same = "):
            continue
        found = _NUMBERED.match(line)
        return found["number"] if found else None
    return None
