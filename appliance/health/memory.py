"""What health remembers over restarts: which phones were here, the site's name, figures over time."""

from __future__ import annotations

from peewee import SqliteDatabase

KEPT = 31 * 86_400.0
"""Seconds that figures are kept."""


class Memory:
    """Words and figures in `health.db`. Lives in the thread that has the database."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self._words: dict[str, str] = dict(database.execute_sql("SELECT key, word FROM words"))

    def get(self, key: str) -> str:
        """A word; empty when there is none."""
        return self._words.get(key, "")

    def put(self, key: str, word: str) -> None:
        """Remember a word."""
        if self._words.get(key) != word:
            self._words[key] = word
            self._database.execute_sql("INSERT OR REPLACE INTO words (key, word) VALUES (?, ?)", (key, word))

    def names(self, family: str) -> set[str]:
        """The names behind the colon of one family's keys."""
        start = f"{family}:"
        return {key.removeprefix(start) for key in self._words if key.startswith(start)}

    def note(self, key: str, at: float, value: float) -> None:
        """Remember a figure of this time; what is older than a month is forgotten."""
        self._database.execute_sql("INSERT OR REPLACE INTO figures (key, at, value) VALUES (?, ?, ?)", (key, at, value))
        self._database.execute_sql("DELETE FROM figures WHERE key = ? AND at < ?", (key, at - KEPT))

    def figures(self, key: str, since: float) -> list[tuple[float, float]]:
        """Time and value, oldest first."""
        rows = self._database.execute_sql(
            "SELECT at, value FROM figures WHERE key = ? AND at >= ? ORDER BY at", (key, since)
        )
        return [(float(at), float(value)) for at, value in rows]
