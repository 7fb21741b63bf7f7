"""Recording of a call that is up: begun on demand, paused, resumed.

A pause is silence in the file, so that its time stays true. What was done is said in the call's own history: a hangup
handler that Asterisk runs on the recorded channel leaves the mark (`asterisk_conf.dialplan.recording`), so it is there
although core may be gone by then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from appliance.api import recordings as page
from appliance.api.recordings import OfCall, Recorded
from appliance.api.server import Routes
from appliance.core.in_force import InForce
from appliance.core.people import People
from appliance.site.exchange import RECORDING_SAID, RECORDING_SUFFIX, Said
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
        self._paused: dict[str, str] = {}
        """The channel whose recording is paused, by call."""
        self._begun: dict[str, int] = {}
        """How many recordings were begun on demand, by call."""

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(page.RECORDINGS_START, self._start)
        routes.method(page.RECORDINGS_PAUSE, self._pause)
        routes.method(page.RECORDINGS_RESUME, self._resume)

    async def _start(self, login: str, wish: OfCall) -> Recorded:
        call, who = self._call(login, wish)
        channel = call.caller.name
        # 1 is the dialplan's own; a second part of the same name would overwrite the first.
        number = self._begun.get(call.linkedid, 1) + 1
        name = f"{call.linkedid}-{number}{RECORDING_SUFFIX}"
        if (await self._link.act("Getvar", {"Channel": channel, "Variable": "BB_RECORDED"})).get("Value"):
            raise BranchboxError(Problem(text="This call is being recorded already."))
        await self._link.act("MixMonitor", {"Channel": channel, "File": name, "Options": "D"})
        self._begun[call.linkedid] = number
        await self._set(channel, "BB_RECORDED", name)
        await self._say(channel, Said.BEGUN, f"{who}/{name}")
        self._forget()
        return Recorded(linkedid=call.linkedid, recording=True, paused=False)

    async def _pause(self, login: str, wish: OfCall) -> Recorded:
        call, who = self._call(login, wish)
        if call.linkedid in self._paused:
            raise BranchboxError(Problem(text="The recording of this call is paused already."))
        channels = [call.caller.name, *(leg.name for leg in call.legs.values() if leg is not call.caller)]
        self._paused[call.linkedid] = await self._mute(channels, Said.PAUSED, who)
        self._forget()
        return Recorded(linkedid=call.linkedid, recording=True, paused=True)

    async def _resume(self, login: str, wish: OfCall) -> Recorded:
        call, who = self._call(login, wish)
        channels = [leg.name for leg in call.legs.values()]
        channels.sort(key=lambda name: name != self._paused.get(call.linkedid, call.caller.name))
        await self._mute(channels, Said.RESUMED, who)
        self._paused.pop(call.linkedid, None)
        return Recorded(linkedid=call.linkedid, recording=True, paused=False)

    async def _mute(self, channels: Iterable[str], said: Said, who: str) -> str:
        """Silence both directions, or let them be heard, on the first of these channels that is recorded."""
        state = "1" if said is Said.PAUSED else "0"
        for channel in channels:
            try:
                await self._link.act("MixMonitorMute", {"Channel": channel, "Direction": "both", "State": state})
            except AmiRefused:
                continue  # this leg has no recording
            await self._say(channel, said, who)
            return channel
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

    def _forget(self) -> None:
        """Calls that ended need no memory."""
        up = self._link.state.calls
        self._paused = {linkedid: channel for linkedid, channel in self._paused.items() if linkedid in up}
        self._begun = {linkedid: number for linkedid, number in self._begun.items() if linkedid in up}
