"""Who asks a supervisor for help, since when, about which call. In memory: it is over with the call, or with core."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from appliance.api import board
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.in_force import InForce
from appliance.core.people import People
from appliance.site.problems import BranchboxError, Problem
from appliance.telephony.agents import seats
from appliance.telephony.ami import AmiLink
from appliance.telephony.desk import legs_at

NO_CALL_TO_HELP = Problem(text="You have no call to ask help for. Ask while you ring or talk.")


@dataclass(frozen=True)
class Plea:
    """One agent asks; `since` is epoch seconds, `call` a linkedid."""

    since: float
    call: str


class Help:
    """Answers `desk/help` and `desk/no_help`."""

    def __init__(
        self, *, people: People, in_force: InForce, link: AmiLink, clock: Callable[[], float] = time.time
    ) -> None:
        self._people = people
        self._in_force = in_force
        self._link = link
        self._clock = clock
        self._pleas: dict[str, Plea] = {}

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(board.HELP, self._ask)
        routes.method(board.NO_HELP, self._take_back)

    def asking(self) -> Mapping[str, Plea]:
        """Who asks now, by agent."""
        self._pleas = {agent: plea for agent, plea in self._pleas.items() if plea.call in self._link.state.calls}
        return self._pleas

    def answered(self, agent: str) -> None:
        """Somebody came."""
        self._pleas.pop(agent, None)

    async def _ask(self, login: str, _: Empty) -> Empty:
        agent = self._agent(login)
        phone = seats(self._in_force.facts.agents, self._link.state).get(agent or "")
        newest = max(legs_at(phone, self._link.state), key=lambda leg: leg.since, default=None) if phone else None
        if agent is None or newest is None:
            raise BranchboxError(NO_CALL_TO_HELP)
        call = self._link.state.where[newest.uniqueid]
        if agent not in self.asking() or self._pleas[agent].call != call:
            self._pleas[agent] = Plea(self._clock(), call)
        return Empty()

    async def _take_back(self, login: str, _: Empty) -> Empty:
        agent = self._agent(login)
        if agent is not None:
            self.answered(agent)
        return Empty()

    def _agent(self, login: str) -> str | None:
        person = self._people.by_login(login).person
        return person.agent if person else None
