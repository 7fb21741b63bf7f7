"""Asterisk names a line; we name the object that made it."""

from __future__ import annotations

import pytest

from asterisk_conf import explain
from tests.unit.asterisk_conf.reading import tree
from tests.unit.asterisk_conf.test_nothing_injects import BASE

FILES = tree(BASE)


@pytest.mark.parametrize(
    ("file", "line", "name"),
    [
        ("pjsip.conf", "match = 10.77.0.2/32", "trunk carrier"),
        ("pjsip.conf", "username = 8003", "extension 8003"),
        ("queues.conf", "servicelevel = ", "queue repair"),
        ("extensions.conf", "exten = s,1,CELGenUserEvent(BB_DID,+8657788120003)", "DID +8657788120003"),
        ("extensions.conf", "[hours-office]", "hours office"),
        ("extensions.conf", "exten = 1,1,CELGenUserEvent(BB_CHOICE,main/1)", "menu main"),
        ("extensions.conf", "same = n,Dial(PJSIP/8022,30,t${BB_FEATURES})", "extension 8022"),
        ("extensions.conf", "exten = 8024,1,CELGenUserEvent(BB_INTERNAL,8024)", "extension 8024"),
        ("voicemail.conf", "8021 = ", "extension 8021"),
        ("rtp.conf", "rtpstart", "[general]"),
        ("rtp.conf", "; Made", "rtp.conf"),
    ],
)
def test_the_object_behind_a_line(file: str, line: str, name: str) -> None:
    lines = FILES[file].splitlines()
    number = next(n for n, each in enumerate(lines, start=1) if each.startswith(line))
    assert explain(file, number, FILES[file]) == name
