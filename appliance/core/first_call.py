"""A call that rings one phone and plays a prompt: the proof that exchange, network and phone work together.

It has a connection to Asterisk of its own: it waits for as long as a phone rings, which the live picture
must not.
"""

from __future__ import annotations

import asyncio
import re
import time

from appliance.api import setup
from appliance.api.server import Routes
from appliance.api.setup import Ring, Rung, TestPhone, TestPhones
from appliance.api.wire import Empty
from appliance.core.in_force import InForce
from appliance.site.models import Extension
from appliance.site.problems import BranchboxError, Problem
from appliance.telephony.ami import AmiLink
from appliance.telephony.amiwire import AmiConnection, AmiRefused, Message
from appliance.telephony.errand import Manager

RINGS = 30.0
"""Seconds that the phone rings."""
PATIENCE = 5.0
"""Seconds for Asterisk's answer, and for its last word after the ringing."""
PROMPT = "branchbox/test-call"
CALLER = "Branchbox <0>"
_ADDRESS = re.compile(r"^sips?:(?:[^@;>]*@)?(\[[0-9a-fA-F:]+\]|[^:;>]+)")

_REASONS = {
    "1": "The phone refused the call. Look whether it is set to do not disturb, then try again.",
    "3": "Nobody answered in {seconds} s. Did the phone ring? If it did not, look at its network and at a firewall "
    "between it and the box.",
    "5": "The phone is busy. Hang it up, then try again.",
    "8": "The phone refused the call. Look whether it is set to do not disturb, then try again.",
}
"""What Asterisk's reason of a failed origination (AST_CONTROL numbers) means for the person."""


class TestCall:
    """Answers which phones are there, and rings one."""

    __test__ = False
    """No test class, whatever its name looks like to pytest."""

    def __init__(self, in_force: InForce, link: AmiLink, manager: Manager) -> None:
        self._in_force = in_force
        self._link = link
        self._manager = manager

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(setup.TEST_PHONES, self._phones)
        routes.method(setup.TEST_RING, self._ring)

    async def _phones(self, _login: str, _: Empty) -> TestPhones:
        return TestPhones(
            phones=tuple(
                TestPhone(number=phone.number, name=phone.name, address=self._address(phone))
                for phone in self._in_force.known().extensions
            ),
            linked=self._link.link.linked,
        )

    def _address(self, phone: Extension) -> str | None:
        for endpoint, uri in self._link.state.contacts:
            if endpoint == phone.number and (match := _ADDRESS.match(uri)):
                return match[1]
        return None

    async def _ring(self, _login: str, wanted: Ring) -> Rung:
        phone = next((each for each in self._in_force.known().extensions if each.number == wanted.number), None)
        if phone is None:
            raise BranchboxError(
                Problem(text="There is no extension {name}: make it first.", args={"name": wanted.number})
            )
        if self._address(phone) is None:
            raise BranchboxError(
                Problem(
                    text="Phone {number} has not registered. Check the box's address, the number and the password "
                    "in the phone.",
                    args={"number": wanted.number},
                )
            )
        try:
            return await self._originate(wanted.number)
        except (OSError, TimeoutError) as error:
            raise BranchboxError(
                Problem(
                    text="The exchange does not answer. Look at its service; if calls stand still, restart it.",
                    original=repr(error),
                )
            ) from error

    async def _originate(self, number: str) -> Rung:
        ended: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        channel = f"PJSIP/{number}"

        def heard(event: Message) -> None:
            # With an application it names no extension; a channel that was made has a number of its own behind it.
            if event.get("Channel", "").partition("-")[0] == channel and not ended.done():
                ended.set_result(event)

        async with self._manager.errand(heard=frozenset({"OriginateResponse"}), on_event=heard) as asterisk:
            began = time.monotonic()
            await self._ask(asterisk, channel)
            async with asyncio.timeout(RINGS + PATIENCE):
                answer = await ended
            return _rung(answer, time.monotonic() - began)

    async def _ask(self, connection: AmiConnection, channel: str) -> None:
        headers = {
            "Channel": channel,
            "Application": "Playback",
            "Data": PROMPT,
            "CallerID": CALLER,
            "Timeout": str(int(RINGS * 1000)),
            "Async": "true",
        }
        try:
            await connection.action("Originate", headers, timeout=PATIENCE)
        except AmiRefused as refused:
            raise TimeoutError(str(refused)) from refused


def _rung(event: Message, seconds: float) -> Rung:
    if event.get("Response") == "Success":
        return Rung(answered=True, seconds=seconds)
    reason = event.get("Reason", "")
    text = (
        _REASONS.get(reason) or "The phone could not be reached. Look whether it is still registered, then try again."
    )
    args = {"seconds": f"{RINGS:.0f}"} if "{seconds}" in text else {}
    return Rung(answered=False, seconds=seconds, problem=Problem(text=text, args=args, original=f"reason {reason}"))
