"""A phone rings and hears a sound that lies on the disk: an announcement, a message."""

from __future__ import annotations

import asyncio
from pathlib import PurePath

from appliance.api.recordings import Playing
from appliance.core.in_force import InForce
from appliance.core.playback import CALLER, RINGS
from appliance.site.exchange import PLAYBACK_CONTEXT, PLAYBACK_FILE, PLAYBACK_FROM
from appliance.site.problems import BranchboxError, Problem
from appliance.telephony.ami import NO_LINK, PATIENCE
from appliance.telephony.amiwire import AmiRefused, Message
from appliance.telephony.errand import Manager


class Listening:
    """Rings phones of the document in force."""

    def __init__(self, in_force: InForce, manager: Manager) -> None:
        self._in_force = in_force
        self._manager = manager

    async def ring(self, phone: str, sound: PurePath) -> Playing:
        """Ring and play `sound`, which Asterisk can read, without ending; gives whether somebody answered.

        Raises BranchboxError for a phone that there is not, and when Asterisk cannot be asked.
        """
        if phone not in {each.number for each in self._in_force.known().extensions}:
            raise BranchboxError(
                Problem(text="There is no phone {number}: give the number of your own.", args={"number": phone})
            )
        answered: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

        def heard(event: Message) -> None:
            if event.get("Channel", "").partition("-")[0] == f"PJSIP/{phone}" and not answered.done():
                answered.set_result(event)

        try:
            async with self._manager.errand(heard=frozenset({"OriginateResponse"}), on_event=heard) as asterisk:
                headers = {
                    "Channel": f"PJSIP/{phone}",
                    "Context": PLAYBACK_CONTEXT,
                    "Exten": "s",
                    "Priority": "1",
                    "CallerID": CALLER,
                    "Timeout": str(int(RINGS * 1000)),
                    "Variable": f"{PLAYBACK_FILE}={sound},{PLAYBACK_FROM}=0",
                    "Async": "true",
                }
                await asterisk.action("Originate", headers, timeout=PATIENCE)
                async with asyncio.timeout(RINGS + PATIENCE):
                    answer = await answered
        except (OSError, TimeoutError, AmiRefused) as error:
            raise BranchboxError(NO_LINK.model_copy(update={"original": repr(error)})) from error
        if answer.get("Response") == "Success":
            return Playing(answered=True)
        return Playing(
            answered=False,
            problem=Problem(
                text="The phone did not answer. Look whether it is registered and free, then try again.",
                original=f"reason {answer.get('Reason', '')}",
            ),
        )
