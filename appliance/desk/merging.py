"""Two customers made one, and the way back."""

from __future__ import annotations

from peewee import SqliteDatabase

from appliance.api.customers import Customer, CustomerFacts, Happening, Merge, MergeWish
from appliance.desk.keeping import Desk, canonical, changes, in_time, index, known
from appliance.site.problems import BranchboxError, Problem
from appliance.store import customer_search, customers
from appliance.store.customers import Signature

_LISTS = ("numbers", "tags", "consents")


def together(one: CustomerFacts, other: CustomerFacts) -> CustomerFacts:
    """What both say, for a form to begin with: the first's word where both have one, the numbers and tags of both."""
    have = {each.number for each in one.numbers}
    agreed = {each.kind for each in one.consents}
    return one.model_copy(
        update={
            "organisation": one.organisation or other.organisation,
            "address": one.address or other.address,
            "grade": one.grade or other.grade,
            "since": min(filter(None, (one.since, other.since)), default=None),
            "numbers": (*one.numbers, *(each for each in other.numbers if each.number not in have)),
            "tags": tuple(sorted({*one.tags, *other.tags})),
            "consents": (*one.consents, *(each for each in other.consents if each.kind not in agreed)),
        }
    )


def without(now: CustomerFacts, before: CustomerFacts, after: CustomerFacts) -> CustomerFacts:
    """What a survivor says once a merge is undone: what the merge changed from `before` to `after` is changed back,
    what people changed since stays."""
    kept = {}
    for name in CustomerFacts.model_fields:
        was, became, is_now = (getattr(facts, name) for facts in (before, after, now))
        if is_now == became:
            kept[name] = was
        elif name in _LISTS:
            kept[name] = tuple(each for each in is_now if each not in became or each in was)
        else:
            kept[name] = is_now
    return CustomerFacts(**kept)


def merge(database: SqliteDatabase, desk: Desk, wish: MergeWish, signed: Signature) -> Customer:
    """Make one customer part of another one. Raises BranchboxError when one of them changed."""
    if wish.survivor == wish.other:
        raise BranchboxError(Problem(text="A customer cannot be merged with itself. Choose two."))
    with database.atomic():
        one, two = known(database, wish.survivor), known(database, wish.other)
        in_time(one, wish.survivor_version)
        in_time(two, wish.other_version)
        stored = canonical(wish.facts, desk, together(one.facts, two.facts))
        customers.put(database, one.id, stored, signed.at)
        customers.merged(database, two.id, one.id)
        row = Merge(id=0, other=two.id, name=two.facts.name, at=signed.at, by=signed.by)
        customers.put_merge(database, row, one.id, one.facts.model_dump_json(), stored.model_dump_json())
        customers.tell(database, one.id, signed, Happening.MERGED, changes(one.facts, stored))
        customers.tell(database, two.id, signed, Happening.MERGED)
        customer_search.remove(database, two.id)
        index(database, desk, one.id, stored)
    return known(database, one.id)


def separate(database: SqliteDatabase, desk: Desk, merge_id: int, signed: Signature) -> Customer:
    """Undo a merge; gives the survivor. Raises BranchboxError when it is not there to be undone."""
    with database.atomic():
        stored = customers.merge(database, merge_id)
        survivor = customers.one(database, stored.survivor) if stored else None
        if stored is None or survivor is None or survivor.merged_into is not None:
            text = "This merge cannot be undone: it was already, or the customer is part of another one now."
            raise BranchboxError(Problem(text=text))
        before, after = (CustomerFacts.model_validate_json(text) for text in (stored.before, stored.after))
        facts = without(survivor.facts, before, after)
        customers.put(database, survivor.id, facts, signed.at)
        customers.merged(database, stored.other, None)
        customers.undo_merge(database, merge_id, signed.at)
        customers.tell(database, survivor.id, signed, Happening.SEPARATED, changes(survivor.facts, facts))
        customers.tell(database, stored.other, signed, Happening.SEPARATED)
        index(database, desk, survivor.id, facts)
        index(database, desk, stored.other, known(database, stored.other).facts)
    return known(database, survivor.id)
