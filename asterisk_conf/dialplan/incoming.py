"""Calls of the outside: a trunk's digits, a DID's hours and destination, recording."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from appliance.site.exchange import Mark, from_trunk
from appliance.site.models import AnalogueTrunk, DidNumber, SiteDocument
from appliance.site.types import Destination, Kind
from asterisk_conf.dialplan import closures, hours, places
from asterisk_conf.dialplan.recording import record, records_did
from asterisk_conf.dialplan.steps import Expression, Step, context, do, goto, mark
from asterisk_conf.syntax import Section

_SPEECH = {Kind.QUEUE, Kind.MENU, Kind.EXTENSION, Kind.OUTSIDE, Kind.OPERATOR}
"""Destinations where somebody may talk: what is worth recording."""
_DIGITS = "0123456789+*#"
_UNALLOCATED_NUMBER = 1
"""Hangup cause, ITU-T Q.850."""


def contexts(document: SiteDocument) -> Iterator[Section]:
    """One context per trunk, one per DID, and the operator."""
    for trunk in document.trunks:
        yield _trunk(f"trunk {trunk.name}", trunk.name, document.dids)
    for e1 in document.e1_trunks:
        yield _trunk(f"E1 trunk {e1.name}", e1.name, document.dids, overlap=e1.overlap_in)
    for analogue in document.analogue_trunks:
        yield _analogue(analogue, document.dids)
    for did in document.dids:
        yield _did(did, document)
    if document.dialing.operator:
        yield context(places.OPERATOR, {"s": places.leave_by(document.dialing.operator)})


def _trunk(of: str, trunk: str, dids: tuple[DidNumber, ...], *, overlap: bool = False) -> Section:
    known: dict[str, tuple[Step, ...]] = {}
    for did in dids:
        for sent in _as_sent(did):
            known.setdefault(sent, (goto(places.did(did.digits)),))
    unknown = (
        mark(Mark.UNKNOWN_DID, Expression("${FILTER(0-9+,${EXTEN})}")),
        do("Hangup", _UNALLOCATED_NUMBER),
    )
    # A number without an extension would be refused before there is a channel, and leave no trace.
    # Names of two letters and more cannot be h, i, s or t, which Asterisk calls by itself.
    others = {"_[a-zA-Z].": unknown, "s": unknown}
    digits = dict.fromkeys(_not_begun(known), unknown) if overlap else {"_[0-9+*#]!": unknown}
    return context(from_trunk(trunk), {**known, **digits, **others}, of=of)


def _not_begun(known: Collection[str]) -> Iterator[str]:
    """What no known number is, while digits come one by one: each beginning, should no digit follow any more, and the
    first digit that leads to none of them. A pattern for everything would end a number at its first digit."""
    follows: dict[str, set[str]] = {}
    for number in known:
        for length, digit in enumerate(number):
            follows.setdefault(number[:length], set()).add(digit)
    for begun, next_digits in sorted(follows.items()):
        if begun and begun not in known:
            yield begun
        others = "".join(digit for digit in _DIGITS if digit not in next_digits)
        yield f"_{begun}[{others}]!"


def _analogue(trunk: AnalogueTrunk, dids: tuple[DidNumber, ...]) -> Section:
    """The line says nothing of who was called: it is the trunk's own number."""
    did = next(each for each in dids if each.number == trunk.number)
    return context(from_trunk(trunk.name), {"s": (goto(places.did(did.digits)),)}, of=f"analogue trunk {trunk.name}")


def _as_sent(did: DidNumber) -> Iterator[str]:
    yield did.digits
    yield f"+{did.digits}"
    if did.number.startswith("+"):
        yield did.number
        yield did.number.removeprefix("+")
        yield f"00{did.number.removeprefix('+')}"


def _did(did: DidNumber, document: SiteDocument) -> Section:
    recorded = records_did(document, did)
    steps = [
        mark(Mark.DID, did.number),
        do("Set", Expression(f"CHANNEL(language)={document.site.language}")),
    ]
    if did.priority:
        steps.append(do("Set", Expression(f"QUEUE_PRIO={did.priority}")))
    if did.closure:
        steps.append(closures.unless_open(did.closure))
    if did.hours:
        steps.extend(hours.unless_open(did.hours, places.CLOSED))
    steps.extend(_leave(did.goes_to, recorded))
    if did.hours:
        steps.append(mark(Mark.CLOSED, did.hours, label=places.CLOSED))
        if did.closed_goes_to:
            steps.extend(_leave(did.closed_goes_to, recorded))
        else:
            steps.extend(places.say_and_hang_up(places.PROMPT_CLOSED))
    return context(places.did(did.digits), {"s": tuple(steps)}, of=f"DID {did.number}")


def _leave(destination: Destination, recorded: bool) -> Iterator[Step]:
    if recorded and destination.kind in _SPEECH:
        yield record()
    yield from places.leave_by(destination)
