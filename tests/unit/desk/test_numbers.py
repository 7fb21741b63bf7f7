"""One way to write each number, whoever wrote it."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from appliance.api.customers import NumberKind
from appliance.desk.numbers import Numbering, masked

HERE = Numbering("CN", "0577", "9")
MOBILE = st.from_regex(r"1(38|39|50|86|77)[0-9]{8}", fullmatch=True)
FORMATS = (
    PhoneNumberFormat.E164,
    PhoneNumberFormat.INTERNATIONAL,
    PhoneNumberFormat.NATIONAL,
    PhoneNumberFormat.RFC3966,
)
LANDLINE = st.from_regex(r"[68][1-9][0-9]{6}", fullmatch=True)


def canonical(text: str) -> str | None:
    normal = HERE.normal(text)
    return normal.number if normal else None


@pytest.mark.parametrize(
    ("written", "number", "extension"),
    [
        ("138 0577 2046", "+8613805772046", ""),
        ("１３８０５７７２０４６", "+8613805772046", ""),
        ("+86 138-0577-2046", "+8613805772046", ""),
        ("0086 13805772046", "+8613805772046", ""),
        ("013805772046", "+8613805772046", ""),
        ("913805772046", "+8613805772046", ""),
        ("9013805772046", "+8613805772046", ""),
        ("0577-88881234", "+8657788881234", ""),
        ("88881234", "+8657788881234", ""),
        ("988881234", "+8657788881234", ""),
        ("8888 1234 转 803", "+8657788881234", "803"),
        ("8888 1234 ext. 803", "+8657788881234", "803"),
        ("0577-88881234-803", "+8657788881234", "803"),
        ("(0577) 8888 1234 分机：12", "+8657788881234", "12"),
        ("400 800 1234", "+864008001234", ""),
        ("010-12345678", "+861012345678", ""),
        ("+49 30 901820", "+4930901820", ""),
        ("96296", "96296", ""),
        ("95588", "95588", ""),
        ("8003", "8003", ""),
        ("19812345678", "+8619812345678", ""),
        ("16012345678", "+8616012345678", ""),
    ],
)
def test_a_number_is_the_same_however_it_was_written(written: str, number: str, extension: str) -> None:
    normal = HERE.normal(written)
    assert normal is not None
    assert (normal.number, normal.extension) == (number, extension)


@pytest.mark.parametrize("written", ["", "-", "none", "Wang", "13805772046 Wang", "1" * 21, "anonymous"])
def test_what_holds_no_number_is_none(written: str) -> None:
    assert HERE.normal(written) is None


def test_without_an_area_code_a_local_number_stays_as_it_is() -> None:
    normal = Numbering("CN").normal("88881234")
    assert normal is not None
    assert normal.number == "88881234"


@given(MOBILE | LANDLINE.map(lambda digits: f"0577{digits}"), st.sampled_from(FORMATS))
def test_every_way_of_the_library_to_write_a_number_reads_back(digits: str, style: int) -> None:
    written = phonenumbers.format_number(phonenumbers.parse(digits, "CN"), style).removeprefix("tel:")
    assert canonical(written) == canonical(digits)


@given(st.text("0123456789+ -()", max_size=24))
def test_what_is_canonical_stays_so(text: str) -> None:
    once = canonical(text)
    assert once is None or canonical(once) == once


@given(MOBILE | LANDLINE)
def test_every_writing_that_the_line_may_give_leads_to_the_number(digits: str) -> None:
    number = canonical(digits)
    assert number is not None
    assert digits in HERE.writings(number)
    for writing in HERE.writings(number):
        assert canonical(writing) == number, writing


@given(MOBILE | LANDLINE | st.just("+4930901820"))
def test_a_number_is_shown_as_people_write_it_and_reads_back(digits: str) -> None:
    number = canonical(digits)
    assert number is not None
    assert canonical(HERE.shown(number)) == number


def test_numbers_are_shown_as_people_here_write_them() -> None:
    assert HERE.shown("+8613805772046") == "138 0577 2046"
    assert HERE.shown("+8657788881234") == "0577 8888 1234"
    assert HERE.shown("+4930901820") == "+49 30 901820"
    assert HERE.shown("96296") == "96296"


def test_the_plan_tells_a_mobile_from_a_landline() -> None:
    assert HERE.kind("+8613805772046") is NumberKind.MOBILE
    assert HERE.kind("+8657788881234") is NumberKind.HOME
    assert HERE.kind("96296") is NumberKind.OTHER


@pytest.mark.parametrize(
    ("digits", "shown"),
    [
        ("13805772046", "138****2046"),
        ("057788881234", "0577****1234"),
        ("88881234", "****1234"),
        ("8881234", "***1234"),
        ("96296", "*6296"),
        ("8003", "**03"),
        ("12", "12"),
    ],
)
def test_a_masked_number_keeps_its_beginning_and_its_last_four(digits: str, shown: str) -> None:
    assert masked(digits) == shown


@given(st.from_regex(r"[0-9]{7,15}", fullmatch=True))
def test_masking_hides_three_digits_at_least_and_keeps_the_length(digits: str) -> None:
    shown = masked(digits)
    assert len(shown) == len(digits)
    assert shown.count("*") >= 3
    assert shown.endswith(digits[-4:])
