"""The test of a line, or of the routes without one: a call out, answered, and heard in both directions. It is nobody's
call."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from appliance.site.exchange import OWN_CALL
from appliance.site.line_test import (
    DRILL_CONTEXT,
    DRILL_DIGITS,
    DRILL_HEARD,
    DRILL_LENGTH,
    DRILL_OTHER,
    DRILL_OURS,
    DRILL_WAY_CONTEXT,
    DRILL_WITHOUT,
    drill_answer,
)
from appliance.site.models import Drill, DrillKind, SiteDocument
from appliance.site.problems import Problem
from appliance.site.types import Kind
from appliance.telephony.ami import PATIENCE
from appliance.telephony.amiwire import AmiRefused, Message
from appliance.telephony.errand import Manager
from asterisk_conf.dialplan.trunks import dial_string

RINGS = 45.0
"""Seconds that the far end may ring; carriers in several steps need half of it."""
TALKS = 30.0
"""Seconds that the digits' way there and back, or a sound, is waited for."""
_NO_SOUND = Problem(
    text="The test call by {trunk} was answered, but nothing was heard. Call {number} by hand: do both sides hear "
    "each other? If not, look at the firewall and at the trunk's addresses, then ask the carrier."
)
_ONE_WAY = Problem(
    text="The test call by {trunk} was answered, but what was said did not come back as it should. Call {number} by "
    "hand: do both sides hear each other, and do keys work?"
)
_NO_EXCHANGE = Problem(text="The exchange could not place the test call. Look at its service, then try again.")
_NO_ANSWER = Problem(
    text="Nobody answered the test call by {trunk} within {seconds} s. Call {number} by hand; if that is answered, try "
    "again, else ask the carrier."
)
_REFUSED = Problem(
    text="The test call by {trunk} to {number} did not get through. Look at the trunk's state, then call by hand; if "
    "that fails too, ask the carrier and tell him the cause below."
)
_WITHOUT = {
    _NO_SOUND.text: Problem(
        text="Without {trunk}, the test call to {number} was answered, but nothing was heard. Try each of the "
        "route's other trunks with a test call of its own."
    ),
    _ONE_WAY.text: Problem(
        text="Without {trunk}, the test call to {number} was answered, but what was said did not come back as it "
        "should. Try each of the route's other trunks with a test call of its own."
    ),
    _NO_ANSWER.text: Problem(
        text="Without {trunk}, nobody answered the test call to {number} within {seconds} s. Call it by hand; "
        "then try each of the route's other trunks with a test call of its own."
    ),
    _REFUSED.text: Problem(
        text="Without {trunk}, no other line takes a call to {number}: when it is lost, nobody can call there. "
        "Look at the number's route under F8 Setup, Routes, and at the other trunks' state (F4)."
    ),
}
"""The same of a fall-back."""
_NO_ANSWER_REASON = "3"
"""AST_CONTROL_RINGING: it rang until the end."""


@dataclass(frozen=True)
class Held:
    """How a drill went: why it failed, None when it passed, and what was measured."""

    problem: Problem | None
    figures: dict[str, float] = field(default_factory=dict)


async def try_line(manager: Manager, document: SiteDocument, drill: Drill) -> Held:
    """Place the call and hear it out; what fails is in the answer."""
    if drill.trunk is None or drill.number is None:
        raise ValueError(f"drill {drill.name} calls nobody")
    said = {"trunk": drill.trunk, "number": drill.number}
    try:
        async with asyncio.timeout(RINGS + TALKS + PATIENCE), _placed(manager, document, drill) as call:
            held = await call.outcome()
    except (OSError, TimeoutError, AmiRefused) as error:
        held = Held(_NO_EXCHANGE.model_copy(update={"original": repr(error)}))
    if held.problem is None or held.problem.text == _NO_EXCHANGE.text:
        return held
    told = _WITHOUT[held.problem.text] if drill.kind is DrillKind.FALL_BACK else held.problem
    args = said | ({"seconds": f"{RINGS:.0f}"} if "{seconds}" in told.text else {})
    return Held(told.model_copy(update={"args": args, "original": held.problem.original}), held.figures)


def is_ours(document: SiteDocument, number: str) -> bool:
    """Whether a number, as the carrier takes it, is one of ours that leads to the box's test number."""
    return any(did.goes_to.kind is Kind.TEST and number.endswith(did.digits.lstrip("0")) for did in document.dids)


class _Call:
    """One call that was placed, and what Asterisk says of it."""

    def __init__(self, channel: str, digits: str, *, ours: bool) -> None:
        self.channel = channel
        """What Asterisk dials; the answer to an origination that failed names nothing else."""
        self.uniqueid = f"{OWN_CALL}drill{time.time_ns()}"
        self.digits = digits
        self.ours = ours
        self._events: asyncio.Queue[Message | None] = asyncio.Queue()
        self._began = time.monotonic()
        self._cause = ""

    def heard(self, event: Message) -> None:
        """Keep what is about this call."""
        if event.get("Uniqueid") == self.uniqueid or event.get("Channel") == self.channel:
            self._events.put_nowait(event)

    def ended(self) -> None:
        """The connection is gone."""
        self._events.put_nowait(None)

    async def outcome(self) -> Held:
        """Wait until it is over. Raises ConnectionError when Asterisk goes first."""
        answer = await self._next("OriginateResponse")
        if answer.get("Response") != "Success":
            if answer.get("Reason") == _NO_ANSWER_REASON:
                return Held(_NO_ANSWER)
            return Held(_REFUSED.model_copy(update={"original": f"Q.850 cause {self._cause or '-'}"}))
        figures = {"answered": round(time.monotonic() - self._began, 3)}
        try:
            async with asyncio.timeout(TALKS):
                said = await self._next("UserEvent")
        except TimeoutError:
            return Held(_NO_SOUND, figures)
        if not self.ours:
            return Held(None if said.get("Sound") == "NOISE" else _NO_SOUND, figures)
        back = said.get("Digits", "")
        if back == drill_answer(self.digits):
            return Held(None, figures)
        return Held((_ONE_WAY if back else _NO_SOUND).model_copy(update={"original": f"digits {back or '-'}"}), figures)

    async def _next(self, name: str) -> Message:
        while (event := await self._events.get()) is not None:
            kind = event.get("Event")
            if kind == "Hangup":
                self._cause = event.get("Cause", "")
                if name == "UserEvent":
                    return {}
            if kind == name and (kind != "UserEvent" or event.get("UserEvent") == DRILL_HEARD):
                return event
        raise ConnectionError("AMI connection lost")


@asynccontextmanager
async def _placed(manager: Manager, document: SiteDocument, drill: Drill) -> AsyncIterator[_Call]:
    number, trunk = drill.number or "", drill.trunk or ""
    by_routes = drill.kind is DrillKind.FALL_BACK
    channel = f"Local/{number}@{DRILL_WAY_CONTEXT}/n" if by_routes else dial_string(document, trunk, number)
    ours = is_ours(document, number)
    call = _Call(channel, "".join(secrets.choice("0123456789") for _ in range(DRILL_LENGTH)), ours=ours)
    of = frozenset({"OriginateResponse", "Hangup", "UserEvent"})
    async with manager.errand(heard=of, on_event=call.heard, on_end=call.ended) as asterisk:
        headers = {
            "Channel": channel,
            "ChannelId": call.uniqueid,
            "Timeout": str(int(RINGS * 1000)),
            "Async": "true",
            "Context": DRILL_CONTEXT,
            "Exten": DRILL_OURS if ours else DRILL_OTHER,
            "Priority": "1",
            "Variable": f"{DRILL_DIGITS}={call.digits},{DRILL_WITHOUT}={trunk if by_routes else ''}",
        }
        await asterisk.action("Originate", headers, timeout=PATIENCE)
        yield call
