"""SIPp's logs become calls."""

from images.traffic import Ending, records

CALLERS = """\
call|2026-11-21\t21:52:06.429789\t1795297926.429789|1-7@10.77.0.2|13800000001|96296
call|2026-11-21\t21:52:07.000000\t1795297927.000000|2-7@10.77.0.2|13800000002|96296
answered|2026-11-21\t21:52:06.433646\t1795297926.433646|1-7@10.77.0.2
rejected|2026-11-21\t21:52:07.100000\t1795297927.100000|2-7@10.77.0.2|503
caller-hung-up|2026-11-21\t21:52:14.442013\t1795297934.442013|1-7@10.77.0.2
"""
PHONES = """\
registered|2026-11-21\t21:52:01.000000\t1795297921.000000|1-9@10.77.0.3|8001
ringing|2026-11-21\t21:52:08.098013\t1795297928.098013|abc|8001|13800000001
answered|2026-11-21\t21:52:09.102195\t1795297929.102195|abc
"""


def test_a_placed_call_tells_when_it_was_answered_and_who_ended_it() -> None:
    first, second = records.placed(
        CALLERS, pressed="1", press_after=1.5, tones={"13800000001": 400, "13800000002": 410}
    )
    assert (first.caller, first.did, first.pressed, first.tone) == ("13800000001", "96296", "1", 400)
    assert (first.started, first.answered, first.ended) == (1795297926.429789, 1795297926.433646, 1795297934.442013)
    assert first.pressed_at == 1795297927.933646
    assert first.ended_by is Ending.CALLER
    assert (second.answered, second.ended_by) == (None, Ending.REJECTED)


def test_a_call_that_still_goes_on_has_no_end() -> None:
    (call,) = records.answered(PHONES, tones={"8001": 1200})
    assert (call.agent, call.caller, call.rang, call.answered) == (
        "8001", "13800000001", 1795297928.098013, 1795297929.102195,
    )  # fmt: skip
    assert (call.ended, call.ended_by) == (None, None)
    assert records.registered(PHONES) == {"8001"}


def test_a_line_that_is_still_being_written_waits() -> None:
    (call,) = records.answered(PHONES + "box-hung-up|2026-11-21\t21:52", tones={"8001": 1200})
    assert call.ended is None
