"""A person's phone rings and, lifted, calls somebody: whom they typed, or a customer whose number they need not see."""

from __future__ import annotations

from appliance.core.customers import DeskRules
from appliance.core.in_force import InForce
from appliance.site.exchange import PHONES_CONTEXT
from appliance.site.problems import BranchboxError, Problem
from appliance.telephony.ami import AmiLink

RINGS_LONG = 30_000
"""Milliseconds that the own phone rings before the number is dialled that was asked for."""
NO_NUMBER = Problem(text="This caller's number is not known: it cannot be called back.")
NO_TRUNK = Problem(text="Phones here cannot call out. A technician sets the trunk under F8 Setup, Calling out.")


class Calling:
    """Calls from people's own phones, as if they had dialled: what a phone may not call, it may not call so either."""

    def __init__(self, in_force: InForce, rules: DeskRules, link: AmiLink) -> None:
        self._in_force = in_force
        self._rules = rules
        self._link = link

    async def dial(self, login: str, phone: str, keys: str) -> None:
        """Ring the phone, then dial these keys; the phone shows whom, to who may see it."""
        shown = phone if self._rules.eyes(login).masked else keys
        await self._link.act(
            "Originate",
            {
                "Channel": f"PJSIP/{phone}",
                "Context": PHONES_CONTEXT,
                "Exten": keys,
                "Priority": "1",
                "Timeout": str(RINGS_LONG),
                "CallerID": f"<{shown}>",
                "Async": "true",
            },
        )

    async def call(self, login: str, phone: str, number: str) -> None:
        """The same for a number as a line gave it or a customer has it. Raises BranchboxError when it cannot be."""
        await self.dial(login, phone, self.keys(number))

    def keys(self, number: str) -> str:
        """What a phone here dials to reach a number. Raises BranchboxError when there is no way."""
        document, numbering = self._in_force.known(), self._rules.desk().numbering
        if number in {each.number for each in document.extensions}:
            return number
        normal = numbering.normal(number)
        if normal is None:
            raise BranchboxError(NO_NUMBER)
        if document.dialing.trunk is None:
            raise BranchboxError(NO_TRUNK)
        digits = numbering.digits(normal.number)
        abroad = normal.number.startswith("+") and numbering.shown(normal.number).startswith("+")
        return document.dialing.outside_prefix + ("00" if abroad else "") + digits
