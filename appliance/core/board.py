"""The board: the floor as a supervisor sees it, and what a supervisor does about it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from appliance.api import board
from appliance.api.board import Board, Force, ForceBusy, Listen, OfAgent
from appliance.api.contract import LiveAgent
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.core.help import Help
from appliance.core.in_force import InForce
from appliance.core.people import People
from appliance.core.present import SOONEST, Present, midnight
from appliance.core.ringing import not_answered, ring
from appliance.core.store import Store
from appliance.site.exchange import SUPERVISE_CONTEXT, SUPERVISED, TAKE_OVER, Ear
from appliance.site.problems import BranchboxError, Problem
from appliance.store import queues
from appliance.telephony.agents import seats
from appliance.telephony.ami import NO_LINK, AmiLink
from appliance.telephony.amiwire import AmiRefused
from appliance.telephony.board import Figures, others_of, talking_leg
from appliance.telephony.board import board as seen_by
from appliance.telephony.desk import legs_at
from appliance.telephony.errand import Manager
from appliance.telephony.live_state import Leg

LATEST = 0.3
"""Seconds between two pictures of a board, at most: what is older than one is not drawn as live."""
COUNT_AGAIN = 5.0
"""Seconds between two counts of the queues' figures."""
HOUR = 3600.0

NO_PHONE = Problem(
    text="No phone is yours. Sign in as an agent, or have a technician write your own phone under people."
)
NO_SUCH_AGENT = Problem(text="There is no agent {number} any more.")
NOT_TALKING = Problem(text="{number} {name} has no call now.")
YOUR_OWN = Problem(text="This is your own phone.")
NOBODY_ELSE = Problem(text="{number} {name} does not talk with exactly one other party: nothing was changed.")
SIGNED_OUT = Problem(text="{number} {name} is signed out.")
SITS_ALWAYS = Problem(text="{number} {name} does not sign in or out: the phone takes calls always. Force a pause.")


@dataclass
class Lifted:
    """A phone that was lifted for its supervisor; `hears` is the agent, None when it took a call over."""

    channel: str
    hears: str | None


class Boards:
    """Answers `board/...`."""

    def __init__(
        self,
        *,
        people: People,
        in_force: InForce,
        link: AmiLink,
        manager: Manager,
        present: Present,
        help: Help,
        store: Store,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._people = people
        self._in_force = in_force
        self._link = link
        self._manager = manager
        self._present = present
        self._help = help
        self._store = store
        self._clock = clock
        self._figures: Mapping[str, Figures] | None = None
        self._counted = -COUNT_AGAIN
        self._lifted: dict[str, Lifted] = {}
        """By login."""
        self._rings: set[asyncio.Task[None]] = set()

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(board.NOW, self._now)
        routes.stream(board.STREAM, self._follow)
        routes.method(board.LISTEN, self._listen)
        routes.method(board.ANSWER_HELP, self._answer_help)
        routes.method(board.TAKE_OVER, self._take_over)
        routes.method(board.DISCONNECT, self._disconnect)
        routes.method(board.READY, self._ready)
        routes.method(board.BUSY, self._busy)
        routes.method(board.SIGN_OUT, self._sign_out)

    async def close(self) -> None:
        """Follow no phone any longer; they go on."""
        for each in tuple(self._rings):
            each.cancel()
            with suppress(asyncio.CancelledError):
                await each

    # --- seeing ---------------------------------------------------------------------------

    async def _now(self, login: str, _: Empty) -> Board:
        await self._count()
        return self._board(login)

    async def _follow(self, login: str) -> AsyncIterator[Board]:
        while True:
            seen = self._link.state
            yield await self._now(login, Empty())
            await asyncio.sleep(SOONEST)
            if self._link.state is seen:
                await self._link.changed(LATEST - SOONEST)

    def _board(self, login: str) -> Board:
        document = self._in_force.document
        made = seen_by(
            self._present.picture(),
            self._link.state,
            self._in_force.facts,
            limits={each.name: each.limit * 60.0 for each in document.reasons if each.limit} if document else {},
            figures=self._figures,
            help_since=self._help.asking(),
            now=self._clock(),
        )
        lifted = self._lifted.get(login)
        own = {"phone": self._own_phone(login), "hears": lifted.hears if lifted else None}
        return made.model_copy(update=own)

    async def _count(self) -> None:
        """Figures of all queues, once for everybody who looks."""
        document = self._in_force.document
        if document is None or time.monotonic() - self._counted < COUNT_AGAIN:
            return
        self._counted = time.monotonic()
        now = self._clock()
        levels = {queue.name: float(queue.service_level) for queue in document.queues}
        day = midnight(now, document.site.time_zone)
        abandoned = await self._store.run(queues.abandoned, day)
        in_time = await self._store.run(queues.in_service_level, now - HOUR, levels)
        self._figures = {name: Figures(in_time.get(name), abandoned.get(name, 0)) for name in levels}

    # --- hearing --------------------------------------------------------------------------

    async def _listen(self, login: str, wanted: Listen) -> Empty:
        await self._bring(login, wanted.ear, wanted.agent, self._talk(wanted.agent))
        return Empty()

    async def _answer_help(self, login: str, wanted: OfAgent) -> Empty:
        with self._help.answered(wanted.agent, login):
            await self._bring(login, Ear.LISTEN, wanted.agent, self._talk(wanted.agent))
        return Empty()

    async def _take_over(self, login: str, wanted: Force) -> Empty:
        others = others_of(self._talk(wanted.agent), self._link.state)
        if len(others) != 1:
            raise self._about(wanted.agent, NOBODY_ELSE)
        with self._help.answered(wanted.agent, login):
            await self._bring(login, TAKE_OVER, wanted.agent, others[0])
        return Empty()

    async def _bring(self, login: str, what: str, agent: str, to: Leg) -> None:
        """Lead the phone that listens already there, else ring it first; nothing changes before it is lifted."""
        phone = self._own_phone(login)
        if phone is None:
            raise BranchboxError(NO_PHONE)
        if phone in (to.endpoint, self._seats().get(agent)):
            raise BranchboxError(YOUR_OWN)
        hears = None if what == TAKE_OVER else agent
        lifted = self._lifted.get(login)
        # One that took a call over has the caller, and is not led away.
        if lifted is not None and lifted.hears is not None and await self._lead(lifted.channel, what, to):
            lifted.hears = hears
            self._link.tell()
            return
        leads_to = {
            "Context": SUPERVISE_CONTEXT,
            "Exten": what,
            "Priority": "1",
            "Variable": f"{SUPERVISED}={to.name}",
        }
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        ringing = asyncio.create_task(self._ring(login, phone, leads_to, hears, answered))
        self._rings.add(ringing)
        ringing.add_done_callback(self._rings.discard)
        await answered

    async def _ring(
        self, login: str, phone: str, leads_to: Mapping[str, str], hears: str | None, answered: asyncio.Future[None]
    ) -> None:
        """Ring a phone, and follow it until it is put down."""
        trouble = BranchboxError(NO_LINK)
        lifted: Lifted | None = None
        try:
            async with ring(self._manager, phone, leads_to) as rung:
                if not rung.answered:
                    trouble = BranchboxError(not_answered(rung))
                else:
                    lifted = self._lifted[login] = Lifted(rung.channel, hears)
                    self._link.tell()
                    if not answered.done():
                        answered.set_result(None)
                    await rung.over()
        except (OSError, TimeoutError) as error:
            trouble = BranchboxError(NO_LINK.model_copy(update={"original": repr(error)}))
        except BranchboxError as error:
            trouble = error
        finally:
            if not answered.done():
                answered.set_exception(trouble)
            if lifted is not None and self._lifted.get(login) is lifted:
                del self._lifted[login]
                self._link.tell()

    async def _lead(self, lifted: str, what: str, to: Leg) -> bool:
        """Send a phone that listens somewhere else; False when it was put down meanwhile."""
        goes = {"Channel": lifted, "Context": SUPERVISE_CONTEXT, "Exten": what, "Priority": "1"}
        try:
            await self._link.act("Setvar", {"Channel": lifted, "Variable": SUPERVISED, "Value": to.name})
            await self._link.act("Redirect", goes)
        except AmiRefused:
            return False
        return True

    # --- forcing --------------------------------------------------------------------------

    async def _disconnect(self, _login: str, wanted: Force) -> Empty:
        agent = self._agent(wanted.agent)
        legs = legs_at(agent.phone, self._link.state) if agent.phone else []
        if not legs:
            raise self._about(wanted.agent, NOT_TALKING)
        newest = max(legs, key=lambda leg: leg.since)
        await self._link.act("Hangup", {"Channel": newest.name, "Cause": "16"})
        return Empty()

    async def _ready(self, _login: str, wanted: Force) -> Empty:
        await self._link.order("ready", self._phone_of(wanted.agent))
        return Empty()

    async def _busy(self, _login: str, wanted: ForceBusy) -> Empty:
        if wanted.reason not in {reason.name for reason in self._in_force.known().reasons}:
            raise BranchboxError(
                Problem(text="There is no busy reason {name}: choose another.", args={"name": wanted.reason})
            )
        await self._link.order(f"busy-{wanted.reason}", self._phone_of(wanted.agent))
        return Empty()

    async def _sign_out(self, _login: str, wanted: Force) -> Empty:
        phone = self._phone_of(wanted.agent)
        if not any(agent.signs_in for agent in self._in_force.facts.agents if agent.number == wanted.agent):
            raise self._about(wanted.agent, SITS_ALWAYS)
        await self._link.order(f"out-{wanted.agent}", phone)
        return Empty()

    # --- who and where --------------------------------------------------------------------

    def _agent(self, number: str) -> LiveAgent:
        for agent in self._present.picture().agents:
            if agent.number == number:
                return agent
        raise BranchboxError(NO_SUCH_AGENT.model_copy(update={"args": {"number": number}}))

    def _talk(self, number: str) -> Leg:
        leg = talking_leg(self._agent(number), self._link.state)
        if leg is None:
            raise self._about(number, NOT_TALKING)
        return leg

    def _phone_of(self, number: str) -> str:
        phone = self._agent(number).phone
        if phone is None:
            raise self._about(number, SIGNED_OUT)
        return phone

    def _about(self, number: str, problem: Problem) -> BranchboxError:
        return BranchboxError(problem.model_copy(update={"args": {"number": number, "name": self._agent(number).name}}))

    def _seats(self) -> dict[str, str]:
        return seats(self._in_force.facts.agents, self._link.state)

    def _own_phone(self, login: str) -> str | None:
        """Where this person's agent sits, else the person's own phone."""
        person = self._people.by_login(login).person
        if person is None:
            return None
        return self._seats().get(person.agent or "") or person.extension
