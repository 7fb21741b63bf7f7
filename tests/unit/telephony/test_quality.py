"""How a leg sounded, from the text that Asterisk 22 really left at its hangup, and from bent ones."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.api.contract import LegQuality
from appliance.telephony.channels import Channel
from appliance.telephony.events import Cel
from appliance.telephony.facts import facts_of
from appliance.telephony.quality import quality_of, read

PHONE = Channel("WZN-1.2", "PJSIP/8021-00000004", 10.0)
TRUNK = Channel("WZN-1.1", "PJSIP/trunk-carrier-00000003", 10.0)


def said(
    *,
    codec: str = "(alaw)",
    received: int = 1000,
    sent: int = 1000,
    lost: int = 0,
    reported_lost: int = 0,
    reports: bool = True,
    reported: bool = True,
    means: str = "0.000687|0.000699|0.000869",
) -> str:
    return (
        f"{codec}|ssrc=1318217628;themssrc=2000252515;lp={lost};rxjitter=0.000500;rxcount={received};"
        f"txjitter=0.000625;txcount={sent};rlp={reported_lost};rtt=0.000869;"
        f"rxmes={88.079288 * reported:f};txmes={88.079288 * reports:f}|{means}"
    )


def told(text: str, channel: Channel = PHONE) -> LegQuality:
    leg = read(20.0, channel, text)
    assert leg is not None
    return leg


def test_a_clean_leg_is_as_good_as_its_codec() -> None:
    leg = told(said())
    assert (leg.party, leg.trunk, leg.codec) == ("8021", False, "alaw")
    assert (leg.from_loss, leg.to_loss) == (0.0, 0.0)
    assert (leg.from_jitter, leg.to_jitter, leg.round_trip) == (0.000687, 0.000699, 0.000869)
    assert leg.mos == leg.from_mos == leg.to_mos == pytest.approx(4.39, abs=0.01)


def test_each_direction_has_its_own_loss_and_the_worse_one_counts() -> None:
    leg = told(said(received=950, lost=50, reported_lost=200))
    assert (leg.from_loss, leg.to_loss) == (0.05, 0.2)
    assert leg.from_mos == pytest.approx(3.88, abs=0.02)
    assert leg.to_mos == leg.mos == pytest.approx(2.56, abs=0.03)


def test_a_trunk_is_told_by_its_name() -> None:
    leg = told(said(), TRUNK)
    assert (leg.party, leg.trunk) == ("carrier", True)


def test_a_phone_that_sends_no_rtcp_is_not_known_but_what_came_from_it_is() -> None:
    leg = told(said(reported=False, lost=10, means="0.002000|0.000000|0.000000"))
    assert (leg.to_loss, leg.to_jitter, leg.to_mos, leg.round_trip) == (None, None, None, None)
    assert leg.from_loss == pytest.approx(10 / 1010)
    assert leg.mos == leg.from_mos


def test_a_call_that_ended_before_the_first_report_is_not_known() -> None:
    leg = told(said(received=150, sent=150, reports=False, reported=False, means="0.000687|0.000000|0.000000"))
    assert (leg.from_loss, leg.to_loss, leg.mos) == (None, None, None)


def test_nothing_is_lost_where_more_arrived_than_was_sent() -> None:
    assert told(said(reported_lost=2**24 - 3)).to_loss == 0.0


def test_a_codec_without_figures_of_g113_has_losses_but_no_mos() -> None:
    leg = told(said(codec="(gsm)", lost=10))
    assert leg.from_loss is not None
    assert leg.mos is None


@pytest.mark.parametrize("text", ["", "(alaw)", "(alaw)||||", said(received=0, sent=0), "|".join("abcde")])
def test_a_mark_that_says_nothing_is_no_leg(text: str) -> None:
    assert read(20.0, PHONE, text) is None


def test_a_broken_clock_is_no_round_trip() -> None:
    assert told(said(means="0.001|0.001|65530.2")).round_trip is None


def mark(at: float, uniqueid: str, channel: str, kind: str, extra: dict[str, object]) -> Cel:
    return Cel(at, kind, "WZN-1.1", uniqueid, channel, "", "", "", "", "", "", "", json.dumps(extra))


def test_what_was_lost_before_the_box_is_not_counted_against_the_way_behind_it() -> None:
    talk = [
        mark(at, uniqueid, name, kind, {"bridge_id": "b"} if "BRIDGE" in kind else {})
        for at, kind in ((1.0, "CHAN_START"), (2.0, "ANSWER"), (3.0, "BRIDGE_ENTER"), (9.0, "BRIDGE_EXIT"))
        for uniqueid, name in (("WZN-1.1", "PJSIP/trunk-carrier-00000001"), ("WZN-1.2", "PJSIP/8001-00000002"))
    ]
    ends = [
        mark(9.0, "WZN-1.1", "PJSIP/trunk-carrier-00000001", "BB_QUALITY", {"extra": said(received=900, lost=100)}),
        mark(9.1, "WZN-1.2", "PJSIP/8001-00000002", "BB_QUALITY", {"extra": said(reported_lost=145)}),
    ]
    trunk, phone = quality_of(facts_of([*talk, *ends], []))
    assert (trunk.from_loss, trunk.to_loss) == (0.1, 0.0)
    assert phone.to_loss == pytest.approx(0.05)
    assert phone.mos == phone.to_mos == pytest.approx(3.88, abs=0.02)


@given(st.text(max_size=300) | st.lists(st.text("0123456789.=;|-einfa", max_size=60), max_size=6).map("|".join))
def test_whatever_stands_there_reading_it_never_fails(text: str) -> None:
    leg = read(20.0, PHONE, text)
    assert leg is None or leg.mos is None or 1.0 <= leg.mos <= 4.5
