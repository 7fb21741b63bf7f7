"""What callers said of their calls, 1 (bad) to 5 (good): means by agent and by queue."""

from __future__ import annotations

from dataclasses import dataclass

from peewee import SqliteDatabase


@dataclass(frozen=True)
class Mean:
    """Of one agent in one queue: how many callers said something, and the mean of it."""

    agent: str
    queue: str
    count: int
    mean: float


def means(database: SqliteDatabase, since: float, until: float) -> tuple[Mean, ...]:
    """For calls that began from `since` to before `until` (epoch seconds), by agent, then queue."""
    rows = database.execute_sql(
        "SELECT agent, queue, count(score), avg(score) FROM calls"
        " WHERE score IS NOT NULL AND agent IS NOT NULL AND queue IS NOT NULL AND started >= ? AND started < ?"
        " GROUP BY agent, queue ORDER BY agent, queue",
        (since, until),
    )
    return tuple(Mean(*row) for row in rows)
