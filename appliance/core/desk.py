"""The desk: agents see their own work and change their own state."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from appliance.api import desk
from appliance.api.contract import AgentState, Direction
from appliance.api.customers import DESK, KnownCaller
from appliance.api.desk import Busy, BusyReason, BusyReasons, Desk, DeskCall, MyToday, SignIn
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.abandoned import Abandoned
from appliance.core.customers import CustomerDesk
from appliance.core.help import Help
from appliance.core.in_force import InForce
from appliance.core.people import People
from appliance.core.present import LATEST, Present, midnight
from appliance.core.store import Store
from appliance.site.models import Agent
from appliance.site.problems import BranchboxError, Problem
from appliance.store import sessions
from appliance.telephony.ami import AmiLink
from appliance.telephony.desk import desk as seen_by

SOONEST = 0.05
"""Seconds between two pictures of one desk, at least: a pop-up may not wait."""
COUNT_AGAIN = 5.0
"""Seconds between two counts of an agent's own figures."""
NO_AGENT = Problem(text="You are no agent of this branch. A technician can make you one under people.")
ALWAYS_THERE = Problem(text="This agent does not sign in: it takes calls at phone {phone} always.")
NO_WRAP_UP = Problem(text="You have no work after a call now. F8 makes you busy.")
SIGNED_OUT = Problem(text="You are not signed in. Sign in first.")


class Desks:
    """Answers `desk/...`."""

    def __init__(
        self,
        *,
        people: People,
        in_force: InForce,
        link: AmiLink,
        present: Present,
        customers: CustomerDesk,
        abandoned: Abandoned,
        help: Help,
        store: Store,
    ) -> None:
        self._people = people
        self._help = help
        self._store = store
        self._abandoned = abandoned
        self._customers = customers
        self._in_force = in_force
        self._link = link
        self._present = present

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.stream(desk.STREAM, self._follow)
        routes.method(desk.REASONS, self._reasons)
        routes.method(desk.SIGN_IN, self._sign_in)
        routes.method(desk.SIGN_OUT, self._sign_out)
        routes.method(desk.BUSY, self._busy)
        routes.method(desk.READY, self._ready)
        routes.method(desk.LONGER, self._longer)

    def _agent(self, login: str) -> Agent:
        """The agent that this person is. Raises BranchboxError for nobody's."""
        person = self._people.by_login(login).person
        document = self._in_force.known()
        for agent in document.agents:
            if person is not None and person.agent == agent.number:
                return agent
        raise BranchboxError(NO_AGENT)

    def _desk(self, login: str) -> Desk:
        agent = self._agent(login).number
        seen = seen_by(agent, self._present.picture(), self._link.state, self._in_force.facts)
        return seen.model_copy(update={"help": self._help.of(agent)})

    async def _follow(self, login: str) -> AsyncIterator[Desk]:
        told: Desk | None = None
        today, gave_up, counted = None, 0, 0.0
        callers = Callers(self._customers) if self._people.by_login(login).role in DESK else None
        while True:
            seen = self._link.state
            now = self._desk(login)
            if callers is not None:
                now = await callers.named(now)
            if time.monotonic() - counted >= COUNT_AGAIN:
                today, counted = await self._today(now.agent.number), time.monotonic()
                gave_up = await self._abandoned.free(queue.name for queue in now.queues)
            ready = callers is not None and now.agent.state is AgentState.READY
            now = now.model_copy(update={"today": today, "gave_up": gave_up if ready else 0})
            if told is None or not _same(told, now):
                yield now
                told = now
            await asyncio.sleep(SOONEST)
            if self._link.state is seen:
                await self._link.changed(LATEST - SOONEST)
                told = None if self._link.state is seen else told

    async def _today(self, agent: str) -> MyToday:
        now = time.time()
        zone = self._in_force.known().site.time_zone
        return await self._store.run(sessions.today, agent, midnight(now, zone), now)

    async def _reasons(self, _login: str, _: Empty) -> BusyReasons:
        reasons = self._in_force.known().reasons
        return BusyReasons(
            reasons=tuple(BusyReason(name=r.name, label=r.label, key=r.key, limit=r.limit) for r in reasons)
        )

    async def _sign_in(self, login: str, wanted: SignIn) -> Empty:
        agent = self._agent(login)
        if not agent.signs_in:
            raise BranchboxError(ALWAYS_THERE.model_copy(update={"args": {"phone": agent.extension}}))
        phone = wanted.phone or agent.extension
        if phone not in self._in_force.facts.extensions:
            raise BranchboxError(Problem(text="There is no extension {name}: make it first.", args={"name": phone}))
        await self._link.order(f"in-{agent.number}", phone)
        return Empty()

    async def _sign_out(self, login: str, _: Empty) -> Empty:
        agent = self._agent(login)
        if not agent.signs_in:
            raise BranchboxError(ALWAYS_THERE.model_copy(update={"args": {"phone": agent.extension}}))
        await self._link.order(f"out-{agent.number}", self.phone(login))
        return Empty()

    async def _busy(self, login: str, wanted: Busy) -> Empty:
        if wanted.reason not in {reason.name for reason in self._in_force.known().reasons}:
            raise BranchboxError(
                Problem(text="There is no busy reason {name}: choose another.", args={"name": wanted.reason})
            )
        await self._link.order(f"busy-{wanted.reason}", self.phone(login))
        return Empty()

    async def _ready(self, login: str, _: Empty) -> Empty:
        await self._link.order("ready", self.phone(login))
        return Empty()

    async def _longer(self, login: str, _: Empty) -> Empty:
        if self._desk(login).agent.state is not AgentState.WRAP_UP:
            raise BranchboxError(NO_WRAP_UP)
        await self._link.order("longer", self.phone(login))
        return Empty()

    def phone(self, login: str) -> str:
        """Where this person sits. Raises BranchboxError for nobody's and for who is signed out."""
        phone = self._desk(login).agent.phone
        if phone is None:
            raise BranchboxError(SIGNED_OUT)
        return phone


class Callers:
    """Who is at the other end of one desk's calls; asked anew every `LATEST` seconds, because customers change."""

    def __init__(self, customers: CustomerDesk) -> None:
        self._customers = customers
        self._known: dict[str, tuple[float, tuple[KnownCaller, ...]]] = {}

    async def named(self, desk: Desk) -> Desk:
        """The desk with its callers' names."""
        return desk.model_copy(update={"calls": tuple([await self._named(each) for each in desk.calls])})

    async def _named(self, here: DeskCall) -> DeskCall:
        call = here.call
        if call.direction is Direction.INTERNAL:
            return here
        number = call.called if call.direction is Direction.OUT else call.caller
        asked, known = self._known.get(number, (0.0, ()))
        now = time.monotonic()
        if now - asked >= LATEST:
            known = (await self._customers.known_callers(number)).callers
            self._known = {number: (now, known)}
        return here.model_copy(update={"known": known})


def _same(one: Desk, other: Desk) -> bool:
    """Whether nothing but the clock has changed."""
    return one.model_copy(update={"as_of": other.as_of}) == other
