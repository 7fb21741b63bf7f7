"""A file of customers: read and judged row by row, then stored as a whole or not at all."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from peewee import SqliteDatabase

from appliance.api.customers import CustomerFacts, Happening, Note
from appliance.api.imports import Duplicates, ImportField, RowFault
from appliance.desk.columns import read
from appliance.desk.keeping import Desk, changes, known
from appliance.desk.merging import together
from appliance.desk.sheets import Sheet
from appliance.site.problems import BranchboxError, Problem
from appliance.store import customer_import, customers
from appliance.store.customer_import import Stage
from appliance.store.customers import Signature

MOST_ROWS = 500_000
MOST_UPDATES = 10_000
"""Known customers that one import may change: each is read and written by itself while everybody else waits."""
MOST_FAULTS = 200
"""Faults that are told."""
SIMILAR = 0.75
"""Share of equal letters from which on two names with the same number are one person's."""
_AT_ONCE = 500

Alive = Callable[[int], None]
"""Told how many rows are done; raises `Cancelled` to end it."""


class Cancelled(Exception):
    """Somebody wants no more of it."""


@dataclass
class Judged:
    """What was found in a file."""

    rows: int = 0
    faulty: int = 0
    faults: list[RowFault] = field(default_factory=list)
    known: int = 0
    twice: int = 0


def same_person(one: str, other: str) -> bool:
    """Whether two names at one number are likely one person's."""
    a, b = ("".join(name.casefold().split()) for name in (one, other))
    return a == b or (a[:1] == b[:1] and difflib.SequenceMatcher(None, a, b).ratio() >= SIMILAR)


def judge(  # noqa: PLR0917 - what is read, how, and where to
    database: SqliteDatabase, sheet: Sheet, fields: Sequence[ImportField | None], desk: Desk, stage: Stage, alive: Alive
) -> Judged:
    """Read a whole file onto the stage. Raises BranchboxError when it cannot be read, `Cancelled` when told so."""
    judged = Judged()
    with sheet.rows() as rows:
        headings = next(rows)
        numbered = ((number, cells) for number, cells in enumerate(rows, 2) if any(cells))
        while chunk := list(itertools.islice(numbered, _AT_ONCE)):
            alive(judged.rows)
            understood = []
            for number, cells in chunk:
                got = read(number, cells, headings, fields, desk)
                judged.rows += 1
                if got.facts is None:
                    judged.faulty += 1
                    judged.faults += got.faults[: MOST_FAULTS - len(judged.faults)]
                else:
                    understood.append((number, got.facts, got.note))
            if judged.rows > MOST_ROWS:
                text = "The file has more than {count} rows: split it."
                raise BranchboxError(Problem(text=text, args={"count": str(MOST_ROWS)}))
            held = customer_import.having(database, (n.number for _, facts, _ in understood for n in facts.numbers))
            targets = [(row, facts, note, _target(facts, held)) for row, facts, note in understood]
            judged.known += sum(target is not None for *_, target in targets)
            judged.twice += stage.put(targets)
    return judged


def _target(facts: CustomerFacts, held: dict[str, list[tuple[int, str]]]) -> int | None:
    for number in facts.numbers:
        for key, name in held.get(number.number, ()):
            if same_person(name, facts.name):
                return key
    return None


@dataclass(frozen=True)
class Stored:
    """What an import did."""

    added: int
    updated: int


def store(database: SqliteDatabase, stage: Stage, duplicates: Duplicates, signed: Signature, alive: Alive) -> Stored:
    """Store what is on the stage: all of it or, when told so by `Cancelled` or hindered, nothing."""
    if duplicates is Duplicates.NEW:
        stage.all_new()
    added = updated = 0
    try:
        people = ((facts, note) for facts, note, _target in stage.rows(known=False))
        while chunk := list(itertools.islice(people, _AT_ONCE)):
            alive(added)
            customer_import.add_unseen(database, chunk, signed)
            added += len(chunk)
        with database.atomic():
            if duplicates is Duplicates.UPDATE:
                for facts, note, key in stage.rows(known=True):
                    updated += _update(database, key or 0, facts, note, signed)
                    alive(added + updated)
                    if updated > MOST_UPDATES:
                        text = "The file changes more than {count} known customers: split it, or leave them out."
                        raise BranchboxError(Problem(text=text, args={"count": str(MOST_UPDATES)}))
            customer_import.show(database)
    except BaseException:
        sweep(database)
        raise
    return Stored(added, updated)


def sweep(database: SqliteDatabase) -> None:
    """Take away what an import stored that did not come to its end."""
    while customer_import.drop_unseen(database):
        pass


def _update(database: SqliteDatabase, key: int, row: CustomerFacts, note: str, signed: Signature) -> bool:
    before = known(database, key)
    facts = together(row, before.facts).model_copy(update={"name": before.facts.name})
    if note:
        customers.add_note(database, key, Note(at=signed.at, by=signed.by, text=note))
    if not (changed := changes(before.facts, facts)):
        return False
    customers.put(database, key, facts, signed.at)
    customers.tell(database, key, signed, Happening.IMPORTED, changed)
    customer_import.index_later(database, key)
    return True
