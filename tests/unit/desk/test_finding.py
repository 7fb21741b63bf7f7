"""Customers are found by what callers say and agents type."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peewee import SqliteDatabase

from appliance.api.customers import CustomerFacts, CustomerNumber, EditCustomer
from appliance.desk import keeping
from appliance.desk.finding import find
from appliance.desk.keeping import Desk
from appliance.desk.numbers import Numbering
from appliance.store.customers import Signature
from appliance.store.database import open_site_db

LI = Signature("li", 100.0)


def facts(name: str, *numbers: str, address: str = "", tags: tuple[str, ...] = ()) -> CustomerFacts:
    return CustomerFacts(
        name=name, address=address, tags=tags, numbers=tuple(CustomerNumber(number=each) for each in numbers)
    )


@pytest.fixture
def branch(database: SqliteDatabase, desk: Desk) -> SqliteDatabase:
    for each in (
        facts("王建国", "13805772046", "0577-88881234", address="温州市鹿城区学院路12号3-401", tags=("arrears",)),
        facts("王芳", "13900002046", address="鹿城区府前街8号"),
        facts("李建国", "0577-88881234", address="龙湾区学院东路112号"),
        facts("单学院", "15012345678"),
        facts("John Smith", "+49 30 901820", address="Wenzhou, 5 Harbour Street"),
        facts("学院书店", "96296"),
    ):
        keeping.add(database, desk, each, LI)
    return database


def names(database: SqliteDatabase, text: str, *, masked: bool = False) -> list[str]:
    found = find(database, Numbering("CN", "0577", "9"), text, 50, masked=masked)
    return [customer.facts.name for customer in found.customers]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("王建国", ["王建国"]),
        ("王建", ["王建国"]),
        ("建国", ["王建国", "李建国"]),
        ("国", ["王建国", "李建国"]),
        ("wangjianguo", ["王建国"]),
        ("wang jian", ["王建国"]),
        ("WJG", ["王建国"]),
        ("jianguo", ["王建国", "李建国"]),
        ("shanxueyuan", ["单学院"]),
        ("dxy", ["单学院"]),
        ("smith", ["John Smith"]),
        ("john s", ["John Smith"]),
        ("harb", ["John Smith"]),
        ("13805772046", ["王建国"]),
        ("+86 138 0577 2046", ["王建国"]),
        ("0577-88881234", ["王建国", "李建国"]),
        ("88881234", ["王建国", "李建国"]),
        ("057788", ["王建国", "李建国"]),
        ("2046", ["王芳", "王建国"]),
        ("5772", ["王建国"]),
        ("0138057", ["王建国"]),
        ("96296", ["学院书店"]),
        ("4930", ["John Smith"]),
        ("arrears", ["王建国"]),
        ("学院路12", ["王建国"]),
        ("府前街", ["王芳"]),
        ("3-401", ["王建国"]),
        ("王 2046 学院路", ["王建国"]),
        ("wang 府前", ["王芳"]),
        ("wang 2046", ["王建国", "王芳"]),
        ("nobody", []),
        ("99999", []),
        ('"', []),
        ("* OR name", []),
    ],
)
def test_a_customer_is_found(branch: SqliteDatabase, typed: str, found: list[str]) -> None:
    assert sorted(names(branch, typed)) == sorted(found)


def test_a_name_that_begins_so_stands_before_other_places_that_have_it(branch: SqliteDatabase) -> None:
    assert names(branch, "学院")[0] == "学院书店"
    assert set(names(branch, "学院")) == {"学院书店", "单学院", "王建国", "李建国"}


def test_the_number_itself_stands_before_numbers_that_contain_it(branch: SqliteDatabase, desk: Desk) -> None:
    keeping.add(branch, desk, facts("长号", "0577-88896296"), LI)
    assert names(branch, "96296") == ["学院书店", "长号"]


def test_nothing_typed_shows_who_was_changed_last(branch: SqliteDatabase, desk: Desk) -> None:
    keeping.add(branch, desk, facts("新人"), Signature("li", 200.0))
    assert names(branch, " ")[0] == "新人"


def test_no_more_are_given_than_asked_for_and_more_is_said(branch: SqliteDatabase) -> None:
    found = find(branch, Numbering("CN", "0577", "9"), "", 2)
    assert (len(found.customers), found.more) == (2, True)


@pytest.mark.parametrize("typed", ["2046", "13805772046", "5772046", "0577 2046"])
def test_a_masked_person_finds_by_the_last_four_digits_and_they_alone_count(branch: SqliteDatabase, typed: str) -> None:
    assert set(names(branch, typed, masked=True)) == {"王建国", "王芳"}


@pytest.mark.parametrize("typed", ["138", "5772", "王 5772", "204", "wang 1380577", "0577"])
def test_a_masked_person_learns_no_other_digit_by_guessing(branch: SqliteDatabase, typed: str) -> None:
    assert names(branch, typed, masked=True) == []


def test_an_edit_changes_what_a_customer_is_found_by(branch: SqliteDatabase, desk: Desk) -> None:
    customer = find(branch, desk.numbering, "王芳", 1).customers[0]
    edited = EditCustomer(id=customer.id, version=customer.version, facts=facts("汪芳", "13700001111"))
    keeping.edit(branch, desk, edited, LI)
    assert names(branch, "王芳") == []
    assert names(branch, "13900002046") == []
    assert names(branch, "1111") == ["汪芳"]


letters = st.text("王李建国学院路", min_size=1, max_size=6)
digits = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(letters, digits), min_size=1, max_size=8, unique_by=lambda each: each[1]), st.data())
def test_every_piece_of_a_name_and_of_a_number_finds_just_those_that_have_it(
    people: list[tuple[str, str]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = open_site_db(Path(folder) / "site.db")
        desk = Desk(Numbering("CN", "0577", ""))
        for name, number in people:
            keeping.add(database, desk, facts(name, number), LI)
        name, number = data.draw(st.sampled_from(people))
        for whole, wanted in ((name, 0), (number, 1)):
            first = data.draw(st.integers(0, len(whole) - 1))
            piece = whole[first : data.draw(st.integers(first + 1, len(whole)))]
            spoken = re.sub("^0(?!0)(?=.)", "", piece)  # a trunk prefix; two zeros are none
            found = {(customer.facts.name) for customer in find(database, desk.numbering, piece, 50).customers}
            having = {each[0] for each in people if piece in each[wanted] or (wanted and spoken in each[wanted])}
            assert having <= found
            assert found == having or wanted
        database.close()
