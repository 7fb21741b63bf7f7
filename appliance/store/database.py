"""Opening `site.db`: its settings and its numbered migrations.

Synchronous is FULL: a person's change and its row in the operation log must outlive a power
cut once they were answered. Ingest alone could live with NORMAL (a lost transaction loses the
read position with it, so the lines are simply read again), but it commits once per batch, so
the stronger setting costs it one fsync a batch and needs no second kind of connection.

The database outlives programs in both directions: after an update a newer one brings the schema forward, and when
the box goes back, the older one meets that schema. Migrations therefore only add (docs/how-to-add.md); one that
cannot sets `PRAGMA user_version` to the oldest schema that may still be used with it. A copy is made beside the
database before a program of another version first opens it (`appliance.store.snapshot`).

Each thread gets its own connection; WAL lets all of them read while one writes. Transactions
begin IMMEDIATE: a writer waits its turn at the start and never fails half-way.
"""

from __future__ import annotations

from pathlib import Path

from peewee import SqliteDatabase
from playhouse.migrations import Runner

from appliance.site.problems import BranchboxError, Problem

BUSY_MS = 10_000
MIGRATIONS = Path(__file__).parent / "migrations"

_PRAGMAS = (
    ("journal_mode", "wal"),
    ("synchronous", "full"),
    ("busy_timeout", BUSY_MS),
    ("foreign_keys", 1),
    ("trusted_schema", 0),
    ("cache_size", -16_000),
    ("journal_size_limit", 64 * 1024 * 1024),
)


def open_site_db(path: Path) -> SqliteDatabase:
    """Open the database, bringing its schema up to date, one transaction a migration.

    A newer schema is used as it is. Raises BranchboxError when one of its migrations took something away.
    """
    database = SqliteDatabase(str(path), pragmas=_PRAGMAS, lock_type="IMMEDIATE")
    runner = Runner(database, str(MIGRATIONS))
    oldest = int(database.execute_sql("PRAGMA user_version").fetchone()[0])
    known = max(int(name.stem.partition("_")[0]) for name in MIGRATIONS.glob("[0-9]*.py"))
    if oldest > known:
        database.close()
        raise BranchboxError(
            Problem(
                text="The database {path} was written by a newer Branchbox. Install that version again.",
                args={"path": str(path)},
                original=f"needs schema {oldest}, this version has {known}",
            )
        )
    runner.up()
    return database
