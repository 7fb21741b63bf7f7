"""The agent's wish that the caller be asked how the call was: told to the dialplan by the caller's channel."""

from __future__ import annotations

from appliance.api import desk
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.in_force import InForce
from appliance.core.people import People
from appliance.site.exchange import SURVEY_WISH, SURVEY_WISHED
from appliance.site.models import Survey
from appliance.site.problems import BranchboxError, Problem
from appliance.telephony.ami import AmiLink
from appliance.telephony.live_state import UpCall

NO_CALL = Problem(text="You talk with no caller of a queue.")


class Surveys:
    """Answers `desk/survey`."""

    def __init__(self, people: People, in_force: InForce, link: AmiLink) -> None:
        self._people = people
        self._in_force = in_force
        self._link = link

    def add_to(self, routes: Routes) -> None:
        """Answer it."""
        routes.method(desk.SURVEY, self._survey)

    async def _survey(self, login: str, _: Empty) -> Empty:
        call = self._call(login)
        queue = next((queue for queue in self._in_force.known().queues if queue.name == call.queue), None)
        if queue is None:
            raise BranchboxError(NO_CALL)
        if queue.survey is Survey.NEVER:
            raise BranchboxError(
                Problem(
                    text="Callers of queue {queue} are not asked. A technician changes that under F8 Setup, Queues.",
                    args={"queue": queue.label},
                )
            )
        if queue.survey is Survey.WISH:
            headers = {"Channel": call.caller.name, "Variable": f"SHARED({SURVEY_WISH})", "Value": SURVEY_WISHED}
            await self._link.act("Setvar", headers)
        return Empty()

    def _call(self, login: str) -> UpCall:
        """The queue call that this person talks in. Raises BranchboxError without one."""
        person = self._people.by_login(login).person
        agent = person.agent if person is not None else None
        phones = {member.phone for member in self._link.state.members.values() if member.agent == agent}
        phones |= {each.extension for each in self._in_force.known().agents if each.number == agent}
        for call in self._link.state.calls.values():
            for leg in call.legs.values():
                if call.queue and leg.endpoint in phones and leg.state == "Up" and leg is not call.caller:
                    return call
        raise BranchboxError(NO_CALL)
