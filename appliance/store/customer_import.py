"""Many customers at once: staged beside the database, stored in small steps that nobody sees, then shown at once.

Reading and judging 200,000 rows takes a minute, storing them many seconds; holding the database for so long would keep
the ingest of calls waiting. So rows are staged in a file of their own and stored some hundreds in a transaction.
Until all are there they are part of themselves (`merged_into` is their own id), which nothing finds; one statement
shows them all, and what a power cut left of them is taken away at the next start. The search index takes them in
afterwards, a few hundred at a time (`appliance.desk.keeping.index_waiting`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from peewee import SqliteDatabase

from appliance.api.customers import CustomerFacts, Happening
from appliance.store.customers import Signature

_AT_ONCE = 400


class Stage:
    """The rows of a file that were understood. `target` is the customer that a row is, if the box has it."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._base = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._base.execute("PRAGMA journal_mode = off")
        self._base.execute("PRAGMA synchronous = off")
        self._base.execute(
            "CREATE TABLE people (row INTEGER PRIMARY KEY, facts TEXT, note TEXT, key TEXT, target INTEGER)"
        )
        self._base.execute("CREATE INDEX keys ON people (key)")

    def close(self) -> None:
        """Let the file go."""
        self._base.close()

    def put(self, rows: Iterable[tuple[int, CustomerFacts, str, int | None]]) -> int:
        """Keep rows (number, facts, note, target); gives how many of them stand in the file already, by name and first
        number: those have the target 0."""
        twice = 0
        for row, facts, note, target in rows:
            key = f"{facts.name}\n{facts.numbers[0].number}" if facts.numbers else None
            again = key is not None and self._base.execute("SELECT 1 FROM people WHERE key = ?", (key,)).fetchone()
            meant = 0 if again and target is None else target
            twice += bool(again) and target is None
            values = (row, facts.model_dump_json(), note, key, meant)
            self._base.execute("INSERT INTO people VALUES (?, ?, ?, ?, ?)", values)
        return twice

    def rows(self, *, known: bool) -> Iterator[tuple[CustomerFacts, str, int | None]]:
        """Rows that are customers already, or those that are not."""
        condition = "target > 0" if known else "target IS NULL"
        for facts, note, target in self._base.execute(f"SELECT facts, note, target FROM people WHERE {condition}"):  # noqa: S608 - our own words
            yield CustomerFacts.model_validate_json(facts), note, target

    def all_new(self) -> None:
        """Take every row for a new customer."""
        self._base.execute("UPDATE people SET target = NULL")


def having(database: SqliteDatabase, numbers: Iterable[str]) -> dict[str, list[tuple[int, str]]]:
    """Who has these numbers: id and name by number."""
    wanted, found = sorted(set(numbers)), dict[str, list[tuple[int, str]]]()
    for start in range(0, len(wanted), _AT_ONCE):
        chunk = wanted[start : start + _AT_ONCE]
        for number, key, name in database.execute_sql(
            "SELECT n.number, c.id, c.name FROM customer_numbers n JOIN customers c ON c.id = n.customer"  # noqa: S608 - `?`s
            f" WHERE n.number IN ({','.join('?' * len(chunk))}) AND c.merged_into IS NULL",
            chunk,
        ):
            found.setdefault(number, []).append((key, name))
    return found


def add_unseen(database: SqliteDatabase, people: Sequence[tuple[CustomerFacts, str]], signed: Signature) -> None:
    """Store some new customers that nothing finds until `show` is called. One transaction."""
    write = database.connection().executemany
    with database.atomic():
        first = last(database) + 1
        batch = [(key, facts, note) for key, (facts, note) in enumerate(people, first)]
        write(
            "INSERT INTO customers (id, version, name, organisation, address, grade, since, changed, merged_into)"
            " VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?)",
            [(k, f.name, f.organisation, f.address, f.grade, f.since, signed.at, k) for k, f, _note in batch],
        )
        write(
            "INSERT INTO customer_numbers (customer, position, number, tail, kind, extension, note)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (k, place, n.number, n.number[-4:], n.kind.value, n.extension, n.note)
                for k, f, _note in batch
                for place, n in enumerate(f.numbers)
            ],
        )
        write("INSERT INTO customer_tags VALUES (?, ?)", [(k, tag) for k, f, _note in batch for tag in f.tags])
        write(
            "INSERT INTO customer_notes (customer, at, by, text) VALUES (?, ?, ?, ?)",
            [(k, signed.at, signed.by, note) for k, _facts, note in batch if note],
        )
        write(
            "INSERT INTO customer_history (customer, at, by, what, field, before, after)"
            " VALUES (?, ?, ?, ?, '', '', '')",
            [(k, signed.at, signed.by, Happening.IMPORTED.value) for k, _facts, _note in batch],
        )


def show(database: SqliteDatabase) -> None:
    """Let everybody see who was stored unseen; the caller holds the transaction. The index takes them in later."""
    database.execute_sql("INSERT INTO customer_unindexed SELECT id FROM customers WHERE merged_into = id")
    database.execute_sql("UPDATE customers SET merged_into = NULL WHERE merged_into = id")


def drop_unseen(database: SqliteDatabase, limit: int = _AT_ONCE) -> int:
    """Take away some of those whom nobody has seen; gives how many that were. One transaction."""
    with database.atomic():
        rows = database.execute_sql("SELECT id FROM customers WHERE merged_into = id LIMIT ?", (limit,)).fetchall()
        write = database.connection().executemany
        for table in ("customer_numbers", "customer_tags", "customer_notes", "customer_history"):
            write(f"DELETE FROM {table} WHERE customer = ?", rows)  # noqa: S608 - our own names
        write("DELETE FROM customers WHERE id = ?", rows)
    return len(rows)


def index_later(database: SqliteDatabase, key: int) -> None:
    """Have the index take a changed customer in anew."""
    database.execute_sql("INSERT OR IGNORE INTO customer_unindexed VALUES (?)", (key,))


def last(database: SqliteDatabase) -> int:
    """The newest customer's id; 0 when there is none."""
    return int(database.execute_sql("SELECT coalesce(max(id), 0) FROM customers").fetchone()[0])


def export(database: SqliteDatabase, after: int, limit: int) -> list[int]:
    """The ids behind `after`, in order."""
    rows = database.execute_sql(
        "SELECT id FROM customers WHERE id > ? AND merged_into IS NULL ORDER BY id LIMIT ?", (after, limit)
    )
    return [key for (key,) in rows]
