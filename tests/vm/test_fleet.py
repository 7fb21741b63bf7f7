"""A box of a fleet: the image straight on its disk, UEFI, a stick with site.toml, nobody at the keyboard."""

from __future__ import annotations

from tests.vm.expectations import a_call, known
from tests.vm.stages import Fleet


def test_a_call_from_outside_is_answered_recorded_and_in_the_history(fleet: Fleet) -> None:
    row = a_call(fleet.branch, fleet.site, 13900001001)
    assert row.linkedid in known(fleet.branch).calls
