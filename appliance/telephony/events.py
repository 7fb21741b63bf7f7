"""Lines of Asterisk's CEL, CDR and queue log as typed events.

Asterisk quotes every CSV value and doubles quotes inside; the queue log is
`epoch|callid|queue|agent|event|data...` with whole seconds (main/logger.c, `ast_queue_log`).
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from appliance.site.exchange import CDR_COLUMNS, CEL_COLUMNS
from appliance.store.history import RawEvent

CEL, CDR, QUEUE = "cel", "cdr", "queue"
RESTART = "QUEUESTART"
"""The queue log's line that Asterisk writes once each time it starts."""


class Cel(NamedTuple):
    """A channel event. `extra` is Asterisk's JSON; `text` gives a mark's text."""

    at: float
    type: str
    linkedid: str
    uniqueid: str
    channel: str
    num: str
    name: str
    exten: str
    context: str
    app: str
    appdata: str
    peer: str
    extra: str

    def said(self) -> dict[str, Any]:
        """`extra` as a dictionary, empty when it is none."""
        try:
            said = json.loads(self.extra) if self.extra else {}
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}


class Cdr(NamedTuple):
    """One leg's record; `at` is its end. `answered` is None when the leg was not."""

    at: float
    linkedid: str
    uniqueid: str
    sequence: int
    src: str
    dst: str
    context: str
    channel: str
    to_channel: str
    app: str
    started: float
    answered: float | None
    disposition: str


class QueueLine(NamedTuple):
    """A line of the queue log, in whole seconds; `callid` is the caller's channel's uniqueid,
    or a word like NONE when no call is meant."""

    at: float
    callid: str
    queue: str
    agent: str
    event: str
    data: tuple[str, ...]


Event = Cel | Cdr | QueueLine

_UNIQUEID = re.compile(r"\d+\.\d+$")
_CEL_BEGINS = re.compile(rb'"[A-Z_]+","\d+\.\d{6}","')
_CDR_BEGINS = re.compile(rb'"[^",]*\d+\.\d+","')


def _time(text: str) -> float:
    at = float(text)
    if not math.isfinite(at):
        raise ValueError(text)
    return at


def _cel(values: list[str]) -> RawEvent:
    kind, at, linkedid, uniqueid, *rest = values
    if not (kind and linkedid and uniqueid):
        raise ValueError(kind)
    while rest and not rest[-1]:
        rest.pop()
    return RawEvent(linkedid, uniqueid, _time(at), CEL, kind, _pack(rest))


def _cdr(values: list[str]) -> RawEvent:
    linkedid, uniqueid, sequence, src, dst, context, channel, to_channel, app, start, answer, end, *rest = values
    if not (linkedid and uniqueid):
        raise ValueError(linkedid)
    numbers = [int(sequence), _time(start), _time(answer)]
    data = [*numbers, src, dst, context, channel, to_channel, app, rest[-1]]
    return RawEvent(linkedid, uniqueid, _time(end), CDR, "CDR", _pack(data))


def _queue(line: str) -> RawEvent:
    at, callid, queue, agent, event, *data = line.split("|")
    if not event:
        raise ValueError(line)
    uniqueid = callid if _UNIQUEID.search(callid) else None
    while data and not data[-1]:
        data.pop()
    return RawEvent(None, uniqueid, _time(at), QUEUE, event, _pack([callid, queue, agent, *data]))


def _pack(values: list[Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def unpack(raw: RawEvent) -> Event:
    """The typed event that was stored as `raw`, which has its call."""
    values = json.loads(raw.data)
    linkedid, uniqueid = raw.linkedid or "", raw.uniqueid or ""
    if raw.source == CEL:
        values += [""] * (len(CEL_COLUMNS) - 4 - len(values))
        return Cel(raw.at, raw.type, linkedid, uniqueid, *values)
    if raw.source == CDR:
        sequence, start, answer, src, dst, context, channel, to_channel, app, disposition = values
        return Cdr(
            raw.at, linkedid, uniqueid, sequence, src, dst, context, channel, to_channel, app, start, answer or None,
            disposition,
        )  # fmt: skip
    callid, queue, agent, *data = values
    return QueueLine(raw.at, callid, queue, agent, raw.type, tuple(data))


@dataclass(frozen=True)
class Parsed:
    """The events of a chunk, how many bytes they and the lines without sense took, and those lines."""

    events: list[RawEvent]
    consumed: int
    senseless: list[str]


def _csv_values(record: bytes, columns: int) -> list[str]:
    rows = list(csv.reader([record.decode("utf-8", "replace")], strict=True))
    if len(rows) != 1 or len(rows[0]) != columns:
        raise ValueError(record)
    return rows[0]


def _csv_parser(
    columns: int, make: Callable[[list[str]], RawEvent], begins: re.Pattern[bytes]
) -> Callable[[bytes, bool], Parsed]:
    def _behind_the_tear(record: bytes) -> list[RawEvent]:
        """Asterisk was killed while it wrote; the next one's first record follows on the same line."""
        found = begins.search(record, 1)
        try:
            return [make(_csv_values(record[found.start() :].rstrip(b"\n"), columns))] if found else []
        except (ValueError, csv.Error):
            return []

    def parse(data: bytes, last: bool) -> Parsed:
        events: list[RawEvent] = []
        senseless: list[str] = []
        consumed = 0
        for record, whole in _records(data, begins):
            if not whole and not last:
                break
            consumed += len(record)
            try:
                events.append(make(_csv_values(record.rstrip(b"\n"), columns)))
            except (ValueError, csv.Error):
                senseless.append(record.decode("utf-8", "replace"))
                events += _behind_the_tear(record)
        return Parsed(events, consumed, senseless)

    return parse


def _records(data: bytes, begins: re.Pattern[bytes]) -> Iterator[tuple[bytes, bool]]:
    """CSV records with their newline, and whether each is whole: a record with an open quote goes
    on in the next line, unless that line begins a record: then Asterisk was cut off."""
    open_record = b""
    for line in _lines(data):
        if open_record and begins.match(line):
            yield open_record, True
            open_record = b""
        open_record += line
        if open_record.count(b'"') % 2 == 0:
            yield open_record, open_record.endswith(b"\n")
            open_record = b""
    if open_record:
        yield open_record, False


def _lines(data: bytes) -> Iterator[bytes]:
    *lines, rest = data.split(b"\n")
    for line in lines:
        yield line + b"\n"
    if rest:
        yield rest


def _parse_queue_log(data: bytes, last: bool) -> Parsed:
    events: list[RawEvent] = []
    senseless: list[str] = []
    consumed = 0
    for line in _lines(data):
        if not line.endswith(b"\n") and not last:
            break
        consumed += len(line)
        text = line.decode("utf-8", "replace").rstrip("\n")
        try:
            events.append(_queue(text))
        except ValueError:
            senseless.append(text)
    return Parsed(events, consumed, senseless)


PARSERS: dict[str, Callable[[bytes, bool], Parsed]] = {
    CEL: _csv_parser(len(CEL_COLUMNS), _cel, _CEL_BEGINS),
    CDR: _csv_parser(len(CDR_COLUMNS), _cdr, _CDR_BEGINS),
    QUEUE: _parse_queue_log,
}
"""Reads a chunk of a log; `last` when no more of its file follows. A record that is not whole
yet is left; a line without sense is given back and never stops the rest."""
