"""DAHDI's drivers as shipped: for the kernel of the box, without a compiler. tests/vm loads them."""

from __future__ import annotations

from images.box import Box


def test_every_kernel_of_the_box_has_the_drivers_of_the_common_cards(box: Box) -> None:
    kernels = box.run(["ls", "/usr/lib/modules"]).out.split()
    assert len(kernels) == 1
    for driver in ("dahdi", "dahdi_dynamic_loc", "wct4xxp", "wcte13xp", "wcte43x", "xpp_usb", "icE1usb"):
        found = box.run(["modinfo", "-k", kernels[0], "-F", "vermagic", driver]).out
        assert found.startswith(kernels[0]), driver


def test_the_box_has_no_compiler(box: Box) -> None:
    tools = ("gcc", "cc", "make", "as", "ld", "dkms")
    assert box.run(["sh", "-c", f"command -v {' '.join(tools)}"], check=False).out == ""
    assert box.run(["apt-get", "check"]).code == 0, "and Debian's package list is whole without them"


def test_without_lines_nothing_is_set_up_and_nothing_fails(box: Box) -> None:
    shown = box.run(["systemctl", "show", "dahdi.service", "-p", "Result,ConditionResult,UnitFileState"]).out
    assert set(shown.split()) == {"Result=success", "ConditionResult=no", "UnitFileState=enabled"}
