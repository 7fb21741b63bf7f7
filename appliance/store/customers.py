"""Customers: their rows, read and written whole. Numbers here are canonical (`appliance.desk.numbers`).

Every write runs in the caller's transaction together with its history. Plain SQL: lookups are on the ringing
phone's way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import SqliteDatabase

from appliance.api.contract import Call
from appliance.api.customers import (
    Consent,
    Customer,
    CustomerFacts,
    CustomerNumber,
    Happening,
    HistoryLine,
    Merge,
    Note,
)

_COLUMNS = "id, version, name, organisation, address, grade, since, changed, merged_into"
_CALL_COLUMNS = ", ".join(name for name in Call.model_fields if name != "recordings")
_TAIL = 4


@dataclass(frozen=True)
class Signature:
    """Who did something, and when (epoch seconds)."""

    by: str
    at: float


@dataclass(frozen=True)
class Change:
    """One field of a customer that changed, as people read it."""

    field: str
    before: str
    after: str


def _marks(values: Sequence[Any]) -> str:
    return ",".join("?" * len(values))


def get(database: SqliteDatabase, ids: Sequence[int]) -> list[Customer]:
    """Customers in the order of their ids; those that are not there are left out."""
    marks = _marks(ids)
    numbers: dict[int, list[CustomerNumber]] = {}
    for customer, number, kind, extension, note in database.execute_sql(
        "SELECT customer, number, kind, extension, note FROM customer_numbers"  # noqa: S608 - marks are `?`s
        f" WHERE customer IN ({marks}) ORDER BY customer, position",
        ids,
    ):
        numbers.setdefault(customer, []).append(
            CustomerNumber(number=number, kind=kind, extension=extension, note=note)
        )
    tags: dict[int, list[str]] = {}
    for customer, tag in database.execute_sql(
        f"SELECT customer, tag FROM customer_tags WHERE customer IN ({marks}) ORDER BY customer, tag",  # noqa: S608 - marks are `?`s
        ids,
    ):
        tags.setdefault(customer, []).append(tag)
    consents: dict[int, list[Consent]] = {}
    for customer, kind, given, at, how in database.execute_sql(
        "SELECT customer, kind, given, at, how FROM customer_consents"  # noqa: S608 - marks are `?`s
        f" WHERE customer IN ({marks}) ORDER BY customer, kind",
        ids,
    ):
        consents.setdefault(customer, []).append(Consent(kind=kind, given=bool(given), at=at, how=how))
    found = {}
    for row in database.execute_sql(f"SELECT {_COLUMNS} FROM customers WHERE id IN ({marks})", ids):  # noqa: S608 - marks are `?`s
        key, version, name, organisation, address, grade, since, changed, merged_into = row
        facts = CustomerFacts(
            name=name,
            organisation=organisation,
            address=address,
            grade=grade,
            since=since,
            numbers=tuple(numbers.get(key, ())),
            tags=tuple(tags.get(key, ())),
            consents=tuple(consents.get(key, ())),
        )
        found[key] = Customer(id=key, version=version, facts=facts, changed=changed, merged_into=merged_into)
    return [found[key] for key in ids if key in found]


def one(database: SqliteDatabase, key: int) -> Customer | None:
    """A customer, merged ones included; None when there is none."""
    found = get(database, [key])
    return found[0] if found else None


def put(database: SqliteDatabase, key: int | None, facts: CustomerFacts, at: float) -> int:
    """Write a customer's facts in place of what was there, or as a new one; gives its id."""
    row = (facts.name, facts.organisation, facts.address, facts.grade, facts.since, at)
    if key is None:
        key = int(
            database.execute_sql(
                "INSERT INTO customers (version, name, organisation, address, grade, since, changed)"
                " VALUES (1, ?, ?, ?, ?, ?, ?) RETURNING id",
                row,
            ).fetchone()[0]
        )
    else:
        database.execute_sql(
            "UPDATE customers SET version = version + 1, name = ?, organisation = ?, address = ?, grade = ?, since = ?,"
            " changed = ? WHERE id = ?",
            (*row, key),
        )
        for table in ("customer_numbers", "customer_tags", "customer_consents"):
            database.execute_sql(f"DELETE FROM {table} WHERE customer = ?", (key,))  # noqa: S608 - our own names
    write = database.connection().executemany
    write(
        "INSERT INTO customer_numbers (customer, position, number, tail, kind, extension, note)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (key, position, each.number, each.number[-_TAIL:], each.kind.value, each.extension, each.note)
            for position, each in enumerate(facts.numbers)
        ],
    )
    write("INSERT INTO customer_tags (customer, tag) VALUES (?, ?)", [(key, tag) for tag in dict.fromkeys(facts.tags)])
    write(
        "INSERT INTO customer_consents (customer, kind, given, at, how) VALUES (?, ?, ?, ?, ?)",
        [(key, each.kind.value, int(each.given), each.at, each.how) for each in facts.consents],
    )
    return key


def merged(database: SqliteDatabase, other: int, survivor: int | None) -> None:
    """Say that a customer is part of another one now, or again one of its own."""
    database.execute_sql("UPDATE customers SET merged_into = ?, version = version + 1 WHERE id = ?", (survivor, other))


def tell(
    database: SqliteDatabase, key: int, signed: Signature, what: Happening, changes: Iterable[Change] = ()
) -> None:
    """Add to a customer's history: a line for each change, one line when there is none."""
    rows = [(key, signed.at, signed.by, what.value, each.field, each.before, each.after) for each in changes]
    database.connection().executemany(
        "INSERT INTO customer_history (customer, at, by, what, field, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)",
        rows or [(key, signed.at, signed.by, what.value, "", "", "")],
    )


def history(database: SqliteDatabase, keys: Sequence[int], limit: int) -> tuple[HistoryLine, ...]:
    """What was done to these customers, newest first."""
    rows = database.execute_sql(
        "SELECT at, by, what, field, before, after FROM customer_history"  # noqa: S608 - marks are `?`s
        f" WHERE customer IN ({_marks(keys)}) ORDER BY at DESC, id DESC LIMIT ?",
        (*keys, limit),
    )
    names = ("at", "by", "what", "field", "before", "after")
    return tuple(HistoryLine.model_validate(dict(zip(names, row, strict=True))) for row in rows)


def add_note(database: SqliteDatabase, key: int, note: Note) -> None:
    """Keep a note."""
    database.execute_sql(
        "INSERT INTO customer_notes (customer, at, by, text) VALUES (?, ?, ?, ?)", (key, note.at, note.by, note.text)
    )


def notes(database: SqliteDatabase, keys: Sequence[int], limit: int) -> tuple[Note, ...]:
    """Notes on these customers, newest first."""
    rows = database.execute_sql(
        "SELECT at, by, text FROM customer_notes"  # noqa: S608 - marks are `?`s
        f" WHERE customer IN ({_marks(keys)}) ORDER BY at DESC, id DESC LIMIT ?",
        (*keys, limit),
    )
    return tuple(Note(at=at, by=by, text=text) for at, by, text in rows)


def calls_with(
    database: SqliteDatabase, writings: Sequence[str], limit: int, *, over: bool = False
) -> tuple[Call, ...]:
    """Calls from or to a number in any of its writings, newest first; `over`: none that goes on."""
    if not writings:
        return ()
    ended = " AND ended IS NOT NULL" if over else ""
    side = f"SELECT {_CALL_COLUMNS} FROM calls WHERE %s IN ({_marks(writings)}){ended} ORDER BY started DESC LIMIT ?"  # noqa: S608 - marks are `?`s
    sides = f"SELECT * FROM ({side % 'caller'}) UNION SELECT * FROM ({side % 'called'})"  # noqa: S608 - our own names
    rows = database.execute_sql(
        f"{sides} ORDER BY started DESC LIMIT ?",
        (*writings, limit, *writings, limit, limit),
    )
    names = _CALL_COLUMNS.split(", ")
    return tuple(Call.model_validate(dict(zip(names, row, strict=True))) for row in rows)


def of_number(database: SqliteDatabase, number: str) -> list[int]:
    """The customers who have a number, whoever was changed last first."""
    rows = database.execute_sql(
        "SELECT DISTINCT c.id FROM customer_numbers n JOIN customers c ON c.id = n.customer"
        " WHERE n.number = ? AND c.merged_into IS NULL ORDER BY c.changed DESC LIMIT 20",
        (number,),
    )
    return [key for (key,) in rows]


def of_tail(database: SqliteDatabase, tail: str, limit: int) -> list[int]:
    """The customers who have a number with these last four digits, whoever was changed last first."""
    rows = database.execute_sql(
        "SELECT DISTINCT c.id FROM customer_numbers n JOIN customers c ON c.id = n.customer"
        " WHERE n.tail = ? AND c.merged_into IS NULL ORDER BY c.changed DESC LIMIT ?",
        (tail, limit),
    )
    return [key for (key,) in rows]


def latest(database: SqliteDatabase, limit: int) -> list[int]:
    """The customers who were changed last."""
    rows = database.execute_sql(
        "SELECT id FROM customers WHERE merged_into IS NULL ORDER BY changed DESC LIMIT ?", (limit,)
    )
    return [key for (key,) in rows]


def priorities(database: SqliteDatabase, priority_of: dict[str, int]) -> dict[str, int]:
    """The queue priority of every number of a graded customer; the highest where several have it. `priority_of` is
    the document's, by grade; grades of priority 0 need no row."""
    grades = [grade for grade, priority in priority_of.items() if priority > 0]
    found: dict[str, int] = {}
    for number, grade in database.execute_sql(
        "SELECT n.number, c.grade FROM customers c JOIN customer_numbers n ON n.customer = c.id"  # noqa: S608 - marks are `?`s
        f" WHERE c.grade IN ({_marks(grades)}) AND c.merged_into IS NULL",
        grades,
    ):
        found[number] = max(found.get(number, 0), priority_of[grade])
    return found


def family(database: SqliteDatabase, key: int) -> list[int]:
    """A customer and everybody who was merged into it, at first or second hand."""
    rows = database.execute_sql(
        "WITH RECURSIVE part (id) AS (SELECT ? UNION SELECT m.other FROM customer_merges m"
        " JOIN part ON m.survivor = part.id WHERE m.undone IS NULL) SELECT id FROM part",
        (key,),
    )
    return [each for (each,) in rows]


def put_merge(database: SqliteDatabase, merge: Merge, survivor: int, before: str, after: str) -> int:
    """Remember a merge and the survivor's facts (JSON) before and after it; gives its number."""
    row = (survivor, merge.other, merge.at, merge.by, before, after)
    return int(
        database.execute_sql(
            "INSERT INTO customer_merges (survivor, other, at, by, before, after) VALUES (?, ?, ?, ?, ?, ?)"
            " RETURNING id",
            row,
        ).fetchone()[0]
    )


@dataclass(frozen=True)
class StoredMerge:
    """A merge as it can be undone: the survivor's facts before and after it as JSON."""

    survivor: int
    other: int
    before: str
    after: str


def merge(database: SqliteDatabase, key: int) -> StoredMerge | None:
    """A merge that was not undone; None when there is none."""
    row = database.execute_sql(
        "SELECT survivor, other, before, after FROM customer_merges WHERE id = ? AND undone IS NULL", (key,)
    ).fetchone()
    return StoredMerge(*row) if row else None


def undo_merge(database: SqliteDatabase, key: int, at: float) -> None:
    """Remember that a merge was undone."""
    database.execute_sql("UPDATE customer_merges SET undone = ? WHERE id = ?", (at, key))


def merges(database: SqliteDatabase, survivor: int) -> tuple[Merge, ...]:
    """What was merged into a customer and not taken out again, newest first."""
    rows = database.execute_sql(
        "SELECT m.id, m.other, c.name, m.at, m.by FROM customer_merges m JOIN customers c ON c.id = m.other"
        " WHERE m.survivor = ? AND m.undone IS NULL ORDER BY m.id DESC",
        (survivor,),
    )
    return tuple(Merge(id=key, other=other, name=name, at=at, by=by) for key, other, name, at, by in rows)
