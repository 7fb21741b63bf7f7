"""A phone of the branch rings and, once lifted, calls a number as if it had been dialled there."""

from __future__ import annotations

from appliance.core.in_force import InForce
from appliance.core.ringing import RINGS
from appliance.desk.numbers import Numbering
from appliance.site.exchange import DIALS_CONTEXT, TRANSFER_CONTEXT, TRANSFER_OUTSIDE_CONTEXT
from appliance.site.problems import BranchboxError, Problem
from appliance.telephony.ami import AmiLink

NOT_FROM_HERE = Problem(text="{number} cannot be reached from your phone.")
NO_PHONE = Problem(text="There is no phone {number}: give the number of your own.")
NO_NUMBER = Problem(text="This caller's number is not known: it cannot be called back.")
NOT_OUTSIDE = Problem(text="Phone {number} cannot call outside. A technician changes that under F8 Setup, Phones.")


class Dialling:
    """Calls from phones of the document in force."""

    def __init__(self, in_force: InForce, link: AmiLink) -> None:
        self._in_force = in_force
        self._link = link

    async def call(self, phone: str, number: str) -> None:
        """Ring the phone, then call `number`, written as one dials it there.

        Raises BranchboxError for a number that this phone cannot reach, and when Asterisk cannot be asked.
        """
        self.transfers(phone, number)
        await self.dial(phone, number)

    async def dial(self, phone: str, number: str) -> None:
        """The same for a code too, without a look at what this phone may reach."""
        headers = {
            "Channel": f"PJSIP/{phone}",
            "Context": DIALS_CONTEXT,
            "Exten": number,
            "Priority": "1",
            "Timeout": str(int(RINGS * 1000)),
            # What the phone shows while it rings; the call itself shows who makes it (`asterisk_conf.dialplan.inside`).
            "CallerID": f"<{number}>",
            "Async": "true",
        }
        await self._link.act("Originate", headers)

    async def call_back(self, phone: str, caller: str, numbering: Numbering) -> None:
        """The same for a caller's number as the line gave it."""
        document = self._in_force.known()
        if phone not in {each.number for each in document.extensions}:
            raise BranchboxError(NO_PHONE.model_copy(update={"args": {"number": phone}}))
        if not caller:
            raise BranchboxError(NO_NUMBER)
        if caller in {each.number for each in document.extensions}:
            return await self.call(phone, caller)
        if not self._outside(phone):
            raise BranchboxError(NOT_OUTSIDE.model_copy(update={"args": {"number": phone}}))
        normal = numbering.normal(caller)
        digits = numbering.digits(normal.number) if normal else caller
        return await self.call(phone, document.dialing.outside_prefix + digits)

    def transfers(self, phone: str, number: str) -> str:
        """The context in which a phone's transfers reach a number. Raises BranchboxError when they do not."""
        document = self._in_force.known()
        inside = {each.number for each in document.extensions} | {queue.number for queue in document.queues}
        outside = self._outside(phone)
        prefix = document.dialing.outside_prefix
        if number not in inside and not (outside and number.startswith(prefix) and number != prefix):
            raise BranchboxError(NOT_FROM_HERE.model_copy(update={"args": {"number": number}}))
        return TRANSFER_OUTSIDE_CONTEXT if outside else TRANSFER_CONTEXT

    def _outside(self, phone: str) -> bool:
        document = self._in_force.known()
        extension = next((each for each in document.extensions if each.number == phone), None)
        return extension is not None and extension.outside and document.dialing.trunk is not None
