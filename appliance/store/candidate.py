"""The document being edited, so that work outlives a lost connection."""

from __future__ import annotations

from dataclasses import dataclass

from peewee import SqliteDatabase

from appliance.store.tables import Candidate


@dataclass(frozen=True)
class StoredCandidate:
    """A site document as TOML, the revision it started from, and who edited it last."""

    toml: str
    base: int | None
    author: str
    at: float


def get(database: SqliteDatabase) -> StoredCandidate | None:
    """The candidate, or None when nobody is editing."""
    for row in Candidate.select().dicts().execute(database):
        return StoredCandidate(row["toml"], row["base"], row["author"], row["at"])
    return None


def put(database: SqliteDatabase, candidate: StoredCandidate) -> None:
    """Keep this candidate in place of any other."""
    row = Candidate.insert(id=1, toml=candidate.toml, base=candidate.base, author=candidate.author, at=candidate.at)
    row.on_conflict_replace().execute(database)


def clear(database: SqliteDatabase) -> None:
    """Forget the candidate."""
    Candidate.delete().execute(database)
