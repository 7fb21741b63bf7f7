"""A desk's customers at the moment of `world`: answers for the page on customers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from appliance.api import customers as page
from appliance.api.customers import (
    Consent,
    ConsentKind,
    Customer,
    CustomerDetail,
    CustomerFacts,
    CustomerNumber,
    Customers,
    DeskSetting,
    Happening,
    HistoryLine,
    Merge,
    Note,
    NumberKind,
)
from appliance.api.imports import ImportColumn, ImportField, ImportPhase, ImportState, RowFault
from appliance.api.wire import Message
from appliance.site.models import Grade, Role
from appliance.site.problems import BranchboxError, Problem
from tests.unit.tui import world as worlds
from tests.unit.tui.world import NOW, World

WORDS = {
    "en": {
        "names": ("Wang Jianguo", "Li Na", "Zhang Wei", "Chen Jie", "Zhao Min", "Sun Lei", "Wu Fang"),
        "address": "Lucheng district, Xueyuan Rd 12-3-{n}",
        "tags": ("new", "arrears"),
        "grades": ("Gold", "Silver"),
        "shop": ("Harbour Electric Ltd", "shop", "on the phone"),
        "note": "The set-top box restarts every evening at about eight. Two visits so far; wants to hear a date, and "
        "asked for the same technician as last time.",
    },
    "zh": {
        "names": ("王建国", "李娜", "张伟", "陈洁", "赵敏", "孙磊", "吴芳"),
        "address": "温州市鹿城区学院路12号3单元{n}室",
        "tags": ("新装", "欠费"),
        "grades": ("金卡", "银卡"),
        "shop": ("瓯江电器有限公司", "门店", "电话中"),
        "note": "机顶盒每晚八点左右自动重启，已上门两次，客户希望给出明确的上门日期，并要求还是上次那位师傅。",
    },
}


def customer(language: str, number: int) -> Customer:
    """One of them; the first has everything."""
    words: dict[str, Any] = WORDS[language]
    mobile = CustomerNumber(number=f"138 0577 {2046 + number:04}", kind=NumberKind.MOBILE)
    shop, note, how = words["shop"]
    full = number == 0
    home = CustomerNumber(number="0577 8888 1234", kind=NumberKind.WORK, extension="803", note=note)
    facts = CustomerFacts(
        name=words["names"][number % 7] + ("" if number < 7 else f" {number}"),
        organisation=shop if number % 3 == 0 else "",
        address=words["address"].format(n=401 + number),
        grade=("gold", None, "silver")[number % 3],
        tags=words["tags"][: number % 3],
        numbers=(mobile, home) if full else (mobile,),
        since="2019-05" if full else None,
        consents=(Consent(kind=ConsentKind.RECORDING, given=True, at=NOW - 8e6, how=how),) if full else (),
    )
    return Customer(id=number + 1, version=3, facts=facts, changed=NOW - number * 60)


def detail(language: str) -> CustomerDetail:
    """The first of them with all that was."""
    first, other = customer(language, 0), customer(language, 1)
    words: dict[str, Any] = WORDS[language]
    return CustomerDetail(
        customer=first,
        notes=(
            Note(at=NOW - 3600, by="lina", text=words["note"]),
            Note(at=NOW - 9e6, by="zhou", text=words["tags"][0]),
        ),
        calls=worlds.history(6),
        history=(
            HistoryLine(at=NOW - 4000, by="zhou", what=Happening.MERGED),
            HistoryLine(at=NOW - 9e4, by="lina", what=Happening.CHANGED, field="grade", before="silver", after="gold"),
            HistoryLine(at=NOW - 9e6, by="zhou", what=Happening.CREATED),
        ),
        merges=(Merge(id=1, other=other.id, name=other.facts.name, at=NOW - 4000, by="zhou"),),
    )


def setting(language: str) -> DeskSetting:
    """Grades and tags of the branch."""
    words: dict[str, Any] = WORDS[language]
    gold, silver = words["grades"]
    grades = (Grade(name="gold", label=gold, priority=10), Grade(name="silver", label=silver, priority=5))
    return DeskSetting(grades=grades, tags=words["tags"], masked=False)


def answers(language: str, count: int) -> dict[str, Callable[[Any], Message]]:
    """A desk with so many customers."""
    everybody = tuple(customer(language, number) for number in range(count))

    def search(wanted: page.CustomerWanted) -> Customers:
        found = [each for each in everybody if wanted.text.casefold() in each.model_dump_json().casefold()]
        return Customers(customers=tuple(found[: wanted.limit]), more=len(found) > wanted.limit)

    def kept(new: page.NewCustomer | page.EditCustomer) -> Customer:
        if any(each.number == "none" for each in new.facts.numbers):
            text = "{number} is no telephone number: write its digits, with + and country code when it is foreign."
            raise BranchboxError(Problem(text=text, where="numbers[1]", args={"number": "none"}))
        return customer(language, 0).model_copy(update={"facts": new.facts})

    return {
        page.SEARCH.name: search,
        page.SHOW.name: lambda _: detail(language),
        page.SETTING.name: lambda _: setting(language),
        page.ADD.name: kept,
        page.EDIT.name: kept,
        page.NOTE.name: lambda new: Note(at=NOW, by="lina", text=new.text),
        page.MERGE.name: lambda _: customer(language, 0),
        page.SEPARATE.name: lambda _: customer(language, 0),
    }


def desk(language: str = "en", count: int = 7) -> World:
    """A branch where a supervisor looks after so many customers."""
    made = worlds.world(language)
    made.role = Role.SUPERVISOR
    made.answers.update(answers(language, count))
    return made


def import_ready(language: str, faulty: int = 2) -> ImportState:
    """A file that was read, with two rows that do not fit."""
    people = [customer(language, number).facts for number in range(6)]
    headings = {"en": ("Name", "Phone", "Address", "Colour"), "zh": ("姓名", "手机号", "地址", "颜色")}[language]
    number = Problem(
        text="{number} is no telephone number: write its digits, with + and country code when it is foreign.",
        args={"number": "see card"},
    )
    return ImportState(
        phase=ImportPhase.READY,
        file="customers.csv",
        encoding="gb18030",
        separator=",",
        columns=tuple(
            ImportColumn(heading=heading, field=field)
            for heading, field in zip(headings, (*FILE_FIELDS, None), strict=True)
        ),
        preview=tuple((each.name, each.numbers[0].number, each.address, "-") for each in people),
        rows=200_000,
        faulty=faulty,
        faults=(
            RowFault(row=17, column=headings[1], problem=number),
            RowFault(row=4012, column=headings[0], problem=Problem(text="A customer needs a name.")),
        )[:faulty],
        known=312,
    )


FILE_FIELDS = (ImportField.NAME, ImportField.NUMBER, ImportField.ADDRESS)
