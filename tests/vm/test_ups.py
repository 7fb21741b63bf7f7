"""A power cut from its first second to the first call after it: a real driver, a real shutdown, a load that is cut."""

from __future__ import annotations

from appliance.api.supply import Phase, Supply
from appliance.site import document as documents
from appliance.site.models import Ups
from images.run import Failure, poll
from images.vm.branch import Branch
from images.vm.machine import PATIENCE
from tests.vm.expectations import a_call, known, nothing_lost
from tests.vm.serial_ups import LOW, MAINS, SerialUps
from tests.vm.stages import Fleet

OFFICE = Ups(name="office", label="Office UPS", driver="nutdrv_qx", port="/dev/ttyUSB0", extra={"protocol": "megatec"})
EVERY = 10.0


def supply(branch: Branch) -> Supply:
    return branch.tell(Supply, "ups", "state")


def becomes(branch: Branch, phase: Phase) -> None:
    """Wait until the box lives on that."""

    def there() -> bool:
        try:
            return supply(branch).phase is phase
        except Failure:  # a service that is on its way up
            return False

    assert poll(there, seconds=PATIENCE, every=EVERY), supply(branch)


def test_a_box_whose_battery_ends_switches_off_has_the_load_cut_and_comes_back_with_mains(fleet: Fleet) -> None:
    fleet.turn()
    branch, machine = fleet.branch, fleet.branch.machine
    line = machine.home / "ups-line"
    machine.plug_line(line)
    with SerialUps(line) as ups:
        changed = documents.dump(fleet.site.model_copy(update={"upses": (OFFICE,)}))
        branch.ssh("branchbox", "config", "import", "-", stdin=changed)
        branch.ssh("branchbox", "config", "apply", "--yes", "--why", "ups", seconds=300)
        branch.ssh("branchbox", "config", "confirm")
        becomes(branch, Phase.MAINS)
        a_call(branch, fleet.site, 13900004001)
        before = known(branch)

        ups.state = LOW
        order = ups.wait_order(PATIENCE)
        assert order == "S.5R0001", "cut in half a minute, power again when there is mains"
        machine.kill()

        ups.state = MAINS
        machine.on()
        machine.plug_line(line)
        branch.wait_for_call(PATIENCE)
        branch.reachable(PATIENCE)
        becomes(branch, Phase.MAINS)
        nothing_lost(before, known(branch))
        said = [str(event.what) for event in supply(branch).events]
        assert "The box switches off now." in said, said
        a_call(branch, fleet.site, 13900004002)
