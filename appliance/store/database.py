"""Opening `site.db`: its settings and its numbered migrations.

Synchronous is FULL: a person's change and its row in the operation log must outlive a power
cut once they were answered. Ingest alone could live with NORMAL (a lost transaction loses the
read position with it, so the lines are simply read again), but it commits once per batch, so
the stronger setting costs it one fsync a batch and needs no second kind of connection.

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

    Raises BranchboxError when a newer Branchbox wrote it.
    """
    database = SqliteDatabase(str(path), pragmas=_PRAGMAS, lock_type="IMMEDIATE")
    runner = Runner(database, str(MIGRATIONS))
    unknown = [migration.name for migration in runner.status() if migration.path is None]
    if unknown:
        database.close()
        raise BranchboxError(
            Problem(
                text="The database {path} was written by a newer Branchbox. Install that version again.",
                args={"path": str(path)},
                original=", ".join(unknown),
            )
        )
    runner.up()
    return database
