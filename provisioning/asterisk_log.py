"""Asterisk's own log, read for what is wrong: lines in, `Problem`s with our file and object out. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from appliance.site.problems import Problem

_ENTRY = re.compile(
    r"^\[(?P<at>[^\]]+)\] (?P<level>[A-Z]+)\[\d+\](?P<call>\[C-[0-9a-f]+\])?:? "
    r"(?P<source>[\w./+-]+)(?::\d+)?(?: [\w<>~]+)?: (?P<text>.*)$"
)
_PLACES = (
    re.compile(r"line (?P<line>\d+) (?:of|in) (?:file )?['\"]?(?P<file>[\w./-]+\.conf)"),
    re.compile(r"(?P<file>[\w./-]+\.conf)['\"]?,? (?:at )?\(?line (?P<line>\d+)"),
    re.compile(r"(?P<file>[\w./-]+\.conf):(?P<line>\d+)"),
)
_LINE_ONLY = re.compile(r"\bline (?P<line>\d+)\b")
_FILE = re.compile(r"['\" ](?P<file>[\w./-]+\.conf)\b")
_OBJECT = re.compile(r"(?:with id|named|queue|category|endpoint|section|context|user) '(?P<name>[^']+)'", re.IGNORECASE)
_MODULE = re.compile(r"['\" ](?P<name>[\w-]+\.so)\b|module '(?P<bare>\w+)'")
_LOAD_NOT_CONTENT = frozenset({"taskprocessor.c"})
"""Says how busy the machine was while it loaded, which no document can mend."""
_NOT_SENT = re.compile(r"Error \d+ '.*' sending \S+ request to endpoint |Unable to send request to qualify contact ")
"""The network was away when Asterisk looked whether a trunk answers; it asks again by itself."""
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")

Explain = Callable[[str, int, str], str]
"""Names the object of the site document that made a line: file, line from 1, the file's text."""


@dataclass(frozen=True)
class Entry:
    """One message of Asterisk: its level (ERROR, WARNING, NOTICE ...), source file and words."""

    level: str
    source: str
    text: str
    of_call: bool
    """About one call that is up, not about the configuration."""


def entries(log: str) -> tuple[Entry, ...]:
    """Read a log; lines that begin no message belong to the message before them."""
    found: list[Entry] = []
    for line in _COLOURS.sub("", log).splitlines():
        match = _ENTRY.match(line)
        if match:
            found.append(Entry(match["level"], match["source"], match["text"], bool(match["call"])))
        elif found and line.strip():
            found[-1] = replace(found[-1], text=f"{found[-1].text}\n{line}")
    return tuple(found)


def complaints(log: str, levels: Iterable[str]) -> tuple[Entry, ...]:
    """The messages of these levels that are about the configuration, each text once."""
    wanted = frozenset(levels)
    found = (
        entry
        for entry in entries(log)
        if entry.level in wanted
        and not entry.of_call
        and entry.source not in _LOAD_NOT_CONTENT
        and not _NOT_SENT.match(entry.text)
    )
    return tuple({entry.text: entry for entry in found}.values())


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
            section = _first_line(tree[file], re.compile(rf"\[{re.escape(name)}\]"))
            if section:
                # PJSIP names the line and the object, but not the file.
                told = _LINE_ONLY.search(text)
                return file, int(told["line"]) if told and int(told["line"]) > section else section
    module = _MODULE.search(text)
    if module and "modules.conf" in tree:
        wanted = re.compile(rf".*\b{re.escape(module['name'] or module['bare'] + '.so')}")
        found = _first_line(tree["modules.conf"], wanted)
        if found:
            return "modules.conf", found
    return named, 0


def _first_line(text: str, wanted: re.Pattern[str]) -> int:
    """The first line that begins so, counted from 1; 0 for none."""
    return next((number for number, line in enumerate(text.splitlines(), start=1) if wanted.match(line)), 0)


def _ours(path: str, tree: Mapping[str, str]) -> str | None:
    """The relative name of our file that Asterisk calls by its path."""
    parts = PurePosixPath(path).parts
    for start in range(len(parts)):
        name = "/".join(parts[start:])
        if name in tree:
            return name
    return None
