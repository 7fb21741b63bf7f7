"""What a raw file's name says."""

from __future__ import annotations

import datetime as dt

import pytest

from appliance.recorder.names import RawName

CALL = "1795000000.42"


def test_the_name_gives_call_and_part() -> None:
    assert RawName.parse(f"{CALL}-2.raw") == RawName(CALL, "2")
    assert RawName.parse("box-1795000000.42-1.raw") == RawName("box-1795000000.42", "1")


def test_what_was_recorded_at_the_phone_called_is_the_other_way_round() -> None:
    name = RawName.parse(f"{CALL}-44p.raw")
    assert name == RawName(CALL, "44p") and name.of_phone
    assert not RawName(CALL, "44").of_phone


@pytest.mark.parametrize(
    "name",
    [
        f"{CALL}-1q.raw",
        f"{CALL}-p.raw",
        "x.raw",
        f"{CALL}-1.wav",
        f"{CALL}-1.raw.part",
        "../a-1.raw",
        f"{CALL}-.raw",
        "-1.raw",
    ],
)
def test_other_files_are_none_of_ours(name: str) -> None:
    assert RawName.parse(name) is None


def test_a_recording_began_its_length_before_it_was_closed() -> None:
    assert RawName(CALL, "1").began(closed=1795000060.5, duration=20.0) == 1795000040.5


def test_a_recording_never_began_before_its_call() -> None:
    assert RawName(CALL, "1").began(closed=1795000010.0, duration=20.0) == 1795000000.0


def test_a_recording_lies_on_the_shelf_of_its_local_day() -> None:
    began = dt.datetime(2026, 11, 21, 23, 59, 30).astimezone().timestamp()

    assert str(RawName(CALL, "1").shelf(began, ".opus")) == f"2026/11/21/{CALL}-1.opus"
    assert str(RawName(CALL, "1").shelf(began + 60, ".opus")) == f"2026/11/22/{CALL}-1.opus"
