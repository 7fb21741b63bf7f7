"""Abandoned calls: who gave up waiting, who got through later, and who calls whom back."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable

from peewee import SqliteDatabase

from appliance.api import abandoned as page
from appliance.api.abandoned import AbandonedCaller, AbandonedCallers, AbandonedKey, AbandonedWanted
from appliance.api.contract import Call
from appliance.api.server import Routes
from appliance.core.customers import DeskRules
from appliance.core.dialling import Dialling
from appliance.core.in_force import InForce
from appliance.core.people import People
from appliance.core.store import Store
from appliance.desk.numbers import Numbering
from appliance.site.problems import BranchboxError, Problem
from appliance.store import abandoned
from appliance.telephony.agents import seats
from appliance.telephony.ami import AmiLink

DAY = 86_400.0
COUNT_AGAIN = 5.0
"""Seconds for which one count does for all desks."""
NOBODY = Problem(text="This caller is not among the abandoned calls, or was talked with since.")
TAKEN = Problem(text="{agent} calls this caller back already.")
NO_PHONE = Problem(text="You are not signed in. Sign in first.")


class Abandoned:
    """Answers the page on abandoned calls."""

    def __init__(
        self,
        *,
        store: Store,
        rules: DeskRules,
        in_force: InForce,
        people: People,
        link: AmiLink,
        dialling: Dialling,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._rules = rules
        self._in_force = in_force
        self._people = people
        self._link = link
        self._dialling = dialling
        self._clock = clock
        self._open: dict[str, int] = {}
        self._counted = 0.0

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(page.LIST, self._list)
        routes.method(page.TAKE, self._take)
        routes.method(page.CALL, self._call)

    async def free(self, queues: Iterable[str]) -> int:
        """How many callers of these queues are to be called back and taken by nobody."""
        now = time.monotonic()
        if now - self._counted >= COUNT_AGAIN:
            self._counted = now  # first: thirty desks ask at once
            found = await self._store.run(callers, self._rules.desk().numbering, self._clock(), page.DAYS)
            self._open = Counter(one.queue for one in found if one.queue and one.done is None and one.taken_by is None)
        return sum(self._open.get(queue, 0) for queue in queues)

    async def _list(self, _login: str, wanted: AbandonedWanted) -> AbandonedCallers:
        numbering = self._rules.desk().numbering
        found = await self._store.run(callers, numbering, self._clock(), wanted.days)
        return AbandonedCallers(callers=tuple(each for each in found if wanted.done or each.done is None))

    async def _take(self, login: str, key: AbandonedKey) -> AbandonedCaller:
        return await self._taken(login, key)

    async def _call(self, login: str, key: AbandonedKey) -> AbandonedCaller:
        document = self._in_force.known()
        phone = seats(document.agents, self._link.state).get(self._who(login))
        if phone is None:
            raise BranchboxError(NO_PHONE)
        one = await self._taken(login, key)
        await self._dialling.call_back(login, phone, one.caller)
        return one

    def _who(self, login: str) -> str:
        """The agent that this person is, or the login of who is none."""
        person = self._people.by_login(login).person
        return person.agent if person is not None and person.agent else login

    async def _taken(self, login: str, key: AbandonedKey) -> AbandonedCaller:
        now = self._clock()
        found = await self._store.run(callers, self._rules.desk().numbering, now, page.DAYS)
        one = next((each for each in found if each.linkedid == key.linkedid and each.done is None), None)
        if one is None:
            raise BranchboxError(NOBODY)
        who = self._who(login)
        has = await self._store.run(abandoned.take, key.linkedid, who, now)
        if has != who:
            raise BranchboxError(TAKEN.model_copy(update={"args": {"agent": has}}))
        return one.model_copy(update={"taken_by": who})


def callers(database: SqliteDatabase, numbering: Numbering, now: float, days: int) -> list[AbandonedCaller]:
    """Everybody who gave up in the last days, each once, the latest first."""
    by_number: dict[str, list[Call]] = {}
    for call in abandoned.gave_up(database, now - days * DAY):
        normal = numbering.normal(call.caller)
        if normal is not None:
            by_number.setdefault(normal.number, []).append(call)
    taken = abandoned.taken(database, now)
    found = []
    for number, calls in by_number.items():
        last = calls[0]
        talk = abandoned.talk_after(database, numbering.writings(number), last.started)
        found.append(
            AbandonedCaller(
                linkedid=last.linkedid,
                caller=last.caller,
                caller_name=last.caller_name,
                at=last.started if last.ended is None else last.ended,
                waited=last.waited,
                queue=last.queue,
                times=len(calls),
                taken_by=taken.get(last.linkedid),
                done=talk.linkedid if talk else None,
                done_by=talk.by if talk else None,
                done_at=talk.at if talk else None,
            )
        )
    return found
