"""What callers did in the menus, from the marks that the dialplan left."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from peewee import SqliteDatabase

from appliance.api.menus import Figures, MenuFigures
from appliance.site.exchange import Mark

LONGEST = 3600.0
"""Seconds that a call is in menus at most: calls that began so long before a period may reach into it."""
_MARKS = (Mark.MENU, Mark.CHOICE, Mark.NO_INPUT, Mark.WRONG_INPUT, Mark.MENU_LEFT)
_LISTED = ", ".join(f"'{mark}'" for mark in _MARKS)


class Marked(NamedTuple):
    """One mark of a call; `ended` is when the caller's call did, None while it is up."""

    linkedid: str
    at: float
    mark: str
    text: str
    ended: float | None


@dataclass
class _Count:
    entered: int = 0
    keys: Counter[str] = field(default_factory=Counter)
    no_input: int = 0
    wrong: int = 0
    given_up: int = 0
    hung_up: int = 0
    stays: list[float] = field(default_factory=list)


def figures(database: SqliteDatabase, since: float, until: float) -> Figures:
    """What happened to callers who entered a menu from `since` to before `until` (epoch seconds)."""
    rows = database.execute_sql(
        # The types stand in the text: that is how SQLite knows that the index has all of them.
        "SELECT e.linkedid, e.at, e.type, e.data, c.ended FROM events e JOIN calls c ON c.linkedid = e.linkedid"  # noqa: S608  (our own words)
        f" WHERE e.type IN ({_LISTED}) AND e.at >= ? AND e.at < ? ORDER BY e.linkedid, e.at, e.id",
        (since, until + LONGEST),
    )
    return folded((Marked(linkedid, at, mark, _text(data), ended) for linkedid, at, mark, data, ended in rows), until)


def folded(marks: Iterable[Marked], until: float) -> Figures:
    """The figures of these marks, call by call and in order of time. Pure."""
    counts: dict[str, _Count] = {}
    for _linkedid, call in groupby(marks, key=lambda each: each.linkedid):
        _walk(list(call), counts, until)
    return Figures(menus=tuple(_told(menu, count) for menu, count in sorted(counts.items()) if count.entered))


def _walk(call: list[Marked], counts: dict[str, _Count], until: float) -> None:
    """One call: where it is (`here`) and since when, until it leaves or ends there."""
    here: str | None = None
    since = 0.0
    for each in call:
        menu, _, key = each.text.partition("/")
        count = counts.setdefault(menu, _Count())
        if each.mark == Mark.MENU:
            if here is not None:
                counts[here].stays.append(each.at - since)
            here, since = (menu, each.at) if each.at < until else (None, 0.0)
            count.entered += here is not None
        elif menu != here:
            continue
        elif each.mark == Mark.NO_INPUT:
            count.no_input += 1
        elif each.mark == Mark.WRONG_INPUT:
            count.wrong += 1
        else:
            if each.mark == Mark.CHOICE:
                count.keys[key] += 1
            else:
                count.given_up += 1
            count.stays.append(each.at - since)
            here = None
    ended = call[-1].ended
    if here is not None and ended is not None:
        counts[here].hung_up += 1
        counts[here].stays.append(max(0.0, ended - since))


def _told(menu: str, count: _Count) -> MenuFigures:
    return MenuFigures(
        menu=menu,
        entered=count.entered,
        keys=dict(sorted(count.keys.items())),
        no_input=count.no_input,
        wrong=count.wrong,
        given_up=count.given_up,
        hung_up=count.hung_up,
        seconds=sum(count.stays) / len(count.stays) if count.stays else None,
    )


def _text(data: str) -> str:
    """The mark's text: the last field of a CEL line as it is stored is Asterisk's JSON."""
    try:
        said = json.loads(next(_last(json.loads(data))))
    except (StopIteration, ValueError):
        return ""
    return str(said.get("extra", "")) if isinstance(said, dict) else ""


def _last(fields: list[object]) -> Iterator[str]:
    yield from (str(each) for each in fields[-1:])
