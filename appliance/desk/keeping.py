"""Writing customers down: numbers made canonical, the history told, the index kept, all in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from peewee import SqliteDatabase

from appliance.api.customers import Customer, CustomerFacts, CustomerNumber, EditCustomer, Happening, NumberKind
from appliance.desk.numbers import Numbering
from appliance.desk.pieces import pieces
from appliance.site.problems import BranchboxError, Problem
from appliance.store import customer_search, customers
from appliance.store.customers import Change, Signature

SEPARATOR = ", "
"""Between the values of a field that has several, in the history."""


@dataclass(frozen=True)
class Desk:
    """What the site document says of customers."""

    numbering: Numbering
    grades: Collection[str] = ()
    tags: Collection[str] = ()


def canonical(facts: CustomerFacts, desk: Desk, before: CustomerFacts | None = None) -> CustomerFacts:
    """Facts as they are stored: every number canonical and there once, grade and tags those of the document or those
    that the customer had `before`. Raises BranchboxError with a problem for each that does not fit."""
    problems: list[Problem] = []
    numbers: dict[str, CustomerNumber] = {}
    for place, each in enumerate(facts.numbers, 1):
        normal = desk.numbering.normal(each.number)
        if normal is None:
            text = "{number} is no telephone number: write its digits, with + and country code when it is foreign."
            problems.append(Problem(text=text, where=f"numbers[{place}]", args={"number": each.number}))
            continue
        known = desk.numbering.kind(normal.number)
        kind = known if each.kind is NumberKind.OTHER else each.kind
        extension = each.extension or normal.extension
        numbers.setdefault(
            normal.number, each.model_copy(update={"number": normal.number, "extension": extension, "kind": kind})
        )
    had_tags = before.tags if before else ()
    for tag in facts.tags:
        if tag not in desk.tags and tag not in had_tags:
            problems.append(
                Problem(
                    text="There is no tag {tag}. A technician can add it under customers in the setup.",
                    where="tags",
                    args={"tag": tag},
                )
            )
    if facts.grade is not None and facts.grade not in desk.grades and facts.grade != (before and before.grade):
        problems.append(
            Problem(
                text="There is no grade {grade}. A technician can add it under customer grades in the setup.",
                where="grade",
                args={"grade": facts.grade},
            )
        )
    name = " ".join(facts.name.split())
    if not name:
        problems.append(Problem(text="A customer needs a name.", where="name"))
    if problems:
        raise BranchboxError(*problems)
    return facts.model_copy(
        update={"name": name, "numbers": tuple(numbers.values()), "tags": tuple(sorted(set(facts.tags)))}
    )


def changes(before: CustomerFacts, after: CustomerFacts) -> tuple[Change, ...]:
    """The fields that differ, in words that the history keeps; empty when nothing does."""
    said = zip(_said(before), _said(after), strict=True)
    return tuple(Change(field, old, new) for (field, old), (_field, new) in said if old != new)


def _said(facts: CustomerFacts) -> Iterator[tuple[str, str]]:
    yield "name", facts.name
    yield "organisation", facts.organisation
    yield "address", facts.address
    yield "grade", facts.grade or ""
    yield "tags", SEPARATOR.join(sorted(facts.tags))
    yield "numbers", SEPARATOR.join(map(_number, facts.numbers))
    yield "since", facts.since or ""
    yield (
        "consents",
        SEPARATOR.join(
            f"{each.kind} {'yes' if each.given else 'no'} {each.at:.0f} {each.how}".rstrip()
            for each in sorted(facts.consents, key=lambda each: each.kind)
        ),
    )


def _number(each: CustomerNumber) -> str:
    dial = f"{each.number};ext={each.extension}" if each.extension else each.number
    return f"{dial} {each.kind} {each.note}".rstrip()


def add(database: SqliteDatabase, desk: Desk, facts: CustomerFacts, signed: Signature) -> Customer:
    """Make a new customer. Raises BranchboxError when something does not fit."""
    stored = canonical(facts, desk)
    with database.atomic():
        key = customers.put(database, None, stored, signed.at)
        customers.tell(database, key, signed, Happening.CREATED)
        index(database, desk, key, stored)
    return known(database, key)


def edit(database: SqliteDatabase, desk: Desk, wish: EditCustomer, signed: Signature) -> Customer:
    """Change a customer. Raises BranchboxError when something does not fit or somebody was faster."""
    with database.atomic():
        before = known(database, wish.id)
        in_time(before, wish.version)
        stored = canonical(wish.facts, desk, before.facts)
        if changed := changes(before.facts, stored):
            customers.put(database, wish.id, stored, signed.at)
            customers.tell(database, wish.id, signed, Happening.CHANGED, changed)
            index(database, desk, wish.id, stored)
    return known(database, wish.id)


def known(database: SqliteDatabase, key: int) -> Customer:
    """A customer. Raises BranchboxError when there is none."""
    found = customers.one(database, key)
    if found is None:
        raise BranchboxError(Problem(text="There is no customer {id}.", args={"id": str(key)}))
    return found


def in_time(customer: Customer, version: int) -> None:
    """Raise BranchboxError when the customer is no longer what somebody looked at."""
    if customer.merged_into is not None:
        text = "{name} was made part of another customer meanwhile. Search again."
        raise BranchboxError(Problem(text=text, args={"name": customer.facts.name}))
    if customer.version != version:
        text = "Somebody else changed {name} meanwhile. Open the customer again, then make your change."
        raise BranchboxError(Problem(text=text, args={"name": customer.facts.name}))


def index(database: SqliteDatabase, desk: Desk, key: int, facts: CustomerFacts) -> None:
    """Make a customer found by what it says now."""
    cut = pieces(facts, desk.numbering)
    customer_search.put(database, [(key, cut.start, cut.name, cut.rest, cut.numbers)])


def index_waiting(database: SqliteDatabase, desk: Desk, limit: int = 500) -> int:
    """Take some imported customers into the index; gives how many still wait. One short transaction."""
    with database.atomic():
        keys = customer_search.unindexed(database, limit)
        rows = []
        for customer in customers.get(database, keys):
            cut = pieces(customer.facts, desk.numbering)
            rows.append((customer.id, cut.start, cut.name, cut.rest, cut.numbers))
        customer_search.put(database, rows)
    return customer_search.waiting(database)
