"""A site document on its way: the tables of a TOML text that need not be whole yet.

First boot keeps its answers as such a text, so a power cut at any question loses nothing, and a
`site.toml` with a bad line still answers every question that it could. Which questions there
are, and which part of the document each one fills, is `STEPS`. Pure.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from appliance.site import document as documents
from appliance.site import older
from appliance.site.models import Role, SiteDocument
from appliance.site.objects import KEYS, MASK, SECRETS, SINGLES
from appliance.site.problems import Problem
from appliance.site.toml_writer import key as written_key
from appliance.site.toml_writer import quoted

Tables = Mapping[str, Any]
"""A document's tables as `tomllib` reads them; any part may be missing."""


class Step(StrEnum):
    """One question of first boot, in the order in which they are asked."""

    LANGUAGE = "language"
    SITE = "site"
    NETWORK = "network"
    TIME = "time"
    PEOPLE = "people"
    RECOVERY = "recovery"
    LINES = "lines"
    PHONES = "phones"
    POWER = "power"
    NOC = "noc"


@dataclass(frozen=True)
class Part:
    """What a question fills: whole lists of the document, and fields of its single tables.

    `needs` are the places that show that it was answered; none for a question that fills nothing.
    """

    step: Step
    owns: tuple[tuple[str, ...], ...]
    needs: tuple[tuple[str, ...], ...]


STEPS: tuple[Part, ...] = (
    Part(Step.LANGUAGE, (("site", "language"),), (("site", "language"),)),
    Part(Step.SITE, (("site", "name"), ("site", "code")), (("site", "name"), ("site", "code"))),
    Part(Step.NETWORK, (("interfaces",), ("network", "dns")), (("interfaces",),)),
    Part(Step.TIME, (("site", "time_zone"), ("network", "time_servers")), (("site", "time_zone"),)),
    Part(Step.PEOPLE, (("people",),), (("people",),)),
    Part(Step.RECOVERY, (), ()),
    Part(Step.LINES, (("trunks",), ("dids",), ("dialing",), ("routes",)), (("trunks",),)),
    Part(Step.PHONES, (("extensions",), ("agents",), ("queues",), ("permissions",)), (("extensions",),)),
    Part(Step.POWER, (), ()),
    Part(
        Step.NOC,
        (("network", "noc"), ("network", "terminals"), ("network", "ssh_passwords")),
        (("network", "noc"),),
    ),
)
PART = {part.step: part for part in STEPS}
ALWAYS_LATER = frozenset({Step.RECOVERY, Step.POWER})
"""Questions whose answer is not in the document."""


# --- text ----------------------------------------------------------------------------------


def read(text: str) -> dict[str, Any]:
    """The tables of a draft that `write` made."""
    return older.converted(tomllib.loads(text))


def write(tables: Tables) -> str:
    """The tables as TOML text; an empty list is written too, because it is an answer."""
    singles = [(name, value) for name, value in tables.items() if isinstance(value, Mapping)]
    plain = [(name, value) for name, value in tables.items() if not isinstance(value, Mapping) and not _is_array(value)]
    arrays = [(name, value) for name, value in tables.items() if _is_array(value)]
    blocks = ["\n".join(f"{written_key(name)} = {_inline(value)}" for name, value in plain)] if plain else []
    blocks += ["\n".join((f"[{written_key(name)}]", *_lines(value))) for name, value in singles]
    for name, entries in arrays:
        blocks += ["\n".join((f"[[{written_key(name)}]]", *_lines(entry))) for entry in entries]
    return "\n\n".join(blocks) + "\n"


def _is_array(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, Mapping) for entry in value)


def _lines(table: Tables) -> Iterator[str]:
    return (f"{written_key(name)} = {_inline(value)}" for name, value in table.items())


def _inline(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case int() | float():
            return str(value)
        case dt.date() | dt.time():
            return value.isoformat()
        case Mapping():
            return "{" + ", ".join(_lines(value)) + "}"
        case list() | tuple():
            return "[" + ", ".join(_inline(item) for item in value) + "]"
    raise TypeError(f"a draft holds no {type(value).__name__}")


def masked(tables: Tables) -> dict[str, Any]:
    """The tables with `********` for every password, for screens."""
    shown = copy.deepcopy(dict(tables))
    for name, secrets in SECRETS.items():
        for entry in _entries(shown, name):
            entry.update({secret: MASK for secret in secrets if secret in entry})
    return shown


def _entries(tables: Tables, name: str) -> Iterator[dict[str, Any]]:
    held = tables.get(name) or ()
    for entry in (held,) if isinstance(held, dict) else held:
        if isinstance(entry, dict):
            yield entry


# --- answers -------------------------------------------------------------------------------


def answered(tables: Tables) -> tuple[Step, ...]:
    """The questions whose answers are there, in order; those of `ALWAYS_LATER` are never among them."""
    return tuple(part.step for part in STEPS if part.needs and all(_has(tables, place) for place in part.needs))


def _has(tables: Tables, place: tuple[str, ...]) -> bool:
    value: Any = tables
    for name in place:
        if not isinstance(value, Mapping) or name not in value:
            return False
        value = value[name]
    return True


def put(tables: Tables, step: Step, answer: Tables) -> dict[str, Any]:
    """The draft with a question answered: exactly the places that are the question's are replaced.

    `********` in the answer keeps the password that was there.
    """
    result = copy.deepcopy(dict(tables))
    for place in PART[step].owns:
        head = result if len(place) == 1 else result.setdefault(place[0], {})
        head.pop(place[-1], None)
        if _has(answer, place):
            value: Any = answer
            for name in place:
                value = value[name]
            head[place[-1]] = copy.deepcopy(value)
        if len(place) == 2 and not result[place[0]]:
            del result[place[0]]
    _unmask(result, tables)
    return result


def _unmask(tables: dict[str, Any], before: Tables) -> None:
    for name, secrets in SECRETS.items():
        key = KEYS.get(name, "")  # a part that exists once has none
        known = {entry.get(key): entry for entry in _entries(before, name)}
        for entry in _entries(tables, name):
            for field in secrets:
                old = known.get(entry.get(key), {}).get(field)
                if entry.get(field) == MASK and old is not None:
                    entry[field] = old


def problems(tables: Tables, step: Step) -> tuple[Problem, ...]:
    """What is wrong with one question's answer; other questions may still be open."""
    part = PART[step]
    missing = [
        Problem(text="The setting {name} is missing: add it.", where=".".join(place), args={"name": place[-1]})
        for place in part.needs
        if not _has(tables, place)
    ]
    whole = finished(tables)
    site = {"name": "-", "code": "XX", **(whole.get("site") or {})}
    _document, found = documents.parse(write({**whole, "site": site}))
    mine = {".".join(place) for place in part.owns}
    return (*missing, *(problem for problem in found if _concerns(problem.where, mine)))


def _concerns(where: str, mine: set[str]) -> bool:
    plain = re.sub(r"\[\d+\]", "", where).replace(": ", ".").split(" ")[0]
    return any(plain == place or plain.startswith(f"{place}.") for place in mine)


def finished(tables: Tables) -> dict[str, Any]:
    """The draft with what nobody need be asked: numbers without a destination go to the phones."""
    result = copy.deepcopy(dict(tables))
    queues = [entry["name"] for entry in _entries(result, "queues") if "name" in entry]
    phones = [entry["number"] for entry in _entries(result, "extensions") if "number" in entry]
    to = f"queue:{queues[0]}" if queues else f"extension:{phones[0]}" if phones else "hangup"
    for did in _entries(result, "dids"):
        did.setdefault("goes_to", to)
    return result


def document(tables: Tables) -> SiteDocument:
    """The whole document with fresh phone passwords where `********` stands. Raises DocumentError."""
    return documents.fill_secrets(documents.load(write(finished(tables))), None, generate=True)


def first_technician_can_log_in(site: SiteDocument, with_password: frozenset[str]) -> tuple[Problem, ...]:
    """Nothing when a technician has a key, or a password that the box keeps (`with_password`, logins)."""
    technicians = [person for person in site.people if person.role is Role.TECHNICIAN]
    if any(person.ssh_keys or person.login in with_password for person in technicians):
        return ()
    return (
        Problem(
            text="Nobody could log in to this box: no technician has an SSH key or a password. "
            "Give at least one technician one of them.",
            where="people",
        ),
    )


# --- a file that is not whole ----------------------------------------------------------------


def salvage(text: str) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """What can be read of a `site.toml`, and everything that is wrong with it, with lines.

    A text that is no TOML is read up to the table with the fault in it; a value or entry that does not fit
    is left out.
    """
    _document, found = documents.parse(text)
    tables = _readable(text)
    for _round in range(sum(len(part) if isinstance(part, list) else 1 for part in tables.values()) + 50):
        whole = {**tables, "site": {"name": "-", "code": "XX", **_table(tables.get("site"))}}
        try:
            SiteDocument.model_validate(whole)
        except ValidationError as error:
            if not _drop(tables, error.errors(include_url=False, include_input=False)[0]["loc"]):
                break
        else:
            break
    return tables, found


def _readable(text: str) -> dict[str, Any]:
    lines = text.encode("utf-8", "replace").decode().splitlines()
    while lines:
        try:
            return older.converted(tomllib.loads("\n".join(lines)))
        except (ValueError, RecursionError):
            # Up to the last table before: what stands above it is whole.
            at = max((row for row, line in enumerate(lines) if line.lstrip().startswith("[")), default=0)
            lines = lines[:at]
    return {}


def _table(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}


def _drop(tables: dict[str, Any], place: tuple[int | str, ...]) -> bool:
    """Leave out the field of a single table, or the entry of a list, that a fault is in."""
    name = str(place[0])
    part = tables.get(name)
    if isinstance(part, dict) and len(place) > 1 and place[1] in part and name in SINGLES:
        del part[str(place[1])]
    elif isinstance(part, list) and len(place) > 1 and isinstance(place[1], int):
        del part[place[1]]
    else:
        return tables.pop(name, None) is not None
    return True
