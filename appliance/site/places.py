"""Where in the site document something stands: for people, and as a line of the TOML text.

A place is a path as pydantic gives it (`("queues", 1, "members", 0, "agent")`). People read
`queues[2] sales: members[1].agent`: entries counted from 1, an entry's key beside its number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from appliance.site.objects import KEYS

Place = tuple[str | int, ...]

_TABLE = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-\"]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*\"?([A-Za-z0-9_*#-]+)\"?\s*[=.]")


def said(place: Place, data: Mapping[str, Any]) -> str:
    """A place as a person finds it; `data` is the document as plain tables, for the keys."""
    if len(place) < 2 or not isinstance(place[1], int):
        return _joined(place)
    collection, index, *rest = place
    head = f"{collection}[{int(index) + 1}]"
    key = _key_of(data, str(collection), int(index))
    if key:
        head += f" {key}"
    return f"{head}: {_joined(tuple(rest))}" if rest else head


def _joined(path: Place) -> str:
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        elif step != "[key]":
            text += f".{step}" if text else step
    return text


def _key_of(data: Mapping[str, Any], collection: str, index: int) -> str:
    entries = data.get(collection)
    if collection not in KEYS or not isinstance(entries, Sequence) or index >= len(entries):
        return ""
    entry = entries[index]
    key = entry.get(KEYS[collection]) if isinstance(entry, Mapping) else None
    return "" if key is None else str(key)[:40]


def lines(toml: str) -> dict[Place, int]:
    """The line, counted from 1, of every table and key that begins a line.

    Not a TOML parser: what stands inside inline tables has the line of its outer key, and
    texts of several lines are stepped over.
    """
    found: dict[Place, int] = {}
    counts: dict[str, int] = {}
    table: Place = ()
    in_text = ""
    for number, line in enumerate(toml.split("\n"), 1):
        if in_text:
            if in_text in line:
                in_text = ""
            continue
        if header := _TABLE.match(line):
            steps = [step.strip('"') for step in header[2].split(".")]
            if header[1] == "[[":
                counts[steps[0]] = counts.get(steps[0], -1) + 1
            first = (steps[0], counts[steps[0]]) if steps[0] in counts else (steps[0],)
            table = (*first, *steps[1:])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, key[1]), number)
        for quotes in ('"""', "'''"):
            if line.count(quotes) % 2:
                in_text = quotes
    return found


def line_of(place: Place, known: Mapping[Place, int]) -> int | None:
    """The line of a place, or of the nearest thing around it."""
    path = tuple(step for step in place if step != "[key]")
    for length in range(len(path), 0, -1):
        if path[:length] in known:
            return known[path[:length]]
    return None
