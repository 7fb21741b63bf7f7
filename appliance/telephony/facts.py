"""What one call's log lines say, before anybody judges how it went. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from appliance.api.contract import Direction
from appliance.site.exchange import TRUNK_CONTEXT, Code, Mark
from appliance.telephony.channels import Channel, channels_of
from appliance.telephony.events import RESTART, Cel, QueueLine
from appliance.telephony.holds import Hold, holds_of

_MARKS = frozenset(mark.value for mark in Mark)
_BEFORE, _AFTER = 1.5, 2.5
"""Seconds around a queue log line (whole seconds, written late) in which its channel ended."""


@dataclass(frozen=True)
class Facts:
    """A call's parties, marks and moments; times are epoch seconds."""

    linkedid: str
    caller: Channel
    callees: tuple[Channel, ...]
    """Every other device, in the order in which they rang."""
    cel: tuple[Cel, ...]
    marks: tuple[tuple[float, str, str], ...]
    """The dialplan's marks: when, which (a `Mark`), its text."""
    agents: Mapping[str, str]
    """The agent's number of each channel (by uniqueid) that the queue log names."""
    unseen: tuple[QueueLine, ...]
    """RINGNOANSWER lines without a channel: the phone could not be reached."""
    ended: float | None
    cut_off: bool
    """Asterisk stopped while the call was up; `ended` is the last thing that is known of it."""
    queue: str | None
    joined: float | None

    @property
    def started(self) -> float:
        """When the caller's channel began."""
        return self.caller.started

    @property
    def waits_since(self) -> float | None:
        """When the caller joined the (last) queue, or a phone first rang."""
        if self.joined is not None:
            return self.joined
        return self.callees[0].started if self.callees else None

    @property
    def answer(self) -> Channel | None:
        """The first device that took the call after the (last) queue was joined."""
        since = self.started if self.joined is None else self.joined
        took = [ch for ch in self.callees if ch.answered is not None and ch.visits and ch.answered >= since]
        return min(took, key=lambda ch: ch.answered or 0.0, default=None)

    @property
    def answered_at(self) -> float:
        """When `answer` took the call."""
        answer = self.answer
        return self.started if answer is None or answer.answered is None else answer.answered

    @property
    def holds(self) -> tuple[Hold, ...]:
        """When whom somebody put on hold."""
        return holds_of((self.caller, *self.callees), self.ended)

    @property
    def direction(self) -> Direction:
        """Seen from the branch."""
        if self._own[0].context.startswith(TRUNK_CONTEXT) or self.caller.trunk:
            return Direction.IN
        return Direction.OUT if self.text(Mark.OUTSIDE) is not None else Direction.INTERNAL

    @property
    def caller_number(self) -> str:
        """The caller's number as it came, or the phone's own."""
        number = next((event.num for event in self._own if event.num), "")
        return number or ("" if self.caller.trunk else self.caller.endpoint)

    @property
    def caller_name(self) -> str:
        """The caller's name as it came."""
        return next((event.name for event in self._own if event.name), "")

    @property
    def called(self) -> str:
        """The DID, the unknown digits, or the number dialled."""
        for mark in (Mark.DID, Mark.UNKNOWN_DID, Mark.OUTSIDE, Mark.INTERNAL):
            text = self.text(mark)
            if text is not None:
                return text
        return self._own[0].exten

    @property
    def trunk(self) -> str | None:
        """The line that the call came or left by."""
        lines = [ch.trunk for ch in (self.caller, *reversed(self.callees)) if ch.trunk]
        return lines[0] if lines else None

    @property
    def _own(self) -> list[Cel]:
        return [event for event in self.cel if event.uniqueid == self.caller.uniqueid]

    def text(self, wanted: Mark) -> str | None:
        """The first such mark's text; None without one."""
        return next((text for _, mark, text in self.marks if mark == wanted), None)

    def person(self, channel: Channel) -> str:
        """Who is at a channel: the caller, an agent's number, a phone's, or the number called outside."""
        if channel is self.caller:
            return self.caller_number
        if channel.trunk:
            return self.called
        return self.agents.get(channel.uniqueid, channel.endpoint)


def facts_of(cel: Sequence[Cel], queue_lines: Sequence[QueueLine]) -> Facts:
    """Read one call's channel events (in order of time, at least one) and queue log lines."""
    channels = channels_of(cel)
    linkedid = cel[0].linkedid
    caller = channels.get(linkedid) or next(iter(channels.values()))
    callees = tuple(ch for ch in channels.values() if ch is not caller and ch.is_device)
    marks = tuple((e.at, e.type, str(e.said().get("extra", ""))) for e in cel if e.type in _MARKS)
    ended, cut_off = _ended(cel, channels.values(), queue_lines)
    agents, unseen = _agents(callees, queue_lines)
    queue, joined = _joined(marks, queue_lines)
    return Facts(linkedid, caller, callees, tuple(cel), marks, agents, unseen, ended, cut_off, queue, joined)


def _ended(
    cel: Sequence[Cel], channels: Iterable[Channel], queue_lines: Sequence[QueueLine]
) -> tuple[float | None, bool]:
    """When the call ended, and whether because Asterisk stopped."""
    for event in reversed(cel):
        if event.type == "LINKEDID_END":
            return event.at, False
    ends = [ch.ended for ch in channels]
    known = [at for at in ends if at is not None]
    if len(known) == len(ends):
        return max(known), False
    if any(line.event == RESTART and line.at > cel[-1].at for line in queue_lines):
        return cel[-1].at, True
    return None, False


def _joined(
    marks: Iterable[tuple[float, str, str]], queue_lines: Iterable[QueueLine]
) -> tuple[str | None, float | None]:
    """The last queue that was joined, and when."""
    joins = [(at, text) for at, mark, text in marks if mark == Mark.QUEUE]
    joins = joins or sorted((line.at, line.queue) for line in queue_lines if line.event == "ENTERQUEUE")
    return (joins[-1][1], joins[-1][0]) if joins else (None, None)


def _agents(
    callees: Sequence[Channel], queue_lines: Sequence[QueueLine]
) -> tuple[dict[str, str], tuple[QueueLine, ...]]:
    """The agents' numbers by channel: CONNECT names the channel, the others are found by time."""
    agents: dict[str, str] = {}
    unseen: list[QueueLine] = []
    others = {ch.uniqueid for ch in callees if ch.dialled.startswith(Code.PICK_UP)}
    """Phones that took what rang at an agent's."""
    lines = sorted(line for line in queue_lines if line.event in ("CONNECT", "RINGNOANSWER", "RINGCANCELED"))
    for line in lines:
        if line.event == "CONNECT" and len(line.data) > 1 and line.data[1] not in others:
            agents[line.data[1]] = line.agent
    phones = {ch.endpoint: agents[ch.uniqueid] for ch in callees if ch.uniqueid in agents}
    for line in lines:
        if line.event == "CONNECT":
            continue
        rang = [
            ch
            for ch in callees
            if ch.uniqueid not in agents and ch.ended is not None and -_BEFORE <= ch.ended - line.at <= _AFTER
        ]
        if rang:
            fits = min(
                rang, key=lambda ch: (_not_the_phone_of(line.agent, ch, phones), abs((ch.ended or 0.0) - line.at))
            )
            agents[fits.uniqueid] = line.agent
            phones.setdefault(fits.endpoint, line.agent)
        elif line.event == "RINGNOANSWER":
            unseen.append(line)
    for channel in callees:
        if channel.endpoint in phones:
            agents.setdefault(channel.uniqueid, phones[channel.endpoint])
    return agents, tuple(unseen)


def _not_the_phone_of(agent: str, channel: Channel, phones: Mapping[str, str]) -> int:
    """0 when the channel is known to be the agent's phone, 2 when another's, else 1."""
    if channel.endpoint in phones:
        return 0 if phones[channel.endpoint] == agent else 2
    return 0 if channel.endpoint == agent else 1
