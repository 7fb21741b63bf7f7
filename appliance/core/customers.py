"""Customers: found, shown, kept, merged; and who sees numbers masked."""

from __future__ import annotations

import time
from collections.abc import Callable

from appliance.api import customers as page
from appliance.api.contract import Direction
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
from appliance.api.desk import Whom
from appliance.api.server import AnyMessage, Routes
from appliance.api.wire import Empty, Refused
from appliance.core.in_force import InForce
from appliance.core.people import People
from appliance.core.store import Store
from appliance.desk import finding, keeping, merging, showing
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
        """How this person sees numbers. While no document is known nobody is who would see them masked."""
        document = self._in_force.document
        if document is None:
            return Eyes(masked=False)
        own = frozenset(each.lstrip("+") for did in document.dids for each in (did.number, did.received_as) if each)
        try:
            role = self._people.by_login(login).role
        except Refused:  # removed since the question came
            return Eyes(masked=True, own=own)
        return Eyes(role in document.customers.masked_roles, own)

    def seen(self, login: str, answer: AnyMessage, /) -> AnyMessage:
        """Any answer as this person sees it: core's server asks this of each."""
        return self.eyes(login).seen(answer)

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
        masked, numbering = self._rules.eyes(login).masked, self._rules.desk().numbering
        found = await self._store.run(finding.find, numbering, wanted.text, wanted.limit, masked=masked)
        return found.model_copy(update={"customers": tuple(map(self._shown, found.customers))})

    async def _show(self, _login: str, key: CustomerKey) -> CustomerDetail:
        numbering = self._rules.desk().numbering
        customer = await self._store.run(keeping.known, key.id)
        keys = await self._store.run(customers.family, key.id)
        everybody = await self._store.run(customers.get, keys)
        writings = [
            writing
            for each in everybody
            for number in each.facts.numbers
            for writing in numbering.writings(number.number)
        ]
        history = await self._store.run(customers.history, keys, LINES)
        calls_of = await self._store.run(customers.calls_with, writings, LAST_CALLS)
        return CustomerDetail(
            customer=self._shown(customer),
            notes=await self._store.run(customers.notes, keys, LINES),
            calls=calls_of,
            history=tuple(showing.line(numbering, each) for each in history),
            merges=await self._store.run(customers.merges, key.id),
        )

    async def _of_number(self, login: str, key: NumberKey) -> KnownCallers:
        if self._rules.eyes(login).masked:
            raise Refused(
                Problem(text="Your role sees numbers masked, so it cannot look one up. The desk says who calls.")
            )
        return await self.known_callers(key.number)

    async def known_callers(self, number: str) -> KnownCallers:
        """Who has the number that calls or is called: for the desk's pop-up."""
        numbering = self._rules.desk().numbering
        normal = numbering.normal(number)
        if normal is None:
            return KnownCallers(callers=())
        keys = await self._store.run(customers.of_number, normal.number)
        found = []
        for customer in await self._store.run(customers.get, keys):
            writings = [w for each in customer.facts.numbers for w in numbering.writings(each.number)]
            last = await self._store.run(customers.calls_with, writings, POP_UP_CALLS, over=True)
            found.append(KnownCaller(customer=self._shown(customer), calls=last))
        return KnownCallers(callers=tuple(found))

    def _shown(self, customer: Customer) -> Customer:
        return showing.customer(self._rules.desk().numbering, customer)

    async def _add(self, login: str, new: NewCustomer) -> Customer:
        eyes, desk = self._rules.eyes(login), self._rules.desk()
        facts = eyes.written(new.facts, None)
        if new.caller_of is not None:
            number = page.CustomerNumber(number=await self._other_end(new.caller_of))
            facts = facts.model_copy(update={"numbers": (*facts.numbers, number)})
        return self._shown(await self._store.run(keeping.add, desk, facts, self._signed(login)))

    async def number_of(self, whom: Whom) -> str:
        """The number by which somebody is called. Raises BranchboxError when there is none."""
        if whom.linkedid is not None:
            return await self._other_end(whom.linkedid)
        if whom.customer is None:
            raise BranchboxError(Problem(text="Say whom to call: a customer, or the caller of a call."))
        customer = await self._store.run(keeping.known, whom.customer)
        numbers = customer.facts.numbers
        if whom.number >= len(numbers):
            raise BranchboxError(Problem(text="{name} has no such number.", args={"name": customer.facts.name}))
        return numbers[whom.number].number

    async def _other_end(self, linkedid: str) -> str:
        found = await self._store.run(calls.show, linkedid)
        if found is None:
            raise BranchboxError(Problem(text="There is no call {linkedid}.", args={"linkedid": linkedid}))
        return found.call.called if found.call.direction is Direction.OUT else found.call.caller

    async def _edit(self, login: str, wish: EditCustomer) -> Customer:
        eyes, desk = self._rules.eyes(login), self._rules.desk()
        before = await self._store.run(keeping.known, wish.id)
        facts = eyes.written(wish.facts, self._shown(before).facts)
        meant = wish.model_copy(update={"facts": facts})
        done = await self._store.run(keeping.edit, desk, meant, self._signed(login))
        return self._shown(done)

    async def _note(self, login: str, new: NewNote) -> Note:
        await self._store.run(keeping.known, new.id)
        note = Note(at=self._clock(), by=login, text=new.text)
        await self._store.run(customers.add_note, new.id, note)
        return note

    async def _merge(self, login: str, wish: MergeWish) -> Customer:
        eyes, desk = self._rules.eyes(login), self._rules.desk()
        one = await self._store.run(keeping.known, wish.survivor)
        other = await self._store.run(keeping.known, wish.other)
        both = merging.together(self._shown(one).facts, self._shown(other).facts)
        facts = eyes.written(wish.facts, both)
        meant = wish.model_copy(update={"facts": facts})
        done = await self._store.run(merging.merge, desk, meant, self._signed(login))
        return self._shown(done)

    async def _separate(self, login: str, key: MergeKey) -> Customer:
        desk = self._rules.desk()
        return self._shown(await self._store.run(merging.separate, desk, key.id, self._signed(login)))
