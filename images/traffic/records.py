"""What SIPp saw, read from the lines that the scenarios log: `event|time|call-id|...`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Ending(StrEnum):
    """Who ended a call."""

    CALLER = "caller-hung-up"
    AGENT = "agent-hung-up"
    BOX = "box-hung-up"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class PlacedCall:
    """A call as its caller saw it. Times are epoch seconds; None for what never came."""

    caller: str
    did: str
    pressed: str
    tone: int
    started: float
    answered: float | None
    """When the box answered; that is the menu, not yet an agent."""
    pressed_at: float | None
    ended: float | None
    ended_by: Ending | None


@dataclass(frozen=True)
class AnsweredCall:
    """A call as an agent's phone saw it. Times are epoch seconds; `answered` is None when it only rang."""

    agent: str
    caller: str
    tone: int
    rang: float
    answered: float | None
    ended: float | None
    ended_by: Ending | None


@dataclass(frozen=True)
class Line:
    """One logged event."""

    event: str
    at: float
    call: str
    rest: tuple[str, ...]


def lines(text: str) -> Iterator[Line]:
    """The whole lines of a log; one that is still being written is left for the next reading."""
    for row in text.splitlines(keepends=True):
        if row.endswith("\n") and row.count("|") >= 2:
            event, stamp, call, *rest = row.rstrip("\n").split("|")
            yield Line(event, _epoch(stamp), call, tuple(rest))


def _epoch(stamp: str) -> float:
    return float(stamp.split("\t")[2])  # SIPp writes date, time and epoch seconds


def _by_call(text: str) -> Iterable[dict[str, Line]]:
    calls: dict[str, dict[str, Line]] = defaultdict(dict)
    for line in lines(text):
        calls[line.call].setdefault(line.event, line)
    return calls.values()


def _ending(events: dict[str, Line]) -> tuple[float | None, Ending | None]:
    ends = [(events[ending].at, ending) for ending in Ending if ending in events]
    return min(ends) if ends else (None, None)


def placed(text: str, *, pressed: str, press_after: float, tones: dict[str, int]) -> list[PlacedCall]:
    """The calls of a callers' log; `tones` is what each number sends, and `press_after` lies
    between the answer and the key, in seconds."""
    calls = []
    for events in _by_call(text):
        first = events["call"]
        answered = events.get("answered")
        ended, ended_by = _ending(events)
        calls.append(
            PlacedCall(
                caller=first.rest[0],
                did=first.rest[1],
                pressed=pressed,
                tone=tones[first.rest[0]],
                started=first.at,
                answered=answered.at if answered else None,
                pressed_at=answered.at + press_after if answered and pressed else None,
                ended=ended,
                ended_by=ended_by,
            )
        )
    return calls


def answered(text: str, *, tones: dict[str, int]) -> list[AnsweredCall]:
    """The calls of a phones' log; `tones` is what each phone sends."""
    calls = []
    for events in _by_call(text):
        first = events.get("ringing")
        if first is None or first.rest[0] not in tones:
            continue  # a registration, or a call for a phone that had this port before
        answer = events.get("answered")
        ended, ended_by = _ending(events)
        calls.append(
            AnsweredCall(
                agent=first.rest[0],
                caller=first.rest[1],
                tone=tones[first.rest[0]],
                rang=first.at,
                answered=answer.at if answer else None,
                ended=ended,
                ended_by=ended_by,
            )
        )
    return calls


def going_on(text: str) -> list[str]:
    """The Call-IDs of calls that are answered and have not ended."""
    return [events["answered"].call for events in _by_call(text) if "answered" in events and _ending(events)[0] is None]


def registered(text: str) -> frozenset[str]:
    """The users of a phones' log that have registered."""
    return frozenset(line.rest[0] for line in lines(text) if line.event == "registered")
