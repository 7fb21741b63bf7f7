"""The operation log: who changed what, or was refused. Rows are added, never changed.

Each row's hash is SHA-256 over the hash of the row before (empty for the first) and the row
as canonical JSON, so a changed, added or missing row in the middle breaks the chain there.
`oplog_head` holds count and last hash, written in the same transaction, so that rows missing at
the end are found too. Who can write the database file and recomputes both is not found by
this file alone: `append` gives the row back so that core also says its hash to the
journal, which another program keeps.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, astuple, dataclass, fields
from typing import Any

from peewee import SqliteDatabase

from appliance.api.contract import Audit, Operation, OperationFilter, OperationPage
from appliance.store import tables
from appliance.store.tables import OperationHead


@dataclass(frozen=True)
class Entry:
    """What one row says. `result` is `done`, `refused` or `failed`; `at` is epoch seconds."""

    at: float
    by: str
    role: str
    method: str
    detail: str
    result: str


_SAID = tuple(field.name for field in fields(Entry))


def link(previous: str, number: int, entry: Entry) -> str:
    """The hash, in hexadecimal, of the row `number` that follows the row with the hash `previous`."""
    row = json.dumps([number, *astuple(entry)], ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(f"{previous}\n{row}".encode()).hexdigest()


def _head(database: SqliteDatabase) -> tuple[int, str]:
    for row in OperationHead.select().dicts().execute(database):
        return row["rows"], row["hash"]
    return 0, ""


def append(  # noqa: PLR0917 - the columns of a row, in their order
    database: SqliteDatabase, at: float, by: str, role: str, method: str, detail: str, result: str
) -> Operation:
    """Add a row and give it back; its number and hash belong into the journal too."""
    entry = Entry(float(at) + 0.0, by, role, method, detail, result)  # SQLite keeps no -0.0
    with database.atomic():
        rows, previous = _head(database)
        operation = Operation(number=rows + 1, hash=link(previous, rows + 1, entry), **asdict(entry))
        tables.Operation.insert(**operation.model_dump()).execute(database)
        OperationHead.update(rows=operation.number, hash=operation.hash).execute(database)
    return operation


def page(database: SqliteDatabase, wanted: OperationFilter) -> OperationPage:
    """Operations that match, newest first."""
    query = tables.Operation.select().order_by(tables.Operation.number.desc()).limit(wanted.limit)
    if wanted.by is not None:
        query = query.where(tables.Operation.by == wanted.by)
    if wanted.refused_only:
        query = query.where(tables.Operation.result == "refused")
    if wanted.before is not None:
        query = query.where(tables.Operation.number < wanted.before)
    return OperationPage(operations=tuple(Operation(**row) for row in query.dicts().execute(database)))


def verify(database: SqliteDatabase) -> Audit:
    """Read the whole log and say whether the chain holds; `broken_at` is the first row that
    does not fit, and the first missing one when rows are gone from the end."""
    with database.atomic():
        rows, head = _head(database)
        count, previous = 0, ""
        for row in _all(database):
            if row["number"] != count + 1 or link(previous, row["number"], _entry(row)) != row["hash"]:
                return Audit(rows=rows, broken_at=count + 1, head=head)
            count, previous = row["number"], row["hash"]
    if (count, previous) != (rows, head):
        return Audit(rows=rows, broken_at=min(count, rows) + 1, head=head)
    return Audit(rows=rows, broken_at=None, head=head)


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(*(row[name] for name in _SAID))


def _all(database: SqliteDatabase) -> Iterator[Mapping[str, Any]]:
    query = tables.Operation.select().order_by(tables.Operation.number)
    yield from query.dicts().execute(database).iterator()
