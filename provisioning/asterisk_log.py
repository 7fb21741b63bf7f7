"""Asterisk's own log, read for what is wrong: lines in, `Problem`s with our file and object out. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from appliance.site.problems import Problem

_ENTRY = re.compile(
    r"^\[(?P<at>[^\]]+)\] (?P<level>[A-Z]+)\[\d+\](?:\[C-[0-9a-f]+\])?:? "
    r"(?P<source>[\w.+-]+)(?::\d+)?(?: [\w<>~]+)?: (?P<text>.*)$"
)
_PLACES = (
    re.compile(r"line (?P<line>\d+) (?:of|in) (?:file )?['\"]?(?P<file>[\w./-]+\.conf)"),
    re.compile(r"(?P<file>[\w./-]+\.conf)['\"]?,? (?:at )?\(?line (?P<line>\d+)"),
    re.compile(r"(?P<file>[\w./-]+\.conf):(?P<line>\d+)"),
)
_FILE = re.compile(r"['\" ](?P<file>[\w./-]+\.conf)\b")
_OBJECT = re.compile(r"(?:with id|named|queue|category|endpoint|section|context|user) '(?P<name>[^']+)'", re.IGNORECASE)
_MODULE = re.compile(r"['\" ](?P<name>[\w-]+\.so)\b|module '(?P<bare>\w+)'")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")

Explain = Callable[[str, int, str], str]
"""Names the object of the site document that made a line: file, line from 1, the file's text."""


@dataclass(frozen=True)
class Entry:
    """One message of Asterisk: its level (ERROR, WARNING, NOTICE ...), source file and words."""

    level: str
    source: str
    text: str
    raw: str


def entries(log: str) -> tuple[Entry, ...]:
    """Read a log; lines that begin no message belong to the message before them."""
    found: list[Entry] = []
    for line in _COLOURS.sub("", log).splitlines():
        match = _ENTRY.match(line)
        if match:
            found.append(Entry(match["level"], match["source"], match["text"], line))
        elif found and line.strip():
            last = found[-1]
            found[-1] = Entry(last.level, last.source, f"{last.text}\n{line}", f"{last.raw}\n{line}")
    return tuple(found)


def complaints(log: str, levels: Iterable[str]) -> tuple[Entry, ...]:
    """The messages of these levels, each text once."""
    wanted = frozenset(levels)
    return tuple({entry.text: entry for entry in entries(log) if entry.level in wanted}.values())


def problem(entry: Entry, tree: Mapping[str, str], explain: Explain) -> Problem:
    """Say an Asterisk message with our file and the object of the document that it is about."""
    file, line = _place(entry.text, tree)
    if file and line:
        return Problem(
            text="The exchange does not accept {object}. Correct it in the document; the exchange's words follow.",
            where=f"{file}:{line}",
            args={"object": explain(file, line, tree[file])},
            original=entry.text,
        )
    return Problem(
        text="The exchange does not accept this configuration. Its words follow.",
        where=file or "",
        original=entry.text,
    )


def _place(text: str, tree: Mapping[str, str]) -> tuple[str | None, int]:
    """Our file and line that a message names, or whose object it names; (None, 0) for neither."""
    for pattern in _PLACES:
        match = pattern.search(text)
        if match:
            file = _ours(match["file"], tree)
            if file and 0 < int(match["line"]) <= len(tree[file].splitlines()):
                return file, int(match["line"])
    match = _FILE.search(text)
    named = _ours(match["file"], tree) if match else None
    searched = [named] if named else sorted(tree)
    for name in (found["name"] for found in _OBJECT.finditer(text)):
        for file in searched:
            for number, line in enumerate(tree[file].splitlines(), start=1):
                if re.match(rf"\[{re.escape(name)}\]", line):
                    return file, number
    module = _MODULE.search(text)
    if module and "modules.conf" in tree:
        wanted = module["name"] or f"{module['bare']}.so"
        for number, line in enumerate(tree["modules.conf"].splitlines(), start=1):
            if wanted in line:
                return "modules.conf", number
    return named, 0


def _ours(path: str, tree: Mapping[str, str]) -> str | None:
    """The relative name of our file that Asterisk calls by its path."""
    parts = PurePosixPath(path).parts
    for start in range(len(parts)):
        name = "/".join(parts[start:])
        if name in tree:
            return name
    return None
