"""The power fails at a moment that chance chose, during install, first boot or update: the box comes back whole.

`./dev test soak` fails it twenty times and keeps what came of it in docs/evidence.md.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator

import pytest

from images.disk.image import Parts, project_version
from images.run import poll
from images.vm import Firmware
from images.vm.branch import Branch
from images.vm.machine import PATIENCE
from images.vm.seat import Serial, sees
from images.vm.updating import EVERY, NEWER, judged, offered, restart, written
from images.vm.updating import begin as begin_update
from images.vm.walks import BOOT, begin, install, start_installing, to_the_disks, to_the_question
from tests.vm.expectations import a_call, known, nothing_lost, recordings_are_there
from tests.vm.machines import Machines, disk_of
from tests.vm.stages import UPDATED, WORKING, AtTheStick, Fleet, Spans, Updated

DURING = ("install", "first boot", "update")


def moments(cuts: int, seed: int) -> list[tuple[str, float]]:
    """What is cut, and after which share of the time that it takes; each kind as often as the others."""
    chance = random.Random(seed)  # noqa: S311  # no secret
    kinds = [DURING[n % len(DURING)] for n in range(cuts)]
    if cuts < len(DURING):
        kinds = chance.sample(DURING, cuts)
    return [(kind, chance.random()) for kind in kinds]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    cuts, seed = int(os.environ.get("BRANCHBOX_CUTS", "1")), int(os.environ.get("BRANCHBOX_SEED", "1"))
    chosen = moments(cuts, seed)
    ids = [f"{kind} at {share:.0%}, {n + 1} of {cuts}" for n, (kind, share) in enumerate(chosen)]
    metafunc.parametrize(("during", "share"), chosen, ids=ids)


@pytest.fixture(scope="module", autouse=True)
def afterwards() -> Iterator[list[Fleet]]:
    """The branches that a cut was tried on; other tests find them as they were before."""
    used: list[Fleet] = []
    yield used
    for fleet in used[:1]:
        fleet.go_on_from(UPDATED)


def test_the_box_comes_back(
    during: str,
    share: float,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("during", during)
    seconds = {"install": cut_install, "first boot": cut_first_boot, "update": cut_update}[during](request, share)
    record_property("power failed after", f"{seconds:.1f} s ({share:.0%})")


def cut_install(request: pytest.FixtureRequest, share: float) -> float:
    """The installer begins again from the stick, and the disk boots then."""
    ready: AtTheStick = request.getfixturevalue("at_the_stick")
    request.getfixturevalue("installed")
    spans: Spans = request.getfixturevalue("spans")
    seconds = share * spans.taken["install"]
    machine, seat = ready.machine, Serial(ready.machine)
    ready.again()
    start_installing(seat)
    time.sleep(seconds)  # the moment is what is tested
    machine.kill()
    machine.on(stick=ready.stick)
    begin(seat)
    to_the_disks(seat)
    to_the_question(seat)
    install(seat, names="sda")
    machine.pull()
    machine.wait_reboot(PATIENCE)
    begin(seat)
    sees(seat, "Language of this branch", seconds=BOOT)
    machine.kill()
    return seconds


def cut_first_boot(request: pytest.FixtureRequest, share: float) -> float:
    """The stick is still in: the box goes on where it was, and takes a call."""
    parts: Parts = request.getfixturevalue("parts")
    fleet: Fleet = request.getfixturevalue("fleet")
    machines: Machines = request.getfixturevalue("machines")
    spans: Spans = request.getfixturevalue("spans")
    seconds = share * spans.taken["first boot"]
    machine = machines.new("first-boot", Firmware.UEFI)
    branch = Branch.of(machine)
    site = branch.site(fleet.site)
    machine.disks = (disk_of(parts.disk(project_version()), machine),)
    brought = branch.stick(site)
    machine.on()
    machine.plug(brought)
    time.sleep(seconds)  # the moment is what is tested
    machine.kill()
    machine.on()
    machine.plug(brought)
    branch.wait_for_call(PATIENCE)
    branch.reachable(PATIENCE)
    a_call(branch, site, 13900003001)
    machine.remove()
    return seconds


def cut_update(request: pytest.FixtureRequest, share: float) -> float:
    """One of the two versions works, and what the branch knew it knows."""
    updated: Updated = request.getfixturevalue("updated")
    parts: Parts = request.getfixturevalue("parts")
    fleet, branch, machine = updated.fleet, updated.fleet.branch, updated.fleet.branch.machine
    used: list[Fleet] = request.getfixturevalue("afterwards")
    used.append(fleet)
    fleet.go_on_from(WORKING)
    spans: Spans = request.getfixturevalue("spans")
    seconds = share * spans.taken["update"]
    before = known(branch)
    assert before.calls and before.recordings
    with offered(branch, parts.bundle(NEWER)):
        ends = time.monotonic() + seconds
        _go_on_updating(branch, ends)
        time.sleep(max(0.0, ends - time.monotonic()))  # the moment is what is tested
        machine.kill()
    machine.on()
    branch.wait_for_call(PATIENCE)
    after = judged(branch, 0)
    assert after.version in {project_version(), NEWER}
    assert after.tested is not None and not after.tested.problems, after
    nothing_lost(before, known(branch))
    a_call(branch, fleet.site, 13900003002)
    told = known(branch)
    machine.button()
    machine.wait_off(PATIENCE)
    recordings_are_there(machine.disks[0], told)
    return seconds


def _go_on_updating(branch: Branch, ends: float) -> None:
    """Install and restart as a technician would, until the moment comes."""
    begin_update(branch)
    if poll(lambda: bool(written(branch)), seconds=ends - time.monotonic(), every=EVERY):
        restart(branch)
