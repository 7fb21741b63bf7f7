"""Numbers as those see them who may not see them whole: in every answer that the contract knows."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from enum import Enum
from typing import Any

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from appliance.api.customers import CustomerFacts, CustomerNumber
from appliance.api.pages import PAGES
from appliance.api.wire import VERBATIM, Problems, contract_of
from appliance.desk.showing import Eyes
from appliance.site.problems import BranchboxError

ANSWERS: dict[str, type[BaseModel]] = {
    **{name: called.gives for name, called in contract_of(*PAGES).items()},
    "what stands against it": Problems,
}
OUT_AS_THEY_ARE = {
    "Applied.problems",
    "Audit.head",
    "BackupState.file",
    "CallPage.cursor",
    "Candidate.changes",
    "Candidate.problems",
    "Candidate.toml",
    "Document.toml",
    "Found.name",
    "KeyMade.recovery",
    "LeftMessage.id",
    "Operation.hash",
    "PhoneLogin.password",
    "Piece.data",
    "Plan.changes",
    "Plan.files",
    "Plan.problems",
    "RecordingDetail.opus_sha256",
    "RecordingDetail.sha256",
    "RecordingInfo.name",
    "RecordingInfo.sha256",
    "RecordingPage.cursor",
    "RecoveryShown.password",
    "SetupState.toml",
    "Stick.name",
    "StickFile.name",
    "StickKey.file",
    "StickKey.key",
    "StickKey.stick",
    "Ticket.file",
    "Ticket.ticket",
}
"""Keys, documents and bytes, none of which has a customer's number in it. Whoever adds one says so here."""

MASKED = Eyes(masked=True, own=frozenset({"88120003", "96296"}))
MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
LANDLINE = st.from_regex(r"0577[2-8][0-9]{7}", fullmatch=True)
ABROAD = st.from_regex(r"\+49[1-9][0-9]{7,10}", fullmatch=True)
NUMBER = MOBILE | LANDLINE | ABROAD


@st.composite
def writings(draw: st.DrawFn) -> str:
    """A number as a line, a person or a telephone book writes it."""
    number = draw(NUMBER)
    way = draw(st.sampled_from((None, *(vars(phonenumbers.PhoneNumberFormat)[name] for name in FORMATS))))
    return number if way is None else phonenumbers.format_number(phonenumbers.parse(number, "CN"), way)


FORMATS = ("E164", "INTERNATIONAL", "NATIONAL", "RFC3966")
AROUND = st.sampled_from(("", " ", "tel ", "请回电", ": ", "(", "sip:", "/", "=", "8003 -> "))
BEHIND = st.sampled_from(("", " ", "。", ".", ", ext 803", "谢谢", ")", "@carrier", " 王", "-wang", "; 0:42"))
SENTENCES = st.tuples(AROUND, writings(), BEHIND)


def filled(shape: Any, text: str) -> Any:
    """A value of this shape with `text` wherever it has free words."""
    if typing.get_origin(shape) is typing.Annotated:
        return filled(typing.get_args(shape)[0], text)
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        fields = {name: filled(field.annotation, text) for name, field in shape.model_fields.items()}
        return shape.model_construct(**fields)
    if isinstance(shape, type) and issubclass(shape, Enum):
        return next(iter(shape))
    parts = typing.get_args(shape)
    match typing.get_origin(shape):
        case typing.Union | types.UnionType:
            return filled(parts[0], text)
        case origin if origin in (tuple, list):
            return tuple(filled(part, text) for part in parts if part is not Ellipsis)
        case origin if origin is dict:
            return {"key": filled(parts[1], text)}
    return text if shape is str else 0


def words(value: Any) -> Iterator[str]:
    """All texts of an answer but those that go out as they are."""
    match value:
        case BaseModel():
            for name, field in type(value).model_fields.items():
                if VERBATIM not in field.metadata:
                    yield from words(getattr(value, name))
        case tuple() | list():
            for each in value:
                yield from words(each)
        case dict():
            yield from words(list(value.values()))
        case str() if not isinstance(value, Enum):
            yield value


def models(shape: Any) -> Iterator[type[BaseModel]]:
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        yield shape
        for field in shape.model_fields.values():
            yield from models(field.annotation)
    for part in typing.get_args(shape):
        yield from models(part)


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


@pytest.mark.parametrize("name", sorted(ANSWERS))
@settings(max_examples=12)  # for each of two hundred answers
@given(sentence=SENTENCES)
def test_no_answer_of_the_contract_holds_a_whole_number_for_who_sees_them_masked(
    name: str, sentence: tuple[str, str, str]
) -> None:
    number = digits(sentence[1])
    answer = filled(ANSWERS[name], "".join(sentence))
    before, after = list(words(answer)), list(words(MASKED.seen(answer)))
    assert all(number in digits(text) for text in before)
    assert not [text for text in after if number in digits(text)]
    assert all(text.endswith(sentence[2]) for text in after)
    assert list(words(Eyes(masked=False).seen(answer))) == before


def test_what_goes_out_as_it_is_stands_in_a_list() -> None:
    marked = {
        f"{model.__name__}.{field}"
        for answer in ANSWERS.values()
        for model in models(answer)
        for field, at in model.model_fields.items()
        if VERBATIM in at.metadata
    }
    assert marked == OUT_AS_THEY_ARE


@given(st.lists(NUMBER, min_size=1, max_size=3), st.sampled_from((" ", ", ", "/", "-", "、", "")))
@example(["13805772046", "13905771188"], " ")
def test_of_several_numbers_side_by_side_none_stays_whole(numbers: list[str], between: str) -> None:
    seen = digits(MASKED.text(between.join(numbers)))
    assert not [number for number in numbers if digits(number) in seen]


@pytest.mark.parametrize(
    "text",
    [
        "WZN-1763900000.12",
        "1763900000.12",
        "2026-11-21 14:32",
        "2019-05-18",
        "PJSIP/8001-00000012",
        "PJSIP/carrier-000000a2",
        "192.168.100.1",
        "8003",
        "96296",
        "8812 0003",
        "+88120003",
        "since: 1763900000.25",
        "",
    ],
)
def test_what_is_no_customers_number_stays(text: str) -> None:
    assert MASKED.text(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("13805772046", "138****2046"),
        ("+86 138 0577 2046", "86138****2046"),
        ("(0577) 8888-1234", "(0577****1234"),
        ("请回电13805772046谢谢", "请回电138****2046谢谢"),
        ("Local/13805772046@callback-00000012;1", "Local/138****2046@callback-00000012;1"),
        ("8881234", "***1234"),
        ("１３８０５７７２０４６", "138****2046"),
    ],
)
def test_a_number_is_masked_however_it_is_written(text: str, seen: str) -> None:
    assert MASKED.text(text).translate(WIDE) == seen


WIDE = {0xFF10 + digit: str(digit) for digit in range(10)}

WANG = CustomerFacts(
    name="Wang 13805772046",
    address="behind 0577 8888 1234",
    numbers=(
        CustomerNumber(number="138 0577 2046", note="or 13905771188"),
        CustomerNumber(number="0577 8888 1234"),
    ),
)


def test_what_was_seen_masked_and_sent_back_is_what_it_was() -> None:
    assert MASKED.written(MASKED.seen(WANG), WANG) == WANG
    without = WANG.model_copy(update={"numbers": WANG.numbers[1:]})
    assert MASKED.written(MASKED.seen(without), WANG) == without


def test_a_masked_number_that_stands_for_none_is_refused() -> None:
    strange = WANG.model_copy(update={"numbers": (CustomerNumber(number="139****2046"),)})
    with pytest.raises(BranchboxError, match="stands for no number of this customer"):
        MASKED.written(strange, WANG)


@pytest.mark.parametrize("piece", ["13805", "1380577", "+8613805772046", "20466", "88 12"])
def test_a_piece_by_which_a_number_could_be_put_together_is_not_searched_for(piece: str) -> None:
    with pytest.raises(BranchboxError, match="the last four digits"):
        MASKED.may_seek(piece)
    Eyes(masked=False).may_seek(piece)


@pytest.mark.parametrize("piece", [None, "2046", "46", "8003"])
def test_the_end_of_a_number_may_be_searched_for(piece: str | None) -> None:
    MASKED.may_seek(piece)
