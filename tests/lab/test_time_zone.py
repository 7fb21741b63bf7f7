"""The time zone changes under a running exchange: phones that register then stay registered."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from images.box import Box
from images.traffic import Phones
from tests.lab.rush import AGENTS, passwords, traffic

HERE = "Asia/Shanghai"
ELSEWHERE = ("America/New_York", "Europe/Berlin", HERE)


@pytest.fixture
def zones(box: Box) -> Iterator[Box]:
    """A box whose zone is put right afterwards."""
    yield box
    in_zone(box, HERE)


def in_zone(box: Box, zone: str) -> None:
    box.run(["ln", "--symbolic", "--force", "--no-dereference", f"/usr/share/zoneinfo/{zone}", "/etc/localtime"])


def registered_until(box: Box, phone: str) -> float:
    """When a phone's registration ends, as the exchange wrote it down: epoch seconds."""
    held = box.run(["asterisk", "-rx", "database show registrar"]).out
    [end] = re.findall(rf'/{phone};.*"expiration_time":"(\d+)"', held)
    return float(end)


def test_a_phone_that_registers_after_the_zone_changed_stays_registered(zones: Box) -> None:
    secrets = passwords(zones)
    for phone, zone in zip(AGENTS, ELSEWHERE, strict=False):
        in_zone(zones, zone)
        with traffic(zones) as calls:
            calls.answer(Phones((calls.phone(0, phone, secrets[phone]),), rings=1, talks=8))
            assert registered_until(zones, phone) > time.time(), zone
