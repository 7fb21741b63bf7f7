"""Which column holds what, by its heading in both languages; and a row as a customer, or what is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from appliance.api.customers import CustomerFacts, CustomerNumber
from appliance.api.imports import ImportField, RowFault
from appliance.desk.keeping import Desk, canonical
from appliance.desk.sheets import CELL
from appliance.site import faults
from appliance.site.problems import BranchboxError, Problem

_HEADINGS = {
    ImportField.NAME: "name customer 姓名 客户姓名 客户名称 名称 客户 用户名 用户姓名 联系人",
    ImportField.NUMBER: "number phone mobile telephone tel 电话 手机 手机号 手机号码 联系电话 固话 固定电话 号码 "
    "电话号码 座机",
    ImportField.ORGANISATION: "organisation organization company 单位 公司 单位名称 公司名称",
    ImportField.ADDRESS: "address 地址 联系地址 住址 装机地址 家庭地址",
    ImportField.GRADE: "grade level 等级 客户等级 级别 客户级别",
    ImportField.TAGS: "tags tag 标签",
    ImportField.SINCE: "since 入网时间 开户时间 开户日期 入网日期",
    ImportField.NOTE: "note notes remark remarks comment 备注 说明",
}
_BY_HEADING = {heading: field for field, headings in _HEADINGS.items() for heading in headings.split()}
_BETWEEN = re.compile(r"[,;/、，；]+")


@dataclass(frozen=True)
class Read:
    """A row as a customer with a note, or what is wrong in it."""

    facts: CustomerFacts | None
    note: str
    faults: tuple[RowFault, ...]


def guessed(headings: Sequence[str]) -> tuple[ImportField | None, ...]:
    """What columns of these headings hold; `电话2` and `Phone 2` are numbers too."""
    found: list[ImportField | None] = []
    for heading in headings:
        plain = re.sub(r"[\s_:：*()（）0-9]+", "", heading).casefold()
        field = _BY_HEADING.get(plain)
        again = field in found and field is not ImportField.NUMBER
        found.append(None if again else field)
    return tuple(found)


def read(
    row: int, cells: Sequence[str], headings: Sequence[str], fields: Sequence[ImportField | None], desk: Desk
) -> Read:
    """A row of a file. A grade may be written by its name; several numbers or tags in a cell have commas between."""
    texts: dict[ImportField, str] = {}
    numbers: list[CustomerNumber] = []
    wrong: list[RowFault] = []
    column_of: dict[str, str] = {}
    for heading, cell, field in zip(headings, cells, fields, strict=False):
        if field is not None:
            column_of.setdefault(field.value, heading)
        if field is None or not cell:
            continue
        if len(cell) > CELL:
            text = "This cell holds more than {count} characters: shorten it."
            wrong.append(RowFault(row=row, column=heading, problem=Problem(text=text, args={"count": str(CELL)})))
        elif field is ImportField.NUMBER:
            for each in _BETWEEN.split(cell) if desk.numbering.normal(cell) is None else [cell]:
                numbers.append(CustomerNumber(number=each.strip()[:40]))
                column_of[f"numbers[{len(numbers)}]"] = heading
        else:
            texts[field] = cell
    if wrong:
        return Read(None, "", tuple(wrong))
    data = {
        "name": texts.get(ImportField.NAME, ""),
        "organisation": texts.get(ImportField.ORGANISATION, ""),
        "address": texts.get(ImportField.ADDRESS, ""),
        "grade": texts.get(ImportField.GRADE),
        "tags": tuple(part for each in _BETWEEN.split(texts.get(ImportField.TAGS, "")) if (part := each.strip())),
        "since": texts.get(ImportField.SINCE, "").replace("/", "-").replace(".", "-") or None,
        "numbers": numbers,
    }
    try:
        facts = canonical(CustomerFacts.model_validate(data), desk)
    except ValidationError as error:
        problems = tuple(faults.problems(error, data, {}))
    except BranchboxError as error:
        problems = error.problems
    else:
        return Read(facts, texts.get(ImportField.NOTE, ""), ())
    places = [re.split(r"[.:]", problem.where)[0] for problem in problems]
    said = zip(places, problems, strict=True)
    return Read(None, "", tuple(RowFault(row=row, column=column_of.get(at, at), problem=each) for at, each in said))
