"""Finished recordings: found by their call or by anything on it, noted, tagged, and who heard them.

Two ways to a page, each along an index. Without a word on the call, the recordings themselves, newest first; with one,
the calls that fit (`calls_by_time` carries both numbers), newest first, and then their recordings.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from peewee import SqliteDatabase

from appliance.api.contract import RecordingInfo
from appliance.api.recorder import NewRecording
from appliance.api.recordings import Access, Found, Gap, Note, RecordingDetail, RecordingFilter, RecordingPage
from appliance.site.problems import BranchboxError, Problem
from appliance.store import tables

SEALED = ".sealed"
PAUSED, RESUMED = "recording-paused", "recording-resumed"
"""Words of a call's timeline; the detail is who."""

CUT_OFF = "cut-off"
"""The word of a call that Asterisk did not outlive."""

CUT_SHORT = f"""CASE WHEN c.ended IS NULL THEN r.cut_short
    ELSE r.started + r.duration >= c.ended - 1 AND EXISTS (
        SELECT 1 FROM timelines t WHERE t.linkedid = r.linkedid AND INSTR(t.events, '"{CUT_OFF}"') > 0
    ) END AS cut_short"""  # noqa: S608 - made of words of this module
"""Whether a recording `r` ends before its talk did: the story of its call `c` knows; the recorder, which sees only that
the machine went off after the file was last written, is asked where there is no call."""

_DAY = 86_400.0
_COLUMNS = f"""r.name, r.linkedid, r.started, r.duration, r.size, {CUT_SHORT}, r.removed, r.removed_why,
    (SELECT h.by FROM recording_holds h WHERE h.name = r.name OR h.linkedid = r.linkedid LIMIT 1) AS held_by,
    (SELECT COUNT(*) FROM recording_notes n WHERE n.name = r.name) AS notes,
    (SELECT json_group_array(t.tag) FROM recording_tags t WHERE t.name = r.name) AS tags,
    c.direction, c.caller, c.called, c.queue, c.agent, c.outcome, c.talked"""  # noqa: S608 - as above
_ON_THE_CALL = ("queue", "agent", "direction", "outcome")


def add(database: SqliteDatabase, recording: NewRecording) -> None:
    """Index a recording. A name that is known already is filed again after a crash: its last word counts.

    The call may come later: the ingest may be behind the recorder.
    """
    said = recording.model_dump()
    changed = {column: said[column] for column in said if column != "name"}
    tables.Recording.insert(**said).on_conflict(conflict_target=("name",), update=changed).execute(database)


def of_call(database: SqliteDatabase, linkedid: str) -> tuple[RecordingInfo, ...]:
    """A call's recordings, oldest first."""
    row = tables.Recording
    rows = (
        row.select(row.name, row.started, row.duration, row.size, row.sha256, row.removed)
        .where(row.linkedid == linkedid)
        .order_by(row.started, row.name)
        .dicts()
        .execute(database)
    )
    return tuple(RecordingInfo(**row) for row in rows)


def page(database: SqliteDatabase, wanted: RecordingFilter, *, tail: bool = False) -> RecordingPage:
    """Recordings that match, newest first, `wanted.limit` at once; `tail`: `wanted.number` is the end of a number.

    Raises BranchboxError when `wanted.before` is no cursor of an earlier page.
    """
    by_call = wanted.number is not None or any(getattr(wanted, name) is not None for name in _ON_THE_CALL)
    sql, values, key = _by_call(wanted, tail=tail) if by_call else _by_recording(wanted)
    rows = _rows(database, f"{sql} LIMIT ?", [*values, wanted.limit + 1])
    shown = rows[: wanted.limit]
    cursor = json.dumps([row[column] for column in key for row in shown[-1:]]) if len(rows) > wanted.limit else None
    return RecordingPage(recordings=_found(database, shown), cursor=cursor)


def _by_recording(wanted: RecordingFilter) -> tuple[str, list[Any], tuple[str, ...]]:
    where, values = _conditions(wanted)
    if wanted.before is not None:
        where.append("(r.started, r.name) < (?, ?)")
        values += _after(wanted.before, 2)
    sql = f"SELECT {_COLUMNS} FROM recordings r LEFT JOIN calls c ON c.linkedid = r.linkedid"  # noqa: S608 - columns and conditions of this module; every value is bound
    return f"{sql} WHERE {' AND '.join(where)} ORDER BY r.started DESC, r.name DESC", values, ("started", "name")


def _by_call(wanted: RecordingFilter, *, tail: bool) -> tuple[str, list[Any], tuple[str, ...]]:
    where, values = _conditions(wanted)
    # A recording began in its call: its own time bounds the call's.
    for bound, condition in ((wanted.until, "c.started < ?"), (wanted.since, "c.started >= ?")):
        if bound is not None:
            where.append(condition)
            values.append(bound if bound == wanted.until else bound - _DAY)
    if wanted.number is not None:
        fits = f"SUBSTR(c.%s, -{len(wanted.number)}) = ?" if tail else "INSTR(c.%s, ?) > 0"
        where.append(f"({fits % 'caller'} OR {fits % 'called'})")
        values += [wanted.number, wanted.number]
    for name in _ON_THE_CALL:
        if (value := getattr(wanted, name)) is not None:
            # With a piece of a number the newest-first index serves best; `+` keeps SQLite off the others.
            where.append(f"{'+' if wanted.number is not None else ''}c.{name} = ?")
            values.append(str(value))
    if wanted.before is not None:
        where.append("(c.started, c.linkedid) <= (?, ?) AND (c.started, c.linkedid, r.name) < (?, ?, ?)")
        started, linkedid, name = _after(wanted.before, 3)
        values += [started, linkedid, started, linkedid, name]
    sql = (
        f"SELECT {_COLUMNS}, c.started AS call_started FROM calls c CROSS JOIN recordings r ON r.linkedid = c.linkedid"  # noqa: S608 - as above
    )
    order = "ORDER BY c.started DESC, c.linkedid DESC, r.name DESC"
    return f"{sql} WHERE {' AND '.join(where)} {order}", values, ("call_started", "linkedid", "name")


def _conditions(wanted: RecordingFilter) -> tuple[list[str], list[Any]]:
    where, values = ["1"], list[Any]()
    for value, condition in (
        (wanted.since, "r.started >= ?"),
        (wanted.until, "r.started < ?"),
        (wanted.at_least, "r.duration >= ?"),
        (wanted.at_most, "r.duration <= ?"),
        (wanted.tag, "r.name IN (SELECT name FROM recording_tags WHERE tag = ?)"),
        (wanted.text, "r.name IN (SELECT name FROM recording_notes WHERE INSTR(LOWER(text), LOWER(?)) > 0)"),
    ):
        if value is not None:
            where.append(condition)
            values.append(value)
    if wanted.held:
        where.append(
            "(r.name IN (SELECT name FROM recording_holds WHERE name IS NOT NULL)"
            " OR r.linkedid IN (SELECT linkedid FROM recording_holds WHERE linkedid IS NOT NULL))"
        )
    return where, values


def _after(cursor: str, length: int) -> list[Any]:
    try:
        said = json.loads(cursor)
    except ValueError:
        said = None
    if not isinstance(said, list) or len(said) != length:
        raise BranchboxError(
            Problem(text="The list cannot continue from {cursor}. Start it again.", args={"cursor": cursor})
        )
    return said


def _rows(database: SqliteDatabase, sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    cursor = database.execute_sql(sql, values)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _found(database: SqliteDatabase, rows: Sequence[Mapping[str, Any]]) -> tuple[Found, ...]:
    pauses = gaps_of(database, rows)
    return tuple(
        Found(
            **{
                name: row[name]
                for name in Found.model_fields
                if name in row and row[name] is not None and name != "tags"
            },
            **{name: row[name] for name in ("held_by", "removed", "removed_why") if row[name] is None},
            sealed=row["name"].endswith(SEALED),
            tags=tuple(sorted(json.loads(row["tags"]))),
            paused=sum(gap.ends - gap.begins for gap in pauses.get(row["name"], ())),
        )
        for row in rows
    )


def show(database: SqliteDatabase, name: str) -> RecordingDetail | None:
    """One recording with its gaps, notes and accesses; None when there is none of this name."""
    sql = f"SELECT {_COLUMNS}, r.sha256, r.opus_sha256 FROM recordings r LEFT JOIN calls c ON c.linkedid = r.linkedid"  # noqa: S608 - as above
    rows = _rows(database, f"{sql} WHERE r.name = ?", [name])
    if not rows:
        return None
    (found,) = _found(database, rows)
    note, access, hold = tables.RecordingNote, tables.RecordingAccess, tables.RecordingHold
    notes = note.select().where(note.name == name).order_by(note.at.is_null(False), note.at, note.id)
    accesses = access.select().where(access.name == name).order_by(access.at.desc(), access.id.desc()).limit(100)
    holds = hold.select(hold.why).where((hold.name == name) | (hold.linkedid == found.linkedid)).limit(1)
    return RecordingDetail(
        found=found,
        sha256=rows[0]["sha256"],
        opus_sha256=rows[0]["opus_sha256"] or "",
        gaps=gaps_of(database, rows).get(name, ()),
        notes=tuple(
            Note(number=row["id"], at=row["at"], text=row["text"], by=row["by"], written=row["written"])
            for row in notes.dicts().execute(database)
        ),
        accesses=tuple(
            Access(at=row["at"], by=row["by"], what=row["what"], why=row["why"])
            for row in accesses.dicts().execute(database)
        ),
        hold_why=next((why for (why,) in holds.tuples().execute(database)), ""),
    )


def gaps(database: SqliteDatabase, names: Iterable[str]) -> dict[str, tuple[Gap, ...]]:
    """Where recordings are silent because somebody paused them; those without a pause are left out."""
    row = tables.Recording
    asked = row.select(row.name, row.linkedid, row.started, row.duration).where(row.name.in_(list(names)))
    return gaps_of(database, list(asked.dicts().execute(database)))


def gaps_of(database: SqliteDatabase, rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Gap, ...]]:
    """The same for rows that are known."""
    line = tables.Timeline
    linkedids = {row["linkedid"] for row in rows}
    stories = line.select(line.linkedid, line.events).where(
        line.linkedid.in_(list(linkedids)) & line.events.contains(PAUSED)
    )
    events = {linkedid: json.loads(said) for linkedid, said in stories.tuples().execute(database)}
    found = {row["name"]: _gaps(row["started"], row["duration"], events.get(row["linkedid"], ())) for row in rows}
    return {name: spans for name, spans in found.items() if spans}


def _gaps(started: float, duration: float, events: Iterable[Sequence[Any]]) -> tuple[Gap, ...]:
    spans: list[Gap] = []
    since: tuple[float, str] | None = None
    for at, what, who in events:
        if what == PAUSED and since is None:
            since = (at, who)
        elif what == RESUMED and since is not None:
            spans.append(Gap(begins=since[0] - started, ends=at - started, by=since[1]))
            since = None
    if since is not None:
        spans.append(Gap(begins=since[0] - started, ends=duration, by=since[1]))
    within = (Gap(begins=max(0.0, gap.begins), ends=min(duration, gap.ends), by=gap.by) for gap in spans)
    return tuple(gap for gap in within if gap.ends > gap.begins)


def note(database: SqliteDatabase, name: str, said: str, *, at: float | None, by: str, now: float) -> None:
    """Add a comment or bookmark."""
    tables.RecordingNote.insert(name=name, at=at, text=said, by=by, written=now).execute(database)


def unnote(database: SqliteDatabase, name: str, number: int) -> bool:
    """Take a comment or bookmark away; False when there is none of this number."""
    row = tables.RecordingNote
    return bool(row.delete().where((row.name == name) & (row.id == number)).execute(database))


def tag(database: SqliteDatabase, name: str, word: str, *, off: bool) -> None:
    """Put a word on a recording, or take it off."""
    row = tables.RecordingTag
    if off:
        row.delete().where((row.name == name) & (row.tag == word)).execute(database)
    else:
        row.insert(name=name, tag=word).on_conflict_ignore().execute(database)


def accessed(database: SqliteDatabase, name: str, *, now: float, by: str, what: str, why: str) -> None:
    """Write down who heard, exported or kept a recording."""
    tables.RecordingAccess.insert(name=name, at=now, by=by, what=what, why=why).execute(database)
