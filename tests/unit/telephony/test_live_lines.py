"""Lines by cards in the live picture, by what chan_dahdi said on a box with an E1 line."""

from __future__ import annotations

import pytest

from appliance.api.contract import Direction, Live, TrunkState
from appliance.site import document
from appliance.site.models import AnalogueTrunk, E1Trunk
from appliance.telephony.live import carry
from appliance.telephony.live_state import LiveState
from appliance.telephony.picture import LinkState, SiteFacts, picture
from tests.unit.telephony.ami_events import after, channel, event

SITE = document.load(document.example("en")).model_copy(
    update={
        "e1_trunks": (E1Trunk(name="e1", label="E1-1", ports=(1, 2)),),
        "analogue_trunks": (AnalogueTrunk(name="old", label="Old line", channels=(63,), number="96296"),),
    }
)
LINK = LinkState(linked=True, since=50.0, as_of=120.0)
IN = channel("DAHDI/i2/13800000100-1", "1.1", "1.1", CallerIDNum="13800000100", Exten="96296", Context="from-trunk-e1")
OUT = channel("DAHDI/i1/13905770017-2", "2.2", "2.1", ChannelStateDesc="Ringing", Exten="", Context="from-trunk-e1")
PHONE = channel("PJSIP/8021-00000003", "2.1", "2.1", CallerIDNum="8021", Exten="913905770017", Context="phones")


def seen(state: LiveState) -> Live:
    return picture(state, SiteFacts.of(SITE), LINK, 130.0)


def said(span: str, *, alarm: str = "No", up: str = "Yes") -> dict[str, str]:
    return event("PRIShowSpans", {"Span": span, "DChannel": "16", "Order": "Primary"}, Active="Yes", Alarm=alarm, Up=up)


def test_a_call_by_a_card_is_its_trunks_call_also_when_it_was_up_before_core_was() -> None:
    for first in ("Newchannel", "Status"):
        (call,) = seen(after(event(first, {**IN, "Context": "did-96296"}))).calls
        assert (call.direction, call.trunk, call.called) == (Direction.IN, "e1", "96296")


def test_a_call_out_by_a_card_names_its_trunk_and_is_counted_there() -> None:
    live = seen(after(event("Newchannel", PHONE), event("Newchannel", OUT)))
    assert [(call.direction, call.trunk, call.called) for call in live.calls] == [(Direction.OUT, "e1", "13905770017")]
    assert {trunk.name: trunk.calls for trunk in live.trunks} == {"carrier": 0, "e1": 1, "old": 0}


def test_an_analogue_channel_is_no_phone_of_the_same_number() -> None:
    line = channel("DAHDI/63-1", "3.1", "3.1", CallerIDNum="", Exten="s", Context="from-trunk-old")
    state = after(event("Newchannel", line))
    assert [leg.endpoint for call in state.calls.values() for leg in call.legs.values()] == ["DAHDI/63"]
    assert [call.trunk for call in seen(state).calls] == ["old"]


@pytest.mark.parametrize(
    ("one", "two", "state", "detail"),
    [
        (said("1"), said("2"), TrunkState.UP, "1: Up, 2: Up"),
        (said("1", up="No"), said("2"), TrunkState.UP, "1: Down, 2: Up"),
        (said("1", alarm="Yes", up="No"), said("2", up="No"), TrunkState.DOWN, "1: In Alarm, 2: Down"),
    ],
)
def test_an_e1_trunk_is_up_while_one_of_its_ports_is(
    one: dict[str, str], two: dict[str, str], state: TrunkState, detail: str
) -> None:
    (_sip, e1, analogue) = seen(after(one, two)).trunks
    assert (e1.label, e1.state, e1.detail) == ("E1-1", state, detail)
    assert analogue.state is TrunkState.UNKNOWN


def test_an_e1_trunk_of_which_nothing_was_said_is_unknown() -> None:
    assert [trunk.state for trunk in seen(LiveState()).trunks] == [TrunkState.UNKNOWN] * 3


def test_asked_again_it_stands_since_it_was_first_said() -> None:
    state = after(said("1"), said("1"))
    assert state.spans[1].since == 100.0
    assert carry(state, after(said("1"), said("1"), said("1"))).spans[1].since == 100.0
