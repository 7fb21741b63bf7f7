"""Which phones are told to take a call."""

from __future__ import annotations

import pytest

from appliance.telephony.phone_makes import takes_calls_when_told


@pytest.mark.parametrize(
    "user_agent",
    [
        "Yealink SIP-T46G 28.82.0.20",
        "PolycomVVX-VVX_411-UA/5.9.5",
        "snomD735/10.1.46",
        "Fanvil X4U 2.4.0",
        "PolyEdge-E350",
    ],
)
def test_who_knows_the_event_is_told(user_agent: str) -> None:
    assert takes_calls_when_told(user_agent)


@pytest.mark.parametrize("user_agent", ["", "baresip v1.0.0 (x86_64/linux)", "Zoiper v2.10.20", "not a Yealink"])
def test_who_may_not_know_it_is_left_in_peace(user_agent: str) -> None:
    assert not takes_calls_when_told(user_agent)
