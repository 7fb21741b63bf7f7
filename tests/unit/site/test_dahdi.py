"""What DAHDI says of its lines: its files as it writes them (dahdi-base.c), with a card, without one, in alarm."""

from __future__ import annotations

from pathlib import Path

from appliance.site.dahdi import Alarm, Count, read, spans

CARD = (
    'Span 1: WCT13x/0/1 "Wildcard TE131 Card 0" (MASTER) HDB3/CCS/CRC4 RED ClockSource \n'
    "\tBPV count: 3\n\tCRC4 error count: 17\n\tIRQ misses: 1\n\tTiming slips: 2\n\n"
    "\t   1 WCT13x/0/1/1 Clear (In use) RED (EC: OSLEC - INACTIVE) \n"
    "\t  16 WCT13x/0/1/16 HDLCFCS (In use) RED \n"
    "\t  31 WCT13x/0/1/31 RED \n"
)
DYNAMIC = "Span 2: DYN/loc/1:0 \"Dynamic 'loc' span at '1:0'\" \n\n" + "".join(
    f"\t{number:4} DYN/loc/1:0/{number - 31} Clear \n" for number in range(32, 63)
)
FXO = (
    'Span 3: WCTDM/0 "Wildcard AEX410" (MASTER) \n\n'
    "\t  63 WCTDM/0/0 FXSKS (EC: OSLEC - INACTIVE) \n\t  64 WCTDM/0/1 Reserved \n"
)


def test_a_card_in_alarm_says_what_is_wrong_and_how_often_it_was() -> None:
    span = read(CARD)
    assert span is not None
    assert (span.number, span.name, span.description) == (1, "WCT13x/0/1", "Wildcard TE131 Card 0")
    assert (span.worst, span.master, span.dynamic) == (Alarm.RED, True, False)
    assert span.counts == {Count.BPV: 3, Count.CRC4: 17, Count.IRQ: 1, Count.SLIPS: 2}
    first, d_channel, last = span.channels
    assert (first.signalling, first.in_use, d_channel.signalling) == ("Clear", True, "HDLCFCS")
    assert (last.signalling, last.in_use) == ("", False)


def test_the_gravest_alarm_counts() -> None:
    span = read(CARD.replace("RED ClockSource", "YELLOW RECOVERING"))
    assert span is not None
    assert (span.worst, sorted(span.alarms)) == (Alarm.YELLOW, [Alarm.RECOVERING, Alarm.YELLOW])


def test_a_line_without_a_card_is_known_as_such() -> None:
    span = read(DYNAMIC)
    assert span is not None
    assert (span.dynamic, span.is_e1, span.worst, len(span.channels)) == (True, True, None, 31)


def test_an_analogue_card_is_no_e1_line() -> None:
    span = read(FXO)
    assert span is not None
    assert not span.is_e1
    assert [(channel.number, channel.signalling) for channel in span.channels] == [(63, "FXSKS"), (64, "")]


def test_all_lines_are_found_in_order_and_a_box_without_dahdi_has_none(tmp_path: Path) -> None:
    for number, text in (("2", DYNAMIC), ("1", CARD), ("10", FXO), ("3", "nonsense\n")):
        (tmp_path / number).write_text(text)
    assert [span.number for span in spans(tmp_path)] == [1, 2, 3]
    assert spans(tmp_path / "absent") == ()
