"""A phone rings and hears a sound that lies on the disk: an announcement, a message."""

from __future__ import annotations

from pathlib import PurePath

from appliance.api.recordings import Playing
from appliance.core.in_force import InForce
from appliance.core.ringing import not_answered, ring
from appliance.site.exchange import PLAYBACK_CONTEXT, PLAYBACK_FILE, PLAYBACK_FROM
from appliance.site.problems import BranchboxError, Problem
from appliance.telephony.ami import NO_LINK
from appliance.telephony.amiwire import AmiRefused
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
        leads_to = {
            "Context": PLAYBACK_CONTEXT,
            "Exten": "s",
            "Priority": "1",
            "Variable": f"{PLAYBACK_FILE}={sound},{PLAYBACK_FROM}=0",
        }
        try:
            async with ring(self._manager, phone, leads_to) as rung:
                if rung.answered:
                    return Playing(answered=True)
                return Playing(answered=False, problem=not_answered(rung))
        except (OSError, TimeoutError, AmiRefused) as error:
            raise BranchboxError(NO_LINK.model_copy(update={"original": repr(error)})) from error
