"""Who asks a supervisor for help, since when, about which call, and who comes. In memory: it is over with the agent's
part in the call, or with core."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from appliance.api import desk
from appliance.api.desk import HelpAsked
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.in_force import InForce
from appliance.core.people import People
from appliance.site.problems import BranchboxError, Problem
from appliance.telephony.agents import seats
from appliance.telephony.ami import AmiLink
from appliance.telephony.desk import legs_at
from appliance.telephony.live_state import Leg

NO_CALL_TO_HELP = Problem(text="You have no call to ask help for. Ask while you ring or talk.")


@dataclass(frozen=True)
class Plea:
    """One agent asks; `since` is epoch seconds, `call` a linkedid, `by` the name of who comes."""

    since: float
    call: str
    by: str | None = None


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
        routes.method(desk.HELP, self._ask)
        routes.method(desk.NO_HELP, self._take_back)

    def asking(self) -> Mapping[str, float]:
        """Who asks now and sees nobody come, by agent: since when."""
        return {agent: plea.since for agent, plea in self._standing().items() if plea.by is None}

    def of(self, agent: str) -> HelpAsked | None:
        """What this agent asked for."""
        plea = self._standing().get(agent)
        return None if plea is None else HelpAsked(since=plea.since, by=plea.by)

    @contextmanager
    def answered(self, agent: str, login: str) -> Iterator[None]:
        """This person comes; not after all when something is raised within."""
        plea = self._standing().get(agent)
        if plea is None:
            yield
            return
        person = self._people.by_login(login).person
        coming = replace(plea, by=person.name if person else login)
        self._put(agent, coming)
        try:
            yield
        except BaseException:
            if self._pleas.get(agent) is coming:
                self._put(agent, plea)
            raise

    async def _ask(self, login: str, _: Empty) -> Empty:
        agent = self._agent(login)
        newest = max(self._legs(agent), key=lambda leg: leg.since, default=None) if agent else None
        if agent is None or newest is None:
            raise BranchboxError(NO_CALL_TO_HELP)
        call = self._link.state.where[newest.uniqueid]
        plea = self._standing().get(agent)
        if plea is None or plea.call != call or plea.by is not None:
            self._put(agent, Plea(self._clock(), call))
        return Empty()

    async def _take_back(self, login: str, _: Empty) -> Empty:
        if self._pleas.pop(self._agent(login) or "", None):
            self._link.tell()
        return Empty()

    def _put(self, agent: str, plea: Plea) -> None:
        self._pleas[agent] = plea
        self._link.tell()

    def _standing(self) -> Mapping[str, Plea]:
        where = self._link.state.where
        self._pleas = {
            agent: plea
            for agent, plea in self._pleas.items()
            if any(where[leg.uniqueid] == plea.call for leg in self._legs(agent))
        }
        return self._pleas

    def _legs(self, agent: str) -> list[Leg]:
        phone = seats(self._in_force.facts.agents, self._link.state).get(agent)
        return legs_at(phone, self._link.state) if phone else []

    def _agent(self, login: str) -> str | None:
        person = self._people.by_login(login).person
        return person.agent if person else None
