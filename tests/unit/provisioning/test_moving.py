"""A change of the box's place in the network: nobody is locked out, whatever it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.api.contract import Move
from appliance.api.verbs import Arrival
from appliance.site import document as documents
from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError, Problem
from tests.unit.provisioning.conftest import Box, edited
from tests.unit.provisioning.fake_exchange import FakeMachine
from tests.unit.provisioning.fake_machine import FakeSystem
from tests.unit.provisioning.test_apply import STEPS

NEW, OLD = "10.77.0.50", "10.77.0.1"


def moved(document: SiteDocument, address: str = f"{NEW}/24", **more: object) -> str:
    """The document with another address, as TOML."""
    interface = document.interfaces[0].model_copy(update={"addresses": (address,), **more})
    return documents.dump(document.model_copy(update={"interfaces": (interface,)}))


def with_terminals(document: SiteDocument, *networks: str) -> str:
    network = document.network.model_copy(update={"terminals": networks})
    return documents.dump(document.model_copy(update={"network": network}))


def test_a_move_waits_two_minutes_at_most_and_says_where_to_confirm(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    applied = service.apply(moved(box.in_force()), by="zhang", why="new office", confirm_within=3600)
    assert applied.deadline == 1120.0
    assert applied.move == Move(addresses=(NEW,), seconds=120)
    assert service.state().move == applied.move
    assert box.machine.document == box.in_force()


def test_a_change_that_moves_nothing_may_wait_as_long_as_asked(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    applied = service.apply(edited(box.in_force(), 33), by="zhang", why="w", confirm_within=3600)
    assert (applied.deadline, applied.move, service.state().move) == (4600.0, None, None)


def test_who_is_still_at_the_old_address_cannot_confirm(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    service.apply(moved(box.in_force()), by="zhang", why="w", confirm_within=120)
    with pytest.raises(BranchboxError, match=f"logged in at {OLD}, which this change leaves. Log in at {NEW}"):
        service.confirm("zhang", Arrival(over=OLD, come_from="10.77.0.3"))
    assert service.state().pending == 2
    service.confirm("zhang", Arrival(over=NEW, come_from="10.77.0.3"))
    assert service.state().pending is None


def test_on_the_console_nobody_can_be_locked_out(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    service.apply(moved(box.in_force()), by="zhang", why="w", confirm_within=120)
    service.confirm("zhang", Arrival())
    assert service.state().pending is None


def test_nobody_confirms_and_the_machine_is_at_its_old_address(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    before = box.in_force()
    service.apply(moved(before), by="zhang", why="w", confirm_within=120)
    service.expire(1120.0)
    assert box.machine.document == before


def test_what_dhcp_gave_counts_as_the_new_address(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    interface = box.in_force().interfaces[0].model_copy(update={"addresses": (), "dhcp": True})
    document = box.in_force().model_copy(update={"interfaces": (interface,)})
    applied = service.apply(documents.dump(document), by="zhang", why="w", confirm_within=120)
    assert applied.move == Move(addresses=(), seconds=120)
    box.machine.leased = frozenset({"10.77.0.77/24"})
    with pytest.raises(BranchboxError, match="which this change leaves"):
        service.confirm("zhang", Arrival(over=OLD))
    service.confirm("zhang", Arrival(over="10.77.0.77"))


def test_who_shuts_the_own_door_cannot_confirm_it(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    service.apply(with_terminals(box.in_force(), "10.77.0.200/32"), by="zhang", why="w", confirm_within=300)
    with pytest.raises(BranchboxError, match=r"You come from 10\.77\.0\.3, and this change lets nobody log in"):
        service.confirm("zhang", Arrival(over=OLD, come_from="10.77.0.3"))
    service.confirm("zhang", Arrival(over=OLD, come_from="10.77.0.200"))


def test_a_rollback_that_moves_the_box_is_a_move_too(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    service.apply(moved(box.in_force()), by="zhang", why="w", confirm_within=120)
    service.confirm("zhang", Arrival(over=NEW))
    applied = service.roll_back(1, by="zhang", why="w", confirm_within=300)
    assert applied.move == Move(addresses=(OLD,), seconds=120)


def test_what_does_not_fit_the_machine_is_refused_before_anything_changes(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    before = box.in_force()
    box.machine.refuses = (Problem(text="This box has no port {port}. It has: {ports}."),)
    assert service.try_out(moved(before)).problems == box.machine.refuses
    applied = service.apply(moved(before), by="zhang", why="w", confirm_within=60)
    assert (applied.revision, applied.problems) == (None, box.machine.refuses)
    assert box.machine.document == before


def test_a_seed_for_another_machine_still_takes_calls(box: Box, seed: str) -> None:
    box.machine.refuses = (Problem(text="This box has no port {port}. It has: {ports}."),)
    box.machine.fails = (Problem(text="nothing went"),)
    box.service().begin(seed)
    assert box.service().state().current == 1
    assert box.live.up


def test_a_machine_that_does_not_take_the_change_goes_back(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    before = box.in_force()
    box.machine.fails = (Problem(text="The address {address} did not come up on {port}."),)
    applied = service.apply(moved(before), by="zhang", why="w", confirm_within=60)
    assert (applied.revision, len(applied.problems)) == (None, 1)
    assert box.machine.document == before
    assert service.state().pending is None


def test_the_machine_comes_back_first_even_when_the_exchange_hangs(box: Box, seed: str) -> None:
    done: list[str] = []
    service = box.service(done.append)
    service.begin(seed)
    both = documents.load(edited(box.in_force(), 33))
    service.apply(moved(both), by="zhang", why="w", confirm_within=60)
    box.live.hangs_on = "queue reload all"
    done.clear()
    applied = service.revert("zhang")
    assert applied.problems
    assert done[:2] == ["switch back", "machine back"]
    assert box.machine.document == box.in_force()


def test_a_system_that_was_updated_gets_its_settings_at_the_start(box: Box, seed: str) -> None:
    box.service().begin(seed)
    box.machine.document = None
    box.service().begin(seed)
    assert box.machine.document == box.in_force()


def test_a_plan_shows_the_machines_files_and_who_is_told(box: Box, seed: str) -> None:
    service = box.service()
    service.begin(seed)
    tried = service.try_out(moved(box.in_force()))
    assert [file.path for file in tried.files] == ["/etc/systemd/network/10-branchbox-eth0.network"]
    assert "+Address=10.77.0.50/24" in tried.files[0].diff
    assert tried.reloads == ("networkctl reload",)


class Killed(BaseException):
    """kill -9: nothing after this runs."""


class RealMachine(FakeMachine):
    """The real writing of files, on a system in a folder."""

    def __init__(self, system: FakeSystem) -> None:
        super().__init__()
        self.system = system

    def make_true(self, document: SiteDocument) -> tuple[Problem, ...]:
        self.document = document
        return self.system.machine().make_true(document)


@pytest.mark.parametrize("reboots", [False, True])
@pytest.mark.parametrize("fatal", [*STEPS, "switch back", "machine back", "settle"])
def test_killed_at_any_step_of_a_move_the_box_ends_at_its_old_address(
    tmp_path: Path, seed: str, fatal: str, reboots: bool
) -> None:
    def die(step: str) -> None:
        if step == fatal:
            raise Killed

    box, system = Box(tmp_path / "revisions"), FakeSystem.installed(tmp_path / "root")
    box.machine = RealMachine(system)
    box.service().begin(seed)
    before = box.in_force()
    with pytest.raises(Killed):
        service = box.service(die)
        service.apply(moved(before), by="zhang", why="w", confirm_within=120)
        service.revert("zhang")
    if reboots:
        system.reboot()
    after = box.service()
    after.begin(seed)
    assert system.addresses()["eth0"] == set(box.in_force().interfaces[0].addresses), "what is in force is true"
    if countdown := after.countdown():
        assert countdown.seconds <= 120
        after.expire(countdown.deadline)
    assert box.in_force() == before
    assert system.addresses()["eth0"] == {f"{OLD}/24"}
    assert after.state().pending is None
