"""Ringing a person's phone for a purpose of the box: a test, a recording to be heard, a call to listen to.

Each has a connection to Asterisk of its own: it waits for as long as a phone rings, which the live picture must not.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from appliance.site.exchange import OWN_CALL
from appliance.site.problems import Problem
from appliance.telephony.ami import PATIENCE
from appliance.telephony.amiwire import Message
from appliance.telephony.errand import Manager

RINGS = 30.0
"""Seconds that a phone rings."""
CALLER = "Branchbox <0>"


@dataclass(frozen=True)
class Rung:
    """How it went; `channel` is the phone's when it was lifted, `reason` Asterisk's AST_CONTROL number when not."""

    answered: bool
    channel: str
    reason: str
    uniqueid: str
    _events: asyncio.Queue[Message | None]

    async def over(self) -> None:
        """Wait until it is put down. Raises ConnectionError when Asterisk goes first."""
        while (await _next(self._events, "Hangup")).get("Uniqueid") != self.uniqueid:
            pass


@asynccontextmanager
async def ring(manager: Manager, phone: str, leads_to: Mapping[str, str]) -> AsyncIterator[Rung]:
    """Ring a phone, `RINGS` seconds at most; once lifted it is where `leads_to` says (headers of AMI's Originate).

    What it does is nobody's call. Raises OSError, TimeoutError and AmiRefused.
    """
    events: asyncio.Queue[Message | None] = asyncio.Queue()
    channel = f"PJSIP/{phone}"

    def heard(event: Message) -> None:
        # Without a channel it names the device; one that was made has a number of its own behind it.
        if event.get("Channel", "").partition("-")[0] == channel:
            events.put_nowait(event)

    headers = {
        "Channel": channel,
        "ChannelId": f"{OWN_CALL}{time.time_ns()}",
        "CallerID": CALLER,
        "Timeout": str(int(RINGS * 1000)),
        "Async": "true",
    }
    of = frozenset({"OriginateResponse", "Hangup"})
    async with manager.errand(heard=of, on_event=heard, on_end=lambda: events.put_nowait(None)) as asterisk:
        await asterisk.action("Originate", {**headers, **leads_to}, timeout=PATIENCE)
        async with asyncio.timeout(RINGS + PATIENCE):
            answer = await _next(events, "OriginateResponse")
        yield Rung(
            answered=answer.get("Response") == "Success",
            channel=answer.get("Channel", ""),
            reason=answer.get("Reason", ""),
            uniqueid=answer.get("Uniqueid", ""),
            _events=events,
        )


def not_answered(rung: Rung) -> Problem:
    """Why nobody hears anything, and what to do."""
    return Problem(
        text="The phone did not answer. Look whether it is registered and free, then try again.",
        original=f"reason {rung.reason}",
    )


async def _next(events: asyncio.Queue[Message | None], name: str) -> Message:
    while (event := await events.get()) is not None:
        if event.get("Event") == name:
            return event
    raise ConnectionError("AMI connection lost")
