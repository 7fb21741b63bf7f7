"""Who gives way when the processor is busy, as systemd understood our units; the lab has no shares to measure."""

from __future__ import annotations

import pytest

from images.box import Box

NOBODYS = "[not set]"
"""What people's screens have: the default of 100."""


def told(box: Box, unit: str, name: str) -> str:
    return box.run(["systemctl", "show", "--value", "--property", name, unit]).out.strip()


def test_services_come_before_screens_and_calls_before_services(box: Box) -> None:
    assert told(box, "user.slice", "CPUWeight") == NOBODYS
    assert told(box, "system.slice", "CPUWeight") == "1000"
    assert told(box, "asterisk.service", "Slice") == "system.slice"
    assert told(box, "asterisk.service", "CPUWeight") == "1000"


@pytest.mark.parametrize("unit", ["branchbox-recorder.service", "rauc.service"])
def test_background_work_takes_what_is_left(box: Box, unit: str) -> None:
    assert told(box, unit, "Slice") == "background.slice"
    assert told(box, "background.slice", "CPUWeight") == "idle"
