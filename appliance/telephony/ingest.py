"""From Asterisk's three durable logs into `site.db`: nothing lost, nothing twice.

Events, the calls folded from them and the read positions are stored in one transaction: a
power cut or kill at any moment loses at most what will be read again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from peewee import SqliteDatabase

from appliance.site.exchange import Directories, Mark
from appliance.store import history, quality
from appliance.store.history import RawEvent, StoredPosition
from appliance.telephony import logfile, sessions
from appliance.telephony.events import CDR, CEL, PARSERS, QUEUE, RESTART, QueueLine, unpack
from appliance.telephony.story import Story, fold

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Pass:
    """What one pass read from one log."""

    role: str
    events: list[RawEvent]
    lines: int
    position: StoredPosition


class Ingest:
    """Reads what the logs hold beyond the stored positions.

    `clock` gives epoch seconds; it only tells a rotated file that is still written from one
    that is done.
    """

    def __init__(
        self,
        database: SqliteDatabase,
        directories: Directories,
        *,
        clock: Callable[[], float] = time.time,
        batch: int = logfile.BATCH,
    ) -> None:
        self._database = database
        self._clock = clock
        self._batch = batch
        self._files = {
            CEL: Path(directories.cel_csv),
            CDR: Path(directories.cdr_csv),
            QUEUE: Path(directories.queue_log),
        }

    def step(self) -> int:
        """Read one batch of each log; gives how many records were read, 0 when there is nothing new."""
        stored = history.positions(self._database)
        passes = [found for role, path in self._files.items() if (found := self._read(role, path, stored.get(role)))]
        if not passes:
            return 0
        with self._database.atomic():
            touched: set[str] = set()
            for one in passes:
                touched |= self._store(one)
            self._fold(touched)
        return sum(one.lines for one in passes)

    def _read(self, role: str, path: Path, stored: StoredPosition | None) -> _Pass | None:
        position = (
            None if stored is None else logfile.Position(stored.inode, stored.offset, stored.head, stored.written)
        )
        chunk = logfile.read(path, position, self._clock(), self._batch)
        if chunk is None:
            return None
        if chunk.notice:
            log.warning("%s: %s", path, chunk.notice)
        parsed = PARSERS[role](chunk.data, chunk.last)
        if not parsed.consumed and len(chunk.data) >= self._batch:
            parsed = PARSERS[role](chunk.data, True)
        if not parsed.consumed:
            return None
        for line in parsed.senseless:
            log.warning("%s: a line makes no sense and is left out: %.200r", path, line)
        reached = chunk.read_to(parsed.consumed)
        skipped = len(parsed.senseless) + (stored.skipped if stored else 0)
        now_at = StoredPosition(reached.inode, reached.offset, reached.head, reached.written, skipped)
        return _Pass(role, parsed.events, len(parsed.events) + len(parsed.senseless), now_at)

    def _store(self, one: _Pass) -> set[str]:
        """Store a log's lines and position; gives the calls that they belong to."""
        database, events = self._database, one.events
        touched: set[str] = set()
        if one.role == QUEUE:
            events = self._with_calls(events)
            for event in events:
                if event.type == RESTART:
                    touched |= history.calls_up(database, before=event.at)
            sessions.note(database, events)
        history.add_events(database, events)
        touched |= {event.linkedid for event in events if event.linkedid is not None}
        if one.role == CEL:
            touched |= history.learn_channels(database, _channels(events))
            history.join_calls(database, _channels(reversed(events)), Mark.CODE)
        history.put_position(database, one.role, one.position)
        return touched

    def _with_calls(self, events: list[RawEvent]) -> list[RawEvent]:
        """Queue log lines name the caller's channel; give them its call, where it is known."""
        known = history.calls_of_channels(self._database, {event.uniqueid for event in events if event.uniqueid})
        return [event._replace(linkedid=known.get(event.uniqueid or "")) for event in events]

    def _fold(self, linkedids: Iterable[str]) -> None:
        stories: list[Story] = []
        for raw in history.events_of(self._database, linkedids).values():
            events = [unpack(line) for line in raw]
            story = fold(events)
            if story is not None and story.call.ended is None:
                restarted = history.first_restart_after(self._database, max(line.at for line in raw))
                if restarted is not None:
                    story = fold([*events, QueueLine(restarted, "", "", "", RESTART, ())])
            if story is not None:
                stories.append(story)
        history.put_calls(self._database, [(story.call, story.timeline, story.legs) for story in stories])
        quality.put(self._database, {story.call.linkedid: story.quality for story in stories})


def _channels(events: Iterable[RawEvent]) -> dict[str, str]:
    """The call of each channel, as the first of these lines says."""
    channels: dict[str, str] = {}
    for event in events:
        if event.uniqueid and event.linkedid:
            channels.setdefault(event.uniqueid, event.linkedid)
    return channels
