"""The channels of one call, from their CEL events. Pure.

A channel's name is `PJSIP/8021-00000004`: technology, endpoint, counter. The endpoint is a
phone's number or, for a trunk, `trunk-NAME`. A card's channel (`DAHDI/i1/13805772046-1`) does not name
its trunk, so it is known by the context in which it began.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from appliance.site.exchange import TRUNK_CONTEXT, TRUNK_ENDPOINT
from appliance.telephony.events import Cel


@dataclass
class Channel:
    """What is known of a channel; times are epoch seconds, None when it has not happened.

    `cause` is Asterisk's Q.850 cause, 0 when it has none; `hung_up_by` the channel or part of
    Asterisk that hung up; `dial_status` the end of its Dial or Queue.
    """

    uniqueid: str
    name: str
    started: float
    answered: float | None = None
    ended: float | None = None
    cause: int = 0
    hung_up_by: str = ""
    dial_status: str = ""
    context: str = ""
    """Where it began."""
    dialled: str = ""
    """What it dialled itself, when it came."""
    visits: dict[str, list[tuple[float, float | None]]] = field(default_factory=dict)
    """Stays in bridges, by the bridge's id; an open stay has no end."""
    music: list[tuple[float, float | None]] = field(default_factory=list)
    """When it heard music on hold; a piece that still plays has no end."""

    @property
    def endpoint(self) -> str:
        """The phone's number or the trunk's endpoint."""
        return endpoint_of(self.name)

    @property
    def trunk(self) -> str | None:
        """The trunk's name; None for a phone."""
        if self.context.startswith(TRUNK_CONTEXT):
            return self.context.removeprefix(TRUNK_CONTEXT)
        name = self.endpoint
        return name.removeprefix(TRUNK_ENDPOINT) if name.startswith(TRUNK_ENDPOINT) else None

    @property
    def is_device(self) -> bool:
        """Somebody's phone or a line, not one of Asterisk's own `Local` halves."""
        return not self.name.startswith("Local/")

    def talked_with_anyone(self) -> bool:
        """Whether it was ever in a bridge."""
        return bool(self.visits)


def endpoint_of(channel: str) -> str:
    """`PJSIP/8021-00000004` -> `8021`."""
    return channel.partition("/")[2].rpartition("-")[0].partition("@")[0]


def channels_of(events: Iterable[Cel]) -> dict[str, Channel]:
    """The channels by uniqueid, in the order in which they began; `events` are in order of time."""
    channels: dict[str, Channel] = {}
    for event in events:
        channel = channels.get(event.uniqueid)
        if channel is None:
            channel = channels[event.uniqueid] = Channel(
                event.uniqueid, event.channel, event.at, context=event.context, dialled=event.exten
            )
        if event.type == "ANSWER":
            channel.answered = channel.answered or event.at
        elif event.type == "BRIDGE_ENTER":
            channel.visits.setdefault(_bridge(event), []).append((event.at, None))
            # Who takes a parked call back was answered before it was this call's.
            channel.answered = channel.answered or event.at
        elif event.type == "BRIDGE_EXIT":
            _close(channel.visits.get(_bridge(event)), event.at)
        elif event.type == "STREAM_BEGIN":
            _play(channel, event)
        elif event.type == "STREAM_END":
            _close(channel.music, event.at)
        elif event.type == "HANGUP":
            _hang_up(channel, event)
        elif event.type == "CHAN_END":
            channel.ended = event.at
    return channels


def _bridge(event: Cel) -> str:
    return str(event.said().get("bridge_id", ""))


def _close(spans: list[tuple[float, float | None]] | None, at: float) -> None:
    if spans and spans[-1][1] is None:
        spans[-1] = (spans[-1][0], at)


def _play(channel: Channel, event: Cel) -> None:
    """A channel plays one thing at a time: a prompt ends the music (main/file.c, `ast_openstream_full`)."""
    is_music = "class" in event.said()
    if not is_music:
        _close(channel.music, event.at)
    elif not channel.music or channel.music[-1][1] is not None:
        channel.music.append((event.at, None))


def _hang_up(channel: Channel, event: Cel) -> None:
    said = event.said()
    cause = said.get("hangupcause")
    channel.ended = event.at
    channel.cause = cause if isinstance(cause, int) else 0
    channel.hung_up_by = str(said.get("hangupsource", ""))
    channel.dial_status = str(said.get("dialstatus", ""))


def talk_time(channels: Sequence[Channel], ended: float | None) -> float:
    """Seconds in which at least two devices were in one bridge.

    An open stay lasts until `ended`; while the call is up it does not count yet.
    """
    edges: list[tuple[float, int, str]] = []
    for channel in channels:
        if not channel.is_device:
            continue
        for bridge, visits in channel.visits.items():
            for entered, left in visits:
                until = ended if left is None else left
                if until is not None and until > entered:
                    edges += [(entered, 1, bridge), (until, -1, bridge)]
    total, since = 0.0, 0.0
    inside: dict[str, int] = {}
    talking = 0
    for at, step, bridge in sorted(edges):
        before = inside.get(bridge, 0)
        inside[bridge] = before + step
        change = (before + step >= 2) - (before >= 2)
        if change and talking == 0:
            since = at
        talking += change
        if change and talking == 0:
            total += at - since
    return total
