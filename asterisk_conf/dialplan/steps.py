"""Dialplan as values: steps, extensions, contexts.

An argument is plain (letters, digits and a few marks that mean nothing to Asterisk) or an
`Expression` that a module of this package spells out. Nothing that people type can become an
expression: plain arguments are checked, and labels and callers' names are never arguments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from appliance.site.exchange import Mark
from asterisk_conf.syntax import Option, Section

_PLAIN = re.compile(r"[A-Za-z0-9_@./+*#:&-]*")


@dataclass(frozen=True)
class Expression:
    """Text with Asterisk's `${...}`, `$[...]` or pattern marks, written by this package only."""

    text: str


Argument = str | int | Expression


@dataclass(frozen=True)
class Step:
    """One application with its arguments; `label` can be jumped to."""

    application: str
    arguments: tuple[Argument, ...] = ()
    label: str = ""

    def __str__(self) -> str:
        said = ",".join(_said(argument) for argument in self.arguments)
        return f"{self.application}({said})"


def do(application: str, *arguments: Argument, label: str = "") -> Step:
    """One step."""
    return Step(application, arguments, label)


def goto(context: str, extension: str = "s", *, label: str = "") -> Step:
    """Go on at another context."""
    return Step("Goto", (context, extension, 1), label)


def mark(which: Mark, text: Argument, *, label: str = "") -> Step:
    """Leave a mark in the history (CEL)."""
    return Step("CELGenUserEvent", (which.value, text), label)


def context(
    name: str,
    extensions: Mapping[str, tuple[Step, ...]],
    hints: Mapping[str, str] | None = None,
    of: str = "",
) -> Section:
    """A context: extension (or pattern) -> steps, and hints: extension -> devices."""
    return Section(name, tuple(_lines(extensions, hints or {})), of)


def _lines(extensions: Mapping[str, tuple[Step, ...]], hints: Mapping[str, str]) -> Iterator[Option]:
    for extension, steps in extensions.items():
        for place, step in enumerate(steps):
            label = f"({step.label})" if step.label else ""
            if place == 0:
                yield Option("exten", f"{extension},1{label},{step}")
            else:
                yield Option("same", f"n{label},{step}")
    for extension, devices in hints.items():
        yield Option("exten", f"{extension},hint,{devices}")


def _said(argument: Argument) -> str:
    if isinstance(argument, Expression):
        return argument.text
    text = str(argument)
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"not a plain dialplan argument: {text!r}")
    return text
