"""A box of a fleet: the image straight on its disk, UEFI, a stick with site.toml, nobody at the keyboard."""

from __future__ import annotations

import pytest

from appliance.site import document as documents
from appliance.site.models import SiteDocument
from images.disk.image import Parts, project_version
from images.vm import Firmware
from images.vm.branch import Branch
from images.vm.disks import stick
from tests.vm.expectations import a_call, known, recordings_are_there
from tests.vm.machines import PATIENCE, NewMachine, disk_of


@pytest.fixture(scope="module")
def document() -> SiteDocument:
    """The example branch."""
    return documents.load(documents.example("en"))


@pytest.fixture(scope="module")
def box(parts: Parts, machines: NewMachine, document: SiteDocument) -> tuple[Branch, SiteDocument]:
    """A box that took its first call by itself."""
    machine = machines("fleet", Firmware.UEFI)
    branch = Branch.of(machine)
    site = branch.site(document)
    brought = stick(machine.home / "stick", {"branchbox/site.toml": documents.dump(site).encode()})
    machine.disks = (disk_of(parts.disk(project_version()), machine),)
    machine.on()
    machine.plug(brought)
    branch.wait_for_call(PATIENCE)
    return branch, site


def test_a_call_from_outside_is_answered_recorded_and_in_the_history(box: tuple[Branch, SiteDocument]) -> None:
    branch, site = box
    branch.reachable(PATIENCE)
    row = a_call(branch, site, 13900001001)
    assert row.linkedid in known(branch).calls


def test_what_was_recorded_lies_on_the_disk_after_switching_off(box: tuple[Branch, SiteDocument]) -> None:
    branch, _site = box
    told = known(branch)
    assert told.recordings
    branch.machine.pull()
    branch.machine.button()
    branch.machine.wait_off(PATIENCE)
    recordings_are_there(branch.machine.disks[0], told)
