"""Recording: who is recorded, how it begins, what core did to it, and how a phone hears one."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import (
    OF_PHONE,
    ON,
    PLAYBACK_CONTEXT,
    PLAYBACK_FILE,
    PLAYBACK_FROM,
    RECORDED,
    RECORDING_SAID,
    RECORDING_SUFFIX,
    RECORDS,
    Mark,
    Said,
)
from appliance.site.models import DidNumber, Extension, Queue, SiteDocument
from asterisk_conf.dialplan import places
from asterisk_conf.dialplan.steps import Expression, Step, context, do, mark
from asterisk_conf.syntax import Section

RECORD_TALK = "talk"
"""In `places.RECORD`: as `s`, but only while the channel is connected with another (MixMonitor's option b)."""
_CALLED = "called"
"""In `places.RECORD`: on the channel of the phone that was called, whose sides are the other way round."""
_SAYS = {
    Said.BEGUN: Mark.RECORDING_BEGUN,
    Said.PAUSED: Mark.RECORDING_PAUSED,
    Said.RESUMED: Mark.RECORDING_RESUMED,
}
_STEP = 10_000
"""Milliseconds that a key moves the playback by."""


def contexts(document: SiteDocument) -> Iterator[Section]:
    """The subroutines."""
    yield _record()
    if recorded := [extension for extension in document.extensions if records_extension(document, extension)]:
        yield _of_phone(places.RECORD_PHONE, "s", recorded)
        yield _of_phone(places.RECORD_AGENT, _CALLED, recorded)
    yield _said()
    yield _playback()


def record(way: str = "s") -> Step:
    """Begin recording this call; a call that is being recorded already goes on unchanged."""
    return do("Gosub", places.RECORD, way, 1)


def of_agent(document: SiteDocument) -> Iterator[Step]:
    """Record what the phone of a queue's agent talks, if that phone says so; on its channel, once connected."""
    if any(records_extension(document, extension) for extension in document.extensions):
        yield do("Gosub", places.RECORD_AGENT, Expression("${CHANNEL(endpoint)}"), 1)


def records_did(document: SiteDocument, did: DidNumber) -> bool:
    """Whether calls of a number are recorded."""
    return document.recording.enabled and (did.record or document.recording.incoming)


def records_queue(document: SiteDocument, queue: Queue) -> bool:
    """Whether calls of a queue are recorded."""
    return document.recording.enabled and queue.record


def records_extension(document: SiteDocument, extension: Extension) -> bool:
    """Whether calls to and from a phone are recorded."""
    return document.recording.enabled and extension.record


def of_caller(document: SiteDocument, *, outside: bool) -> Iterator[Step]:
    """Record what a phone dials: by its direction, or by the phone."""
    policy = document.recording
    if policy.enabled and (policy.outgoing if outside else policy.internal):
        yield record()
    elif any(records_extension(document, extension) for extension in document.extensions):
        yield do("Gosub", places.RECORD_PHONE, Expression("${CHANNEL(endpoint)}"), 1)


def _record() -> Section:
    # On the caller's channel: what it says is MixMonitor's left, what it hears the right (option D).
    def begun(options: str, side: str = "") -> tuple[Step, ...]:
        name = f"${{CHANNEL(linkedid)}}-${{CUT(UNIQUEID,.,2)}}{side}{RECORDING_SUFFIX}"
        return (
            do("GotoIf", Expression(f'$["${{{RECORDED}}}" != ""]?done')),
            # Where one phone is recorded, another that it consults says for itself.
            do("Set", Expression(f"{'' if side else '__'}{RECORDED}={name}")),
            do("MixMonitor", Expression(f"${{{RECORDED}}}"), options),
            do("Set", Expression(f"{RECORDS}={ON}")),
            mark(Mark.RECORDING, Expression(f"${{{RECORDED}}}")),
            do("Return", label="done"),
        )

    return context(places.RECORD, {"s": begun("D"), RECORD_TALK: begun("Db"), _CALLED: begun("D", OF_PHONE)})


def _of_phone(name: str, way: str, recorded: list[Extension]) -> Section:
    phones = {extension.number: (record(way), do("Return")) for extension in recorded}
    return context(name, {**phones, "_[0-9a-zA-Z]!": (do("Return"),)})


def _said() -> Section:
    # Only core pushes these handlers: what they say is a time, a login or number, a file's name.
    text = Expression("${ARG1}")
    return context(RECORDING_SAID, {said.value: (mark(which, text), do("Return")) for said, which in _SAYS.items()})


def _playback() -> Section:
    # Keys: # ahead, * back, 5 pause, 0 again from the beginning, 9 ends.
    play = Expression(f"${{{PLAYBACK_FILE}}},{_STEP},#,*,9,5,0,o(${{{PLAYBACK_FROM}}})")
    return context(PLAYBACK_CONTEXT, {"s": (do("Answer"), do("ControlPlayback", play), do("Hangup"))})
