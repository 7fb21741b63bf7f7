"""What applying a tree would touch: changed files, commands that make them effective, a diff to read. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from appliance.api.contract import FileChange
from appliance.site.models import SiteDocument
from appliance.site.objects import SECRETS, parts_of
from asterisk_conf import LINES_FILE, LINES_MODULE

MASK = "********"

_SECRET_SETTING = re.compile(r"^([ +-]\s*(?:password|secret|auth_pass|md5_cred)\s*=>?\s*)(.*)$", re.IGNORECASE)
_MAILBOX = re.compile(r"^([ +-]\s*[0-9*#]+\s*=>?\s*)([^,]*)(.*)$")
_PIN = re.compile(r"^([ +-]\s*exten\s*=>?\s*pin-[a-z0-9_-]+,1,Return\()([^)]*)(\).*)$")
_SHORTEST_ANYWHERE = 8
"""Shorter secrets (PINs) would also match numbers that are none: they are masked by their place."""


_LONGEST_DIFF = 2000
"""Lines of one file's diff that a person may still read; the counts say the rest."""


@dataclass(frozen=True)
class Plan:
    """Which commands make a changed tree effective, and which files only a restart of Asterisk does."""

    commands: tuple[str, ...]
    restarts: tuple[str, ...]
    lines: bool = False
    """The exchange lets go of the lines by cards, DAHDI is told anew, the exchange takes them again: calls on them end,
    all others go on. Most of such a line cannot change otherwise (chan_dahdi.conf.sample)."""

    @property
    def said(self) -> tuple[str, ...]:
        """The plan for people, one line each."""
        restart = (f"restart (calls would drop): {', '.join(self.restarts)}",) if self.restarts else ()
        lines = ("lines by cards set up anew (calls on them would drop)",) if self.lines else ()
        return restart + lines + self.commands


def changed_files(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """The files that came, went or differ, in order of name."""
    return tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))


def plan(
    before: Mapping[str, str], after: Mapping[str, str], reloads: Mapping[str, str], *, lines: bool = False
) -> Plan:
    """What makes `after` effective on an Asterisk that runs `before`; commands in the order of `reloads`.

    `lines`: DAHDI must be told anew, whatever the exchange's own files say of its lines.
    """
    changed = changed_files(_beside_lines(before), _beside_lines(after))
    commands = dict.fromkeys(command for name, command in reloads.items() if name in changed)
    lines = lines or before.get(LINES_FILE) != after.get(LINES_FILE)
    return Plan(tuple(commands), tuple(name for name in changed if name not in reloads), lines)


def _beside_lines(tree: Mapping[str, str]) -> dict[str, str]:
    """A tree without what only lines by cards have: their module comes and goes while the exchange runs."""
    module = f"load = {LINES_MODULE}.so"
    return {
        name: "".join(line for line in text.splitlines(keepends=True) if not line.startswith(module))
        if name == "modules.conf"
        else text
        for name, text in tree.items()
        if name != LINES_FILE
    }


def secrets_of(*documents: SiteDocument | None) -> frozenset[str]:
    """Every password and PIN that these documents hold."""
    found: set[str] = set()
    for document in documents:
        if document is not None:
            held: list[SecretStr | None] = [
                getattr(entry, name)
                for field, names in SECRETS.items()
                for entry in parts_of(document, field)
                for name in names
            ]
            found.update(secret.get_secret_value() for secret in held if secret is not None)
    return frozenset(found)


def diffs(before: Mapping[str, str], after: Mapping[str, str], secrets: Iterable[str]) -> tuple[FileChange, ...]:
    """A unified diff of each changed file for a screen, without any secret in it."""
    long = sorted((secret for secret in secrets if len(secret) >= _SHORTEST_ANYWHERE), key=len, reverse=True)
    anywhere = re.compile("|".join(map(re.escape, long))) if long else None
    result = []
    for name in changed_files(before, after):
        old, new = before.get(name, "").splitlines(), after.get(name, "").splitlines()
        lines = list(difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm=""))
        body = [_masked(line, name, anywhere) for line in lines[2:]]
        result.append(
            FileChange(
                path=name,
                added=sum(line.startswith("+") for line in body),
                removed=sum(line.startswith("-") for line in body),
                diff="\n".join(lines[:2] + body[:_LONGEST_DIFF]),
            )
        )
    return tuple(result)


def _masked(line: str, file: str, anywhere: re.Pattern[str] | None) -> str:
    line = _SECRET_SETTING.sub(rf"\g<1>{MASK}", line)
    if file == "voicemail.conf":
        line = _MAILBOX.sub(rf"\g<1>{MASK}\g<3>", line)
    elif file == "extensions.conf":
        line = _PIN.sub(rf"\g<1>{MASK}\g<3>", line)
    return anywhere.sub(MASK, line) if anywhere else line
