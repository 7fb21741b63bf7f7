"""features.conf: what core does within a call by sending a phone's channel keys that no phone has (A to D).

People hold and transfer with the keys of their phones (SIP REFER), or at the desk; nobody types these codes. What is
typed is the wish for a survey, by agents without a desk.
https://docs.asterisk.org/Asterisk_22_Documentation/API_Documentation/Module_Configuration/features/
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import HOLD_CONTEXT, HOLD_FEATURE, SURVEY_FEATURE, SURVEY_KEYS, Press
from asterisk_conf.generator import Generator, Source
from asterisk_conf.syntax import Option, Section, section

RING_SECONDS = 30
_NEVER = "A0"
"""What Asterisk offers beside, under keys that people do have (# and *)."""


def sections(_source: Source) -> Iterator[Section]:
    """[general], [featuremap], [applicationmap]."""
    yield section(
        "general",
        ("atxfernoanswertimeout", RING_SECONDS),
        Option("atxferdropcall", "no", "whom nobody takes goes back to the agent"),
        Option("transferannouncesound", "", "the desk says where to: no words, no dial tone"),
        ("atxferabort", Press.BACK),
        ("atxfercomplete", Press.COMPLETE),
        ("atxferthreeway", Press.THREE_WAY),
        ("atxferswap", Press.SWAP),
        Option("pickupexten", _NEVER),
    )
    yield section("featuremap", ("atxfer", Press.CONSULT), ("blindxfer", _NEVER), ("disconnect", _NEVER))
    yield section(
        "applicationmap",
        (HOLD_FEATURE, f"{Press.HOLD},peer,Gosub({HOLD_CONTEXT},s,1)"),
        (SURVEY_FEATURE, f"{SURVEY_KEYS},self,Gosub({SURVEY_FEATURE},s,1)"),
    )


GENERATOR = Generator("features.conf", "module reload features", sections)
