"""A person's phone rings and, lifted, calls somebody: a number as it is dialled there, or one that a line gave."""

from __future__ import annotations

from appliance.core.customers import DeskRules
from appliance.core.in_force import InForce
from appliance.core.ringing import RINGS
from appliance.site import numbering
from appliance.site.exchange import DIALS_CONTEXT, transfers
from appliance.site.models import Permission
from appliance.site.problems import BranchboxError, Problem
from appliance.telephony.ami import AmiLink

NOT_FROM_HERE = Problem(text="{number} cannot be reached from your phone.")
NO_PHONE = Problem(text="There is no phone {number}: give the number of your own.")
NO_NUMBER = Problem(text="This caller's number is not known: it cannot be called back.")
NOT_OUTSIDE = Problem(
    text="Phone {phone} may not call outside. A technician allows it under F8 Setup, Extensions, {phone}."
)


class Dialling:
    """Calls from phones of the document in force: what a phone may not call, it may not call so either."""

    def __init__(self, in_force: InForce, rules: DeskRules, link: AmiLink) -> None:
        self._in_force = in_force
        self._rules = rules
        self._link = link

    async def call(self, login: str, phone: str, number: str) -> None:
        """Ring the phone, then call `number`, written as one dials it there.

        Raises BranchboxError for a number that this phone cannot reach, and when Asterisk cannot be asked.
        """
        self.transfers(phone, number)
        await self.dial(login, phone, number)

    async def call_back(self, login: str, phone: str, caller: str) -> None:
        """The same for a number as a line gave it or a customer has it."""
        document, numbering = self._in_force.known(), self._rules.desk().numbering
        if phone not in {each.number for each in document.extensions}:
            raise BranchboxError(NO_PHONE.model_copy(update={"args": {"number": phone}}))
        if caller in {each.number for each in document.extensions}:
            return await self.dial(login, phone, caller)
        if not caller:
            raise BranchboxError(NO_NUMBER)
        if self._permission(phone) is None:
            raise BranchboxError(NOT_OUTSIDE.model_copy(update={"args": {"phone": phone}}))
        digits, normal = caller, numbering.normal(caller)
        if normal is not None:
            abroad = normal.number.startswith("+") and numbering.shown(normal.number).startswith("+")
            digits = ("00" if abroad else "") + numbering.digits(normal.number)
        return await self.dial(login, phone, document.dialing.outside_prefix + digits)

    async def dial(self, login: str, phone: str, keys: str) -> None:
        """Have a phone dial what it may dial, codes too."""
        headers = {
            "Channel": f"PJSIP/{phone}",
            "Context": DIALS_CONTEXT,
            "Exten": keys,
            "Priority": "1",
            "Timeout": str(int(RINGS * 1000)),
            # What the phone shows while it rings, to who may see it; the call itself shows who makes it
            # (`asterisk_conf.dialplan.inside`).
            "CallerID": f"<{phone if self._rules.eyes(login).masked else keys}>",
            "Async": "true",
        }
        await self._link.act("Originate", headers)

    def transfers(self, phone: str, number: str) -> str:
        """The context in which a phone's transfers reach a number. Raises BranchboxError when they do not."""
        document = self._in_force.known()
        inside = {each.number for each in document.extensions} | {queue.number for queue in document.queues}
        permission = self._permission(phone)
        if number not in inside and not self._reaches(permission, number):
            raise BranchboxError(NOT_FROM_HERE.model_copy(update={"args": {"number": number}}))
        return transfers(permission.name if permission else None)

    def _reaches(self, permission: Permission | None, keys: str) -> bool:
        """Whether keys lead outside, at whatever time: hours, caps and lines are the exchange's to say."""
        document = self._in_force.known()
        if numbering.dialled_whole(document, keys):
            return True
        number = keys.removeprefix(document.dialing.outside_prefix)
        if number in {keys, ""}:
            return False
        kind = numbering.class_of(document, number)
        allowed = (*permission.classes, *permission.classes_in_hours) if permission else ()
        return kind in allowed or kind in numbering.ALWAYS_OPEN

    def _permission(self, phone: str) -> Permission | None:
        document = self._in_force.known()
        extension = next((each for each in document.extensions if each.number == phone), None)
        name = extension.permission if extension else None
        return next((each for each in document.permissions if each.name == name), None)
