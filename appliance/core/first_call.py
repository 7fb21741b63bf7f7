"""A call that rings one phone and plays a prompt: the proof that exchange, network and phone work together."""

from __future__ import annotations

import re
import time

from appliance.api import setup
from appliance.api.server import Routes
from appliance.api.setup import Ring, Rung, TestPhone, TestPhones
from appliance.api.wire import Empty
from appliance.core import ringing
from appliance.core.in_force import InForce
from appliance.core.ringing import RINGS, ring
from appliance.site.models import Extension
from appliance.site.problems import BranchboxError, Problem
from appliance.telephony.ami import AmiLink
from appliance.telephony.amiwire import AmiRefused
from appliance.telephony.errand import Manager

PROMPT = "branchbox/test-call"
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
        began = time.monotonic()
        try:
            async with ring(self._manager, number, {"Application": "Playback", "Data": PROMPT}) as answer:
                return _rung(answer, time.monotonic() - began)
        except AmiRefused as refused:
            raise TimeoutError(str(refused)) from refused


def _rung(answer: ringing.Rung, seconds: float) -> Rung:
    if answer.answered:
        return Rung(answered=True, seconds=seconds)
    text = (
        _REASONS.get(answer.reason)
        or "The phone could not be reached. Look whether it is still registered, then try again."
    )
    args = {"seconds": f"{RINGS:.0f}"} if "{seconds}" in text else {}
    problem = Problem(text=text, args=args, original=f"reason {answer.reason}")
    return Rung(answered=False, seconds=seconds, problem=problem)
