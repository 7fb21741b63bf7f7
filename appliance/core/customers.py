"""Customers: found, shown, kept, merged. Who sees numbers masked is decided here, for every answer."""

from __future__ import annotations

import time
from collections.abc import Callable

from appliance.api import customers as page
from appliance.api.contract import Direction, LiveCall
from appliance.api.customers import (
    Customer,
    CustomerDetail,
    CustomerKey,
    Customers,
    CustomerWanted,
    DeskSetting,
    EditCustomer,
    KnownCaller,
    KnownCallers,
    MergeKey,
    MergeWish,
    NewCustomer,
    NewNote,
    Note,
    NumberKey,
)
from appliance.api.server import Routes
from appliance.api.wire import Empty, Refused
from appliance.core.in_force import InForce
from appliance.core.people import People
from appliance.core.store import Store
from appliance.desk import finding, keeping, merging
from appliance.desk.keeping import Desk
from appliance.desk.numbers import Numbering
from appliance.desk.showing import Eyes
from appliance.site.problems import BranchboxError, Problem
from appliance.store import calls, customers
from appliance.store.customers import Signature

LAST_CALLS = 10
LINES = 100
"""Notes and changes that a customer's page shows."""
POP_UP_CALLS = 3


class DeskRules:
    """What the document in force says of customers, and of who sees what."""

    def __init__(self, in_force: InForce, people: People) -> None:
        self._in_force = in_force
        self._people = people

    def desk(self) -> Desk:
        """How numbers are read, and which grades and tags there are. Raises BranchboxError while it is not known."""
        document = self._in_force.known()
        numbering = Numbering(
            document.customers.country, document.customers.area_code or "", document.dialing.outside_prefix
        )
        return Desk(numbering, [grade.name for grade in document.grades], document.customers.tags)

    def eyes(self, login: str) -> Eyes:
        """How this person sees numbers."""
        role = self._people.by_login(login).role
        return Eyes(self.desk().numbering, role in self._in_force.known().customers.masked_roles)

    def setting(self, login: str) -> DeskSetting:
        """What forms offer to this person."""
        document = self._in_force.known()
        return DeskSetting(grades=document.grades, tags=document.customers.tags, masked=self.eyes(login).masked)


class CustomerDesk:
    """Answers the page on customers."""

    def __init__(self, store: Store, rules: DeskRules, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's methods."""
        routes.method(page.SEARCH, self._search)
        routes.method(page.SHOW, self._show)
        routes.method(page.OF_NUMBER, self._of_number)
        routes.method(page.SETTING, self._setting)
        routes.method(page.ADD, self._add)
        routes.method(page.EDIT, self._edit)
        routes.method(page.NOTE, self._note)
        routes.method(page.MERGE, self._merge)
        routes.method(page.SEPARATE, self._separate)

    def _signed(self, login: str) -> Signature:
        return Signature(login, self._clock())

    async def _setting(self, login: str, _: Empty) -> DeskSetting:
        return self._rules.setting(login)

    async def _search(self, login: str, wanted: CustomerWanted) -> Customers:
        eyes = self._rules.eyes(login)
        found = await self._store.run(finding.find, eyes.numbering, wanted.text, wanted.limit, masked=eyes.masked)
        return found.model_copy(update={"customers": tuple(map(eyes.customer, found.customers))})

    async def _show(self, login: str, key: CustomerKey) -> CustomerDetail:
        eyes = self._rules.eyes(login)
        customer = await self._store.run(keeping.known, key.id)
        keys = await self._store.run(customers.family, key.id)
        everybody = await self._store.run(customers.get, keys)
        writings = [
            writing
            for each in everybody
            for number in each.facts.numbers
            for writing in eyes.numbering.writings(number.number)
        ]
        history = await self._store.run(customers.history, keys, LINES)
        calls_of = await self._store.run(customers.calls_with, writings, LAST_CALLS)
        return CustomerDetail(
            customer=eyes.customer(customer),
            notes=await self._store.run(customers.notes, keys, LINES),
            calls=tuple(map(eyes.call, calls_of)),
            history=tuple(map(eyes.line, history)),
            merges=await self._store.run(customers.merges, key.id),
        )

    async def _of_number(self, login: str, key: NumberKey) -> KnownCallers:
        if self._rules.eyes(login).masked:
            raise Refused(
                Problem(text="Your role sees numbers masked, so it cannot look one up. The desk says who calls.")
            )
        return await self.known_callers(login, key.number)

    async def known_callers(self, login: str, number: str) -> KnownCallers:
        """Who has the number that calls or is called, as this person may see it: for the desk's pop-up."""
        eyes = self._rules.eyes(login)
        normal = eyes.numbering.normal(number)
        if normal is None:
            return KnownCallers(callers=())
        keys = await self._store.run(customers.of_number, normal.number)
        found = []
        for customer in await self._store.run(customers.get, keys):
            writings = [w for each in customer.facts.numbers for w in eyes.numbering.writings(each.number)]
            last = await self._store.run(customers.calls_with, writings, POP_UP_CALLS)
            found.append(KnownCaller(customer=eyes.customer(customer), calls=tuple(map(eyes.call, last))))
        return KnownCallers(callers=tuple(found))

    def seen(self, login: str, call: LiveCall) -> LiveCall:
        """A call that is up, with its outside numbers as this person may see them."""
        eyes = self._rules.eyes(login)
        return call.model_copy(update={"caller": eyes.heard(call.caller), "called": eyes.heard(call.called)})

    async def _add(self, login: str, new: NewCustomer) -> Customer:
        eyes, desk = self._rules.eyes(login), self._rules.desk()
        facts = eyes.written(new.facts, None)
        if new.caller_of is not None:
            number = page.CustomerNumber(number=await self._outside_number(new.caller_of))
            facts = facts.model_copy(update={"numbers": (*facts.numbers, number)})
        return eyes.customer(await self._store.run(keeping.add, desk, facts, self._signed(login)))

    async def _outside_number(self, linkedid: str) -> str:
        found = await self._store.run(calls.show, linkedid)
        if found is None:
            raise BranchboxError(Problem(text="There is no call {linkedid}.", args={"linkedid": linkedid}))
        return found.call.called if found.call.direction is Direction.OUT else found.call.caller

    async def _edit(self, login: str, wish: EditCustomer) -> Customer:
        eyes, desk = self._rules.eyes(login), self._rules.desk()
        before = await self._store.run(keeping.known, wish.id)
        facts = eyes.written(wish.facts, before.facts)
        meant = wish.model_copy(update={"facts": facts})
        done = await self._store.run(keeping.edit, desk, meant, self._signed(login))
        return eyes.customer(done)

    async def _note(self, login: str, new: NewNote) -> Note:
        await self._store.run(keeping.known, new.id)
        note = Note(at=self._clock(), by=login, text=new.text)
        await self._store.run(customers.add_note, new.id, note)
        return note

    async def _merge(self, login: str, wish: MergeWish) -> Customer:
        eyes, desk = self._rules.eyes(login), self._rules.desk()
        one = await self._store.run(keeping.known, wish.survivor)
        other = await self._store.run(keeping.known, wish.other)
        facts = eyes.written(wish.facts, merging.together(one.facts, other.facts))
        meant = wish.model_copy(update={"facts": facts})
        done = await self._store.run(merging.merge, desk, meant, self._signed(login))
        return eyes.customer(done)

    async def _separate(self, login: str, key: MergeKey) -> Customer:
        eyes, desk = self._rules.eyes(login), self._rules.desk()
        return eyes.customer(await self._store.run(merging.separate, desk, key.id, self._signed(login)))
