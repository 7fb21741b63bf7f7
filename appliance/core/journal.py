"""The system's journal, newest first, filtered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, cast

from appliance.api import contract
from appliance.api.contract import JournalFilter, JournalLine, JournalPage
from appliance.api.server import Routes

LONGEST_SEARCH = 5.0
"""Seconds after which a search gives what it has found so far."""
LONGEST_LINE = 4000
"""Characters; a longer line is cut."""
NOTICE = 5
"""syslog's priority of a line that names none."""


class Reader(Protocol):
    """What is used of `systemd.journal.Reader`."""

    def add_match(self, **fields: str) -> None:
        """Keep only entries with this field."""

    def log_level(self, level: int) -> None:
        """Keep only entries of this priority or more urgent."""

    def seek_tail(self) -> None:
        """Go behind the newest entry."""

    def get_previous(self) -> Mapping[str, Any]:
        """The entry before; empty at the beginning."""


def open_reader() -> AbstractContextManager[Reader]:
    """The machine's own journal; the user must be in group systemd-journal."""
    from systemd import journal  # noqa: PLC0415 - 5 MB that an idle core need not hold

    return cast("AbstractContextManager[Reader]", journal.Reader())


class Journal:
    """Answers `journal/list`."""

    def __init__(self, open_reader: Callable[[], AbstractContextManager[Reader]] = open_reader) -> None:
        self._open = open_reader

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(contract.JOURNAL_LIST, self._list)

    async def _list(self, _login: str, wanted: JournalFilter) -> JournalPage:
        return await asyncio.to_thread(self._read, wanted)

    def _read(self, wanted: JournalFilter) -> JournalPage:
        with self._open() as reader:
            if wanted.unit is not None:
                unit = wanted.unit if "." in wanted.unit else f"{wanted.unit}.service"
                reader.add_match(_SYSTEMD_UNIT=unit)
            reader.log_level(wanted.priority)
            reader.seek_tail()
            return JournalPage(lines=tuple(_matching(reader, wanted)))


def _matching(reader: Reader, wanted: JournalFilter) -> Iterator[JournalLine]:
    deadline = time.monotonic() + LONGEST_SEARCH
    text = (wanted.text or "").casefold()
    found = 0
    while found < wanted.limit and time.monotonic() < deadline:
        entry = reader.get_previous()
        if not entry:
            return
        line = _line(entry)
        if wanted.since is not None and line.at < wanted.since:
            return
        if text in line.text.casefold():
            found += 1
            yield line


def _line(entry: Mapping[str, Any]) -> JournalLine:
    message = entry.get("MESSAGE", "")
    if isinstance(message, bytes):
        message = message.decode("utf-8", "replace")
    return JournalLine(
        at=entry["__REALTIME_TIMESTAMP"].timestamp(),
        unit=str(entry.get("_SYSTEMD_UNIT") or entry.get("SYSLOG_IDENTIFIER") or "kernel"),
        priority=int(entry.get("PRIORITY", NOTICE)),
        text=str(message)[:LONGEST_LINE],
    )
