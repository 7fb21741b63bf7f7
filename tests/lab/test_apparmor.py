"""AppArmor profiles as far as a container can judge them: its kernel is the host's, and need not load them."""

from __future__ import annotations

import re

import pytest

from images.box import Box

SERVICES = ("asterisk", "branchbox-core", "branchbox-health", "branchbox-host", "branchbox-power", "branchbox-recorder")


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_names_a_profile_that_compiles_and_enforces(box: Box, service: str) -> None:
    unit = box.run(["systemctl", "cat", f"{service}.service"]).out
    assert f"\nAppArmorProfile=-{service}\n" in unit
    box.run(["apparmor_parser", "--skip-kernel-load", "--skip-cache", f"/etc/apparmor.d/{service}"])
    text = box.run(["cat", f"/etc/apparmor.d/{service}"]).out
    assert re.search(rf"^profile {service} ", text, re.MULTILINE)
    assert "complain" not in text


@pytest.mark.parametrize("service", SERVICES)
def test_a_profile_allows_the_capabilities_of_the_unit_and_no_others(box: Box, service: str) -> None:
    allowed = set(re.findall(r"^ +capability (\w+),", box.run(["cat", f"/etc/apparmor.d/{service}"]).out, re.MULTILINE))
    bounded = box.run(["systemctl", "show", f"{service}.service", "-P", "CapabilityBoundingSet"]).out.split()
    assert {name.removeprefix("cap_") for name in bounded} == allowed


def test_no_profile_is_kept_for_a_program_that_the_box_does_not_have(box: Box) -> None:
    there = set(box.run(["find", "/etc/apparmor.d", "-maxdepth", "1", "-type", "f", "-printf", "%f\\n"]).out.split())
    assert there <= {*SERVICES, "usr.sbin.chronyd"}
