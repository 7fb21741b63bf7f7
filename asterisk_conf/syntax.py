"""The one place that knows how Asterisk's configuration files are written.

Generators yield sections as values; `write` turns them into text and `read` is what Asterisk's
own reader (main/config.c) makes of it. A `;` begins a comment unless a backslash stands right
before it; everything else in a value is literal up to the end of the line; blanks at the ends
of a value are lost. What cannot be said in that syntax is refused, never bent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from appliance.site.problems import BranchboxError, Problem

_SECTION = re.compile(r"[A-Za-z0-9_+.*#-]{1,79}")
_OBJECT = re.compile(r"[A-Za-z0-9 +_-]{0,79}")
_OPTION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.(),:!+\[\]-]{0,127}")
_HEADER = "; Made by Branchbox from the site document. Changes made here are lost.\n"
_LINE_BYTES = 8000
"""Asterisk reads lines into 8192 bytes and skips longer ones with a warning."""


@dataclass(frozen=True)
class Option:
    """One `name = value` line; `because` becomes a comment behind the value."""

    name: str
    value: str
    because: str = ""


@dataclass(frozen=True)
class Section:
    """One `[name]` with its options in order; `of` says which object of the site document it is
    (of names and numbers only; it becomes a comment, by which `explain` finds the object again)."""

    name: str
    options: tuple[Option, ...] = ()
    of: str = ""


def section(name: str, *options: Option | tuple[str, str | int | bool], of: str = "") -> Section:
    """A section from options or (name, value) pairs; truth values become `yes` and `no`."""
    return Section(name, tuple(_option(option) for option in options), of)


def write(sections: Iterable[Section]) -> str:
    """The text of a file; raises BranchboxError for what the syntax cannot say."""
    return _HEADER + "".join("\n" + "".join(f"{line}\n" for line in _lines(each)) for each in sections)


def escaped(value: str) -> str:
    """A value as it stands in a file; raises ValueError for control characters and blank ends."""
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
        raise ValueError("control character")
    if value != value.strip(" "):
        raise ValueError("blank at an end")
    return value.replace(";", "\\;")


def caller_name(name: str, number: str) -> str:
    """`"Name" <number>` as main/callerid.c reads it; Asterisk keeps 79 bytes of the name."""
    kept = name.encode()[:79].decode(errors="ignore").rstrip()
    inner = kept.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}" <{number}>'


def _option(option: Option | tuple[str, str | int | bool]) -> Option:
    if isinstance(option, Option):
        return option
    name, value = option
    if isinstance(value, bool):
        return Option(name, "yes" if value else "no")
    return Option(name, str(value))


def _lines(each: Section) -> Iterable[str]:
    if not _SECTION.fullmatch(each.name) or not _OBJECT.fullmatch(each.of):
        raise _unsayable(each, "the section's name")
    if each.of:
        yield f"; {each.of}"
    yield f"[{each.name}]"
    for option in each.options:
        if not _OPTION.fullmatch(option.name):
            raise _unsayable(each, option.name)
        try:
            line = f"{option.name} = {escaped(option.value)}"
            because = f"  ; {option.because}" if escaped(option.because) else ""
        except ValueError:
            raise _unsayable(each, option.name) from None
        if len((line + because).encode()) > _LINE_BYTES:
            raise _unsayable(each, option.name)
        yield line + because


def _unsayable(each: Section, what: str) -> BranchboxError:
    return BranchboxError(
        Problem(
            text="{what} cannot be written into Asterisk's configuration: it holds a control character, begins or ends "
            "with a blank, or is too long. Change it and try again.",
            where=each.of or each.name,
            args={"what": what},
        )
    )
