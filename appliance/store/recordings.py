"""Finished recordings, found by their call."""

from __future__ import annotations

from peewee import SqliteDatabase

from appliance.api.contract import NewRecording, RecordingInfo
from appliance.store.tables import Recording


def add(database: SqliteDatabase, recording: NewRecording) -> bool:
    """Index a recording; False when its name is known already, which changes nothing.

    The call may come later: the ingest may be behind the recorder.
    """
    added = Recording.insert(**recording.model_dump()).on_conflict_ignore().as_rowcount().execute(database)
    return bool(added)


def of_call(database: SqliteDatabase, linkedid: str) -> tuple[RecordingInfo, ...]:
    """A call's recordings, oldest first."""
    rows = (
        Recording.select(Recording.name, Recording.started, Recording.duration, Recording.size, Recording.sha256)
        .where(Recording.linkedid == linkedid)
        .order_by(Recording.started, Recording.name)
        .dicts()
        .execute(database)
    )
    return tuple(RecordingInfo(**row) for row in rows)
