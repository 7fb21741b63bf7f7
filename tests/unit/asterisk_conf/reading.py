"""Asterisk's side of its configuration files, small: what main/config.c, main/callerid.c and a
few dialplan applications make of a text. Written from their source, not from our writer."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from appliance.site.exchange import Directories
from appliance.site.models import SiteDocument
from asterisk_conf import Secrets, render

DIRECTORIES = Directories(*(PurePosixPath("/somewhere") / name for name in ("etc", "var", "spool", "run", "log")))


@dataclass(frozen=True)
class ReadSection:
    name: str
    options: tuple[tuple[str, str], ...]

    def all(self, option: str) -> list[str]:
        return [value for name, value in self.options if name == option]

    def one(self, option: str) -> str:
        (value,) = self.all(option)
        return value


def read(text: str) -> list[ReadSection]:
    """Every section with its options, in order, as Asterisk would hold them."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for raw in text.split("\n"):
        line = uncommented(raw).strip("".join(map(chr, range(33))))
        if not line:
            continue
        if line.startswith("["):
            name, closing, rest = line[1:].partition("]")
            assert closing and not rest.startswith("("), line
            found.append((name, []))
        else:
            assert not line.startswith(("#", "\\")), f"a directive or an escape: {line}"
            name, equals, value = line.partition("=")
            assert equals and not name.endswith("+"), line
            found[-1][1].append((name.strip(" "), value.removeprefix(">").strip(" ")))
    return [ReadSection(name, tuple(options)) for name, options in found]


def uncommented(line: str) -> str:
    """The line before its first `;` that no backslash stands before; `\\;` becomes `;`."""
    kept, rest = "", line
    while ";" in rest:
        before, _, rest = rest.partition(";")
        if not before.endswith("\\"):
            assert not rest.startswith("--"), f"a block comment begins: {line}"
            return kept + before
        kept += before[:-1] + ";"
    return kept + rest


def caller(text: str) -> tuple[str, str]:
    """Name and number of a `callerid` value."""
    name, _, location = text.rpartition("<")
    name = name.strip(" ")
    if name.startswith('"') and name.endswith('"') and len(name) > 1:
        name = name[1:-1]
    return re.sub(r"\\(.)", r"\1", name), location.removesuffix(">")


def tree(document: SiteDocument) -> dict[str, str]:
    return render(document, DIRECTORIES, Secrets(ami="an-ami-password"))


def sections(document: SiteDocument, file: str) -> list[ReadSection]:
    return read(tree(document)[file])


@dataclass(frozen=True)
class Step:
    application: str
    arguments: str
    label: str


Dialplan = dict[str, dict[str, list[Step]]]
"""Context -> extension -> steps; hints stand aside."""

_LINE = re.compile(r"^(?P<place>1|n)(?:\((?P<label>[^)]+)\))?,(?P<step>.+)$")


def dialplan(document: SiteDocument) -> Dialplan:
    plan: Dialplan = {}
    for section in sections(document, "extensions.conf"):
        if section.name in {"general", "globals"}:
            continue
        context = plan.setdefault(section.name, {})
        current = ""
        for option, value in section.options:
            if ",hint," in value:
                continue
            rest = value
            if option == "exten":
                current, _, rest = value.partition(",")
            found = _LINE.match(rest)
            assert found, value
            application, _, arguments = found["step"].partition("(")
            assert arguments.endswith(")"), value
            context.setdefault(current, []).append(Step(application, arguments[:-1], found["label"] or ""))
    return plan


def hints(document: SiteDocument) -> dict[str, str]:
    (phones,) = (section for section in sections(document, "extensions.conf") if section.name == "phones")
    return dict(value.split(",hint,") for value in phones.all("exten") if ",hint," in value)


def steps(document: SiteDocument, context: str, extension: str = "s") -> list[str]:
    return [f"{step.application}({step.arguments})" for step in dialplan(document)[context][extension]]


def opening(plan: Dialplan, context: str, now: dt.datetime) -> str:
    """Walk an hours subroutine at a local time: what Return says."""
    walk = plan[context]["s"]
    place = 0
    for _ in range(1000):
        step = walk[place]
        jump = ""
        match step.application:
            case "Return":
                return step.arguments
            case "GotoIf":
                found = re.fullmatch(r"\$\[\$\{BB_DATE\} >= (\d+) & \$\{BB_DATE\} <= (\d+)\]\?(.+)", step.arguments)
                assert found, step
                if int(found[1]) <= int(now.strftime("%Y%m%d")) <= int(found[2]):
                    jump = found[3]
            case "GotoIfTime":
                when, _, jump = step.arguments.partition("?")
                times, day = when.split(",")[:2]
                if not (_within(times, now) and day in {"*", now.strftime("%a").lower()}):
                    jump = ""
            case "Set" | "NoOp":
                pass
            case other:
                raise AssertionError(other)
        place = next(n for n, each in enumerate(walk) if each.label == jump) if jump else place + 1
    raise AssertionError("never returns")


def _within(times: str, now: dt.datetime) -> bool:
    if times == "*":
        return True
    first, last = times.split("-")
    return first <= now.strftime("%H:%M") <= last
