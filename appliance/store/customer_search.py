"""The index that finds customers as one types. What is in it is cut by `appliance.desk.pieces`.

Measured at 200,000 customers (docs/bench.md): each query asks for no more rows than are shown, in the index's own
order, so that a letter which half of them have costs as little as a whole name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from peewee import SqliteDatabase


def put(database: SqliteDatabase, rows: Iterable[tuple[int, str, str, str, str]]) -> None:
    """Index customers (id, start, name, rest, numbers) in place of what was there of them."""
    rows = list(rows)
    write = database.connection().executemany
    write("DELETE FROM customer_pieces WHERE rowid = ?", [row[:1] for row in rows])
    write("INSERT INTO customer_pieces (rowid, start, name, rest, numbers) VALUES (?, ?, ?, ?, ?)", rows)
    write("DELETE FROM customer_unindexed WHERE customer = ?", [row[:1] for row in rows])


def remove(database: SqliteDatabase, key: int) -> None:
    """Find a customer no longer."""
    database.execute_sql("DELETE FROM customer_pieces WHERE rowid = ?", (key,))
    database.execute_sql("DELETE FROM customer_unindexed WHERE customer = ?", (key,))


def matching(database: SqliteDatabase, expression: str, limit: int) -> list[int]:
    """The ids that match an FTS5 expression, oldest customers first."""
    rows = database.execute_sql(
        "SELECT rowid FROM customer_pieces WHERE customer_pieces MATCH ? LIMIT ?", (expression, limit)
    )
    return [key for (key,) in rows]


def unindexed(database: SqliteDatabase, limit: int) -> Sequence[int]:
    """Customers that the index has yet to take in."""
    return [key for (key,) in database.execute_sql("SELECT customer FROM customer_unindexed LIMIT ?", (limit,))]


def waiting(database: SqliteDatabase) -> int:
    """How many those are."""
    return int(database.execute_sql("SELECT count(*) FROM customer_unindexed").fetchone()[0])
