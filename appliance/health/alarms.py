"""`health.db`: alarms from the moment they are raised to the moment they clear. One writer."""

from __future__ import annotations

from pathlib import Path

from peewee import SqliteDatabase
from playhouse.migrations import Runner

from appliance.api.contract import Alarm, Severity
from appliance.site.problems import Problem

KEPT = 400 * 86400.0
"""Seconds that a cleared alarm is remembered: a year and the month to compare it with."""
MIGRATIONS = Path(__file__).parent / "migrations"


class Alarms:
    """The open alarms, one a key at most, and the cleared ones of the last year."""

    def __init__(self, path: Path) -> None:
        self._database = SqliteDatabase(
            str(path),
            pragmas={"journal_mode": "wal", "synchronous": "normal", "busy_timeout": 5000, "cache_size": -1000},
        )
        Runner(self._database, str(MIGRATIONS)).up()

    def close(self) -> None:
        """Close this thread's connection."""
        self._database.close()

    def open(self) -> tuple[Alarm, ...]:
        """What stands now, oldest first."""
        rows = self._database.execute_sql(
            "SELECT key, severity, since, problem FROM alarms WHERE cleared IS NULL ORDER BY since, key"
        )
        return tuple(
            Alarm(key=key, severity=Severity(severity), since=since, problem=Problem.model_validate_json(problem))
            for key, severity, since, problem in rows
        )

    def put(self, alarm: Alarm) -> bool:
        """Raise an alarm, or change the one that is open; True when it was not open before."""
        with self._database.atomic():
            values = (alarm.severity.value, alarm.problem.model_dump_json(), alarm.key)
            changed = self._database.execute_sql(
                "UPDATE alarms SET severity = ?, problem = ? WHERE key = ? AND cleared IS NULL", values
            )
            if changed.rowcount:
                return False
            self._database.execute_sql(
                "INSERT INTO alarms (severity, problem, key, since) VALUES (?, ?, ?, ?)", (*values, alarm.since)
            )
            return True

    def clear(self, key: str, at: float) -> bool:
        """End an alarm; False when none was open."""
        with self._database.atomic():
            cleared = self._database.execute_sql(
                "UPDATE alarms SET cleared = ? WHERE key = ? AND cleared IS NULL", (at, key)
            )
            self._database.execute_sql("DELETE FROM alarms WHERE cleared < ?", (at - KEPT,))
        return bool(cleared.rowcount)
