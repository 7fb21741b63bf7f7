"""Recording of a call that is up: begun on demand, paused, resumed.

A pause is silence in the file, so that its time stays true. What was done is said in the call's own history: a hangup
handler that Asterisk runs on the recorded channel leaves the mark (`asterisk_conf.dialplan.recording`), so it is there
although core may be gone by then.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from appliance.api import recordings as page
from appliance.api.recordings import OfCall, Recorded
from appliance.api.server import Routes
from appliance.core.in_force import InForce
from appliance.core.people import People
from appliance.site.exchange import ON, PAUSED, RECORDED, RECORDING_SAID, RECORDING_SUFFIX, RECORDS, Said
from appliance.site.models import Role
from appliance.site.problems import BranchboxError, Problem
from appliance.telephony.agents import seats
from appliance.telephony.ami import AmiLink
from appliance.telephony.amiwire import AmiRefused
from appliance.telephony.live_state import UpCall


class RecordingCalls:
    """Answers "while a call is up"."""

    def __init__(
        self,
        link: AmiLink,
        in_force: InForce,
        people: People,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._link = link
        self._in_force = in_force
        self._people = people
        self._clock = clock

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(page.RECORDINGS_START, self._start)
        routes.method(page.RECORDINGS_PAUSE, self._pause)
        routes.method(page.RECORDINGS_RESUME, self._resume)

    async def _start(self, login: str, wish: OfCall) -> Recorded:
        call, who = self._call(login, wish)
        channel = call.caller.name
        for leg in call.legs.values():
            if (await self._link.act("Getvar", {"Channel": leg.name, "Variable": RECORDED})).get("Value"):
                raise BranchboxError(Problem(text="This call is being recorded already."))
        # As the dialplan calls it: by the call and the channel.
        name = f"{call.linkedid}-{call.caller.uniqueid.rpartition('.')[2]}{RECORDING_SUFFIX}"
        await self._link.act("MixMonitor", {"Channel": channel, "File": name, "Options": "D"})
        await self._set(channel, RECORDED, name)
        await self._set(channel, RECORDS, ON)
        await self._say(channel, Said.BEGUN, f"{who}/{name}")
        return Recorded(linkedid=call.linkedid, recording=True, paused=False)

    async def _pause(self, login: str, wish: OfCall) -> Recorded:
        call, who = self._call(login, wish)
        if any(leg.recording == PAUSED for leg in call.legs.values()):
            raise BranchboxError(Problem(text="The recording of this call is paused already."))
        await self._mute(call, Said.PAUSED, who)
        return Recorded(linkedid=call.linkedid, recording=True, paused=True)

    async def _resume(self, login: str, wish: OfCall) -> Recorded:
        call, who = self._call(login, wish)
        await self._mute(call, Said.RESUMED, who)
        return Recorded(linkedid=call.linkedid, recording=True, paused=False)

    async def _mute(self, call: UpCall, said: Said, who: str) -> None:
        """Silence both directions of every leg that is recorded, or let them be heard; the caller's leg first."""
        paused = said is Said.PAUSED
        recorded = False
        for leg in sorted(call.legs.values(), key=lambda leg: leg is not call.caller):
            try:
                await self._link.act(
                    "MixMonitorMute", {"Channel": leg.name, "Direction": "both", "State": "1" if paused else "0"}
                )
            except AmiRefused:
                continue  # this leg has no recording
            await self._set(leg.name, RECORDS, PAUSED if paused else ON)
            if not recorded:
                await self._say(leg.name, said, who)
            recorded = True
        if not recorded:
            raise BranchboxError(Problem(text="This call is not being recorded. Begin recording it first."))

    async def _say(self, channel: str, said: Said, text: str) -> None:
        handler = f"{RECORDING_SAID},{said},1({self._clock():.3f}/{text})"
        await self._set(channel, "CHANNEL(hangup_handler_push)", handler)

    async def _set(self, channel: str, variable: str, value: str) -> None:
        await self._link.act("Setvar", {"Channel": channel, "Variable": variable, "Value": value})

    def _call(self, login: str, wish: OfCall) -> tuple[UpCall, str]:
        """The call that is meant, and who asks: an agent's number or a login. Raises BranchboxError."""
        caller = self._people.by_login(login)
        number = caller.person.agent if caller.person else None
        calls = self._link.state.calls
        if wish.linkedid is not None and caller.role is Role.SUPERVISOR:
            if wish.linkedid in calls:
                return calls[wish.linkedid], number or login
            raise BranchboxError(Problem(text="This call is over."))
        own = [
            call for call in calls.values() if any(leg.endpoint == self._phone(number) for leg in call.legs.values())
        ]
        if not own or (wish.linkedid is not None and wish.linkedid not in {call.linkedid for call in own}):
            raise BranchboxError(Problem(text="You have no call now."))
        talking = [call for call in own if call.linkedid == wish.linkedid] or own
        return talking[-1], number or login

    def _phone(self, number: str | None) -> str | None:
        return seats(self._in_force.facts.agents, self._link.state).get(number or "")
