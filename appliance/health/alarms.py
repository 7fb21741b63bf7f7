"""`health.db`: alarms from the moment they are raised to the moment they clear, and what people did. One writer."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase
from playhouse.migrations import Runner

from appliance.api.alarms import AlarmFilter, Note
from appliance.api.contract import Alarm, Severity
from appliance.health.memory import Memory
from appliance.site.problems import BranchboxError, Problem

KEPT = 400 * 86400.0
"""Seconds that a cleared alarm is remembered: a year and the month to compare it with."""
MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Kept:
    """An alarm's row. `known_rank` and `known_extent` say how bad it was when somebody acknowledged it."""

    key: str
    check: str
    severity: Severity
    since: float
    problem: Problem
    id: int = 0
    label: str = ""
    rank: int = 0
    extent: float = 0.0
    flaps: int = 0
    cause: int | None = None
    owner: str | None = None
    acknowledged: float | None = None
    acknowledged_by: str | None = None
    known_rank: int = 0
    known_extent: float = 0.0
    cleared: float | None = None

    def said(self, title: str, consequences: int = 0) -> Alarm:
        """It as people read it."""
        return Alarm(
            key=self.key,
            severity=self.severity,
            since=self.since,
            problem=self.problem,
            id=self.id,
            check=self.check,
            title=title,
            label=self.label,
            acknowledged=self.acknowledged,
            acknowledged_by=self.acknowledged_by,
            owner=self.owner,
            flaps=self.flaps if self.flaps > 1 else 0,
            cause=self.cause,
            consequences=consequences,
            cleared=self.cleared,
        )


_COLUMNS = (
    "id, key, check_key, severity, since, cleared, problem, label, rank, extent, flaps, cause, owner, "
    "acknowledged, acknowledged_by, known_rank, known_extent"
)


def _kept(row: tuple[Any, ...]) -> Kept:
    number, key, check, severity, since, cleared, problem, label, rank, extent, flaps, *people = row
    cause, owner, acknowledged, by, known_rank, known_extent = people
    return Kept(
        key=key,
        check=check,
        severity=Severity(severity),
        since=since,
        problem=Problem.model_validate_json(problem),
        id=number,
        label=label,
        rank=rank,
        extent=extent,
        flaps=flaps,
        cause=cause,
        owner=owner,
        acknowledged=acknowledged,
        acknowledged_by=by,
        known_rank=known_rank,
        known_extent=known_extent,
        cleared=cleared,
    )


class Alarms:
    """The open alarms, one a key at most, and the cleared ones of the last year."""

    def __init__(self, path: Path) -> None:
        self._database = SqliteDatabase(
            str(path),
            pragmas={
                "journal_mode": "wal",
                "synchronous": "normal",
                "busy_timeout": 5000,
                "cache_size": -1000,
                "foreign_keys": 1,
            },
        )
        Runner(self._database, str(MIGRATIONS)).up()
        self.memory = Memory(self._database)

    def close(self) -> None:
        """Close this thread's connection."""
        self._database.close()

    def open(self) -> tuple[Kept, ...]:
        """What stands now, oldest first."""
        return self._rows("cleared IS NULL ORDER BY since, key")

    def put(self, alarm: Kept) -> Kept:
        """Raise an alarm (one without a number), or change it; gives it with its number."""
        values = (
            alarm.severity.value,
            alarm.problem.model_dump_json(),
            alarm.label,
            alarm.rank,
            alarm.extent,
            alarm.flaps,
            alarm.cause,
            alarm.acknowledged,
            alarm.acknowledged_by,
        )
        if alarm.id:
            self._database.execute_sql(
                "UPDATE alarms SET severity = ?, problem = ?, label = ?, rank = ?, extent = ?, flaps = ?, cause = ?, "
                "acknowledged = ?, acknowledged_by = ? WHERE id = ?",
                (*values, alarm.id),
            )
            return alarm
        made = self._database.execute_sql(
            "INSERT INTO alarms (severity, problem, label, rank, extent, flaps, cause, acknowledged, acknowledged_by, "
            "key, check_key, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, alarm.key, alarm.check, alarm.since),
        )
        return dataclasses.replace(alarm, id=made.lastrowid)

    def clear(self, alarm: Kept, at: float) -> None:
        """End an alarm; what is older than a year is forgotten."""
        with self._database.atomic():
            self._database.execute_sql(
                "UPDATE alarms SET cleared = ?, flaps = ? WHERE id = ?", (at, alarm.flaps, alarm.id)
            )
            self._database.execute_sql("DELETE FROM alarms WHERE cleared < ?", (at - KEPT,))

    def acknowledge(self, alarm: Kept, by: str, at: float) -> Kept:
        """Take it as known, as bad as it is now."""
        self._database.execute_sql(
            "UPDATE alarms SET acknowledged = ?, acknowledged_by = ?, known_rank = rank, known_extent = extent "
            "WHERE id = ?",
            (at, by, alarm.id),
        )
        return self.one(alarm.id)

    def own(self, alarm: Kept, owner: str | None) -> Kept:
        """Say who sees to it."""
        self._database.execute_sql("UPDATE alarms SET owner = ? WHERE id = ?", (owner, alarm.id))
        return self.one(alarm.id)

    def note(self, number: int, by: str, text: str, at: float) -> None:
        """Write something to it."""
        self._database.execute_sql(
            "INSERT INTO notes (alarm, at, by, text) VALUES (?, ?, ?, ?)", (number, at, by, text)
        )

    def notes(self, number: int) -> tuple[Note, ...]:
        """What people wrote to it, oldest first."""
        rows = self._database.execute_sql("SELECT at, by, text FROM notes WHERE alarm = ? ORDER BY id", (number,))
        return tuple(Note(at=at, by=by, text=text) for at, by, text in rows)

    def one(self, number: int) -> Kept:
        """One alarm. Raises BranchboxError when it is not there."""
        found = self._rows("id = ?", number)
        if not found:
            raise BranchboxError(
                Problem(text="There is no alarm {number}: it may be older than a year.", args={"number": str(number)})
            )
        return found[0]

    def page(self, wanted: AlarmFilter) -> tuple[Kept, ...]:
        """Alarms of their own, newest first."""
        terms: list[tuple[str, Iterable[Any]]] = [("cause IS NULL", ())]
        if wanted.standing is not None:
            terms.append((f"cleared IS {'' if wanted.standing else 'NOT '}NULL", ()))
        if wanted.check is not None:
            terms.append(("check_key = ?", (wanted.check,)))
        if wanted.since is not None:
            terms.append(("since >= ?", (wanted.since,)))
        if wanted.before is not None:
            terms.append(("id < ?", (wanted.before,)))
        where = " AND ".join(term for term, _ in terms)
        return self._rows(
            f"{where} ORDER BY id DESC LIMIT ?", *(value for _, values in terms for value in values), wanted.limit
        )

    def consequences(self, number: int) -> tuple[Kept, ...]:
        """What one alarm explained or explains."""
        return self._rows("cause = ? ORDER BY id", number)

    def counts(self, numbers: Iterable[int]) -> dict[int, int]:
        """How many consequences each of these has."""
        known = tuple(numbers)
        marks = ", ".join("?" * len(known))
        rows = self._database.execute_sql(
            f"SELECT cause, count(*) FROM alarms WHERE cause IN ({marks}) GROUP BY cause",  # noqa: S608  question marks
            known,
        )
        return {int(cause): int(count) for cause, count in rows}

    def _rows(self, where: str, *values: Any) -> tuple[Kept, ...]:
        rows = self._database.execute_sql(
            f"SELECT {_COLUMNS} FROM alarms WHERE {where}",  # noqa: S608  terms of this module
            values,
        )
        return tuple(_kept(row) for row in rows)
