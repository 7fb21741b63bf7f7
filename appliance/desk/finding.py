"""Finding customers as one types: just that number first, then names that begin so, then the rest."""

from __future__ import annotations

from peewee import SqliteDatabase

from appliance.api.customers import Customers
from appliance.desk.numbers import Numbering
from appliance.desk.pieces import query
from appliance.store import customer_search, customers


def find(database: SqliteDatabase, numbering: Numbering, text: str, limit: int, *, masked: bool = False) -> Customers:
    """At most `limit` customers, ranked; for no text those that were changed last."""
    wanted = query(text, masked=masked)
    found: dict[int, None] = {}
    one_more = limit + 1
    if not text.strip():
        found.update(dict.fromkeys(customers.latest(database, one_more)))
    if wanted.number and (normal := numbering.normal(wanted.number)) is not None:
        found.update(dict.fromkeys(customers.of_number(database, normal.number)))
    if wanted.tail:
        found.update(dict.fromkeys(customers.of_tail(database, wanted.tail, one_more)))
    for expression in (wanted.start, wanted.anywhere):
        if expression and len(found) < one_more:
            # What the steps before found may be found again: ask for as many more.
            found.update(dict.fromkeys(customer_search.matching(database, expression, one_more + len(found))))
    keys = list(found)
    return Customers(customers=tuple(customers.get(database, keys[:limit])), more=len(keys) > limit)
