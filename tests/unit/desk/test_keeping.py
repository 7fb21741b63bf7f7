"""Customers are written down whole, with what stood there before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import SqliteDatabase

from appliance.api.customers import (
    Consent,
    ConsentKind,
    CustomerFacts,
    CustomerNumber,
    EditCustomer,
    Happening,
    MergeWish,
    NumberKind,
)
from appliance.desk import finding, keeping, merging
from appliance.desk.keeping import Desk
from appliance.site.problems import BranchboxError
from appliance.store import customers
from appliance.store.customers import Signature

LI, MIN = Signature("li", 100.0), Signature("min", 200.0)
WANG = CustomerFacts(
    name="Wang  Jianguo",
    organisation="Harbour Ltd",
    address="Xueyuan Rd 12",
    grade="gold",
    tags=("new", "arrears"),
    numbers=(CustomerNumber(number="138 0577 2046"), CustomerNumber(number="8888 1234 转 803", note="office")),
    since="2019",
    consents=(Consent(kind=ConsentKind.RECORDING, given=True, at=50.0, how="on the phone"),),
)
MOBILE = "+8613805772046 mobile"
FANG = CustomerFacts(name="Wang Fang", numbers=(CustomerNumber(number="13900002046"),), tags=("new",))


def test_what_was_written_comes_back_with_its_numbers_canonical(database: SqliteDatabase, desk: Desk) -> None:
    made = keeping.add(database, desk, WANG, LI)
    assert made.facts.name == "Wang Jianguo"
    assert made.facts.tags == ("arrears", "new")
    assert [(each.number, each.kind, each.extension, each.note) for each in made.facts.numbers] == [
        ("+8613805772046", NumberKind.MOBILE, "", ""),
        ("+8657788881234", NumberKind.HOME, "803", "office"),
    ]
    assert made.facts.consents == WANG.consents
    assert (made.version, made.changed) == (1, 100.0)


def test_every_field_that_does_not_fit_is_named(database: SqliteDatabase, desk: Desk) -> None:
    wrong = WANG.model_copy(update={"grade": "iron", "tags": ("odd",), "numbers": (CustomerNumber(number="none"),)})
    with pytest.raises(BranchboxError) as refused:
        keeping.add(database, desk, wrong, LI)
    assert [problem.where for problem in refused.value.problems] == ["numbers[1]", "tags", "grade"]
    assert customers.latest(database, 10) == []


def test_a_tag_that_the_document_lost_may_stay_where_it_was(database: SqliteDatabase, desk: Desk) -> None:
    made = keeping.add(database, desk, WANG, LI)
    bare = Desk(desk.numbering)
    facts = made.facts.model_copy(update={"address": "elsewhere"})
    edited = keeping.edit(database, bare, EditCustomer(id=made.id, version=1, facts=facts), MIN)
    assert (edited.facts.tags, edited.facts.grade) == (("arrears", "new"), "gold")


def test_the_history_says_who_changed_what_and_what_was_there(database: SqliteDatabase, desk: Desk) -> None:
    made = keeping.add(database, desk, WANG, LI)
    facts = made.facts.model_copy(update={"grade": None, "numbers": made.facts.numbers[:1]})
    keeping.edit(database, desk, EditCustomer(id=made.id, version=1, facts=facts), MIN)
    said = [
        (line.by, line.what, line.field, line.before, line.after) for line in customers.history(database, [made.id], 9)
    ]
    assert said == [
        ("min", Happening.CHANGED, "numbers", f"{MOBILE}, +8657788881234;ext=803 home office", MOBILE),
        ("min", Happening.CHANGED, "grade", "gold", ""),
        ("li", Happening.CREATED, "", "", ""),
    ]  # fmt: skip


def test_an_edit_that_changes_nothing_leaves_no_trace(database: SqliteDatabase, desk: Desk) -> None:
    made = keeping.add(database, desk, WANG, LI)
    same = keeping.edit(database, desk, EditCustomer(id=made.id, version=1, facts=WANG), MIN)
    assert same == made
    assert len(customers.history(database, [made.id], 9)) == 1


def test_of_two_people_who_edit_the_second_is_told(database: SqliteDatabase, desk: Desk) -> None:
    made = keeping.add(database, desk, WANG, LI)
    one = EditCustomer(id=made.id, version=1, facts=WANG.model_copy(update={"grade": "silver"}))
    keeping.edit(database, desk, one, LI)
    with pytest.raises(BranchboxError, match="Somebody else changed Wang Jianguo meanwhile"):
        keeping.edit(database, desk, one, MIN)


def test_a_number_belongs_to_everybody_who_has_it(database: SqliteDatabase, desk: Desk) -> None:
    family = CustomerNumber(number="88881234")
    for name in ("Wang Jianguo", "Li Na"):
        keeping.add(database, desk, CustomerFacts(name=name, numbers=(family,)), LI)
    assert len(customers.of_number(database, "+8657788881234")) == 2


def test_priorities_are_those_of_the_highest_grade_that_has_the_number(database: SqliteDatabase, desk: Desk) -> None:
    shared = CustomerNumber(number="88881234")
    for name, grade in (("A", "gold"), ("B", "silver"), ("C", None)):
        own = CustomerNumber(number=f"1380000000{ord(name) % 10}")
        keeping.add(database, desk, CustomerFacts(name=name, grade=grade, numbers=(shared, own)), LI)
    assert customers.priorities(database, {"gold": 10, "silver": 5, "plain": 0}) == {
        "+8657788881234": 10,
        "+8613800000005": 10,
        "+8613800000006": 5,
    }


# --- merging -------------------------------------------------------------------------------


def merged(database: SqliteDatabase, desk: Desk) -> tuple[int, int, int]:
    one, two = keeping.add(database, desk, WANG, LI), keeping.add(database, desk, FANG, LI)
    facts = merging.together(one.facts, two.facts)
    wish = MergeWish(survivor=one.id, survivor_version=1, other=two.id, other_version=1, facts=facts)
    merging.merge(database, desk, wish, MIN)
    return one.id, two.id, customers.merges(database, one.id)[0].id


def test_the_survivor_has_the_numbers_of_both_and_the_other_is_found_no_more(
    database: SqliteDatabase, desk: Desk
) -> None:
    one, two, _ = merged(database, desk)
    assert [c.id for c in finding.find(database, desk.numbering, "13900002046", 9).customers] == [one]
    assert finding.find(database, desk.numbering, "Wang Fang", 9).customers == ()
    assert keeping.known(database, two).merged_into == one
    assert customers.family(database, one) == [one, two]


def test_a_merge_undone_leaves_both_as_they_were(database: SqliteDatabase, desk: Desk) -> None:
    one, two, merge = merged(database, desk)
    merging.separate(database, desk, merge, MIN)
    assert keeping.known(database, one).facts == keeping.canonical(WANG, desk)
    assert keeping.known(database, two).facts == keeping.canonical(FANG, desk)
    assert [c.id for c in finding.find(database, desk.numbering, "Wang Fang", 9).customers] == [two]
    with pytest.raises(BranchboxError, match="cannot be undone"):
        merging.separate(database, desk, merge, MIN)


def test_what_was_changed_since_the_merge_stays_when_it_is_undone(database: SqliteDatabase, desk: Desk) -> None:
    one, _two, merge = merged(database, desk)
    survivor = keeping.known(database, one)
    new = CustomerNumber(number="13700001111")
    facts = survivor.facts.model_copy(update={"address": "moved", "numbers": (*survivor.facts.numbers, new)})
    keeping.edit(database, desk, EditCustomer(id=one, version=survivor.version, facts=facts), LI)
    merging.separate(database, desk, merge, MIN)
    left = keeping.known(database, one).facts
    assert left.address == "moved"
    assert [each.number for each in left.numbers] == ["+8613805772046", "+8657788881234", "+8613700001111"]


def test_a_customer_cannot_be_merged_with_itself_nor_one_that_changed(database: SqliteDatabase, desk: Desk) -> None:
    one, two = keeping.add(database, desk, WANG, LI), keeping.add(database, desk, FANG, LI)
    for other, version in ((one.id, 1), (two.id, 7)):
        with pytest.raises(BranchboxError):
            merging.merge(
                database,
                desk,
                MergeWish(survivor=one.id, survivor_version=1, other=other, other_version=version, facts=WANG),
                MIN,
            )
    assert customers.merges(database, one.id) == ()


texts = st.text("ab", max_size=2)
tags = st.lists(st.sampled_from("xyz"), max_size=3, unique=True).map(sorted).map(tuple)
drawn = st.builds(
    CustomerFacts, name=st.text("ab", min_size=1, max_size=2), address=texts, tags=tags, grade=st.none() | texts
)


@given(drawn, drawn)
def test_undoing_at_once_gives_what_was_before(before: CustomerFacts, after: CustomerFacts) -> None:
    assert merging.without(after, before, after) == before


@given(drawn, drawn)
def test_together_loses_no_word_of_the_first(one: CustomerFacts, other: CustomerFacts) -> None:
    both = merging.together(one, other)
    assert set(both.tags) == {*one.tags, *other.tags}
    assert all(getattr(both, name) == getattr(one, name) for name in ("name",) if getattr(one, name))
    assert both.address == (one.address or other.address)
