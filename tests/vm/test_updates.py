"""A box with a history takes an update, refuses what is wrong, and leaves by itself what does not work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.api.updates import Result, UpdateState
from images.disk.image import Parts
from images.run import poll
from images.vm.branch import Branch
from images.vm.machine import PATIENCE
from images.vm.partitions import mounted
from images.vm.updating import NEWER, check, install, judged, offered, running, start
from tests.vm.expectations import a_call, known, nothing_lost
from tests.vm.stages import Updated

NEWEST, OLDER = "9.2.0", "0.0.1"
NO_START = "rdinit=/absent"
"""A kernel that finds nothing to start gives up."""
NO_CORE = "systemd.mask=branchbox-core.service"


def test_an_update_is_installed_while_the_box_works_and_is_good_after_its_start(updated: Updated) -> None:
    assert updated.outcome.result is Result.INSTALLED, updated.outcome
    assert updated.after.version == NEWER
    assert updated.after.tested is not None and not updated.after.tested.problems
    assert updated.after.fell_back is None
    assert [slot.good for slot in updated.after.slots if slot.running] == [True]


def test_the_history_outlives_the_update(updated: Updated) -> None:
    branch = updated.fleet.branch
    nothing_lost(updated.before, known(branch))
    a_call(branch, updated.fleet.site, 13900002002)


@pytest.fixture(scope="module")
def branch(updated: Updated) -> Branch:
    """The box that runs the newer version."""
    updated.fleet.turn()
    return updated.fleet.branch


def flipped(bundle: Path, to: Path) -> Path:
    """A copy with one bit changed in the middle of what it brings."""
    to.write_bytes(bundle.read_bytes())
    with to.open("r+b") as file:
        file.seek(to.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))
    return to


@pytest.fixture
def damaged(branch: Branch, parts: Parts) -> Iterator[Path]:
    """A newer version with one flipped byte."""
    path = flipped(parts.bundle(NEWEST), branch.machine.home / "damaged.raucb")
    yield path
    path.unlink()


def test_a_bundle_with_one_flipped_byte_is_refused_in_words(branch: Branch, damaged: Path) -> None:
    with offered(branch, damaged):
        problems = check(branch).problems
        if not problems:
            outcome = install(branch)
            assert outcome.result is Result.FAILED
            problems = (outcome.problem,) if outcome.problem else ()
    assert any("damaged" in problem.text for problem in problems), problems
    assert running_version(branch) == NEWER


def test_a_bundle_signed_by_somebody_else_is_refused_in_words(branch: Branch, parts: Parts) -> None:
    with offered(branch, parts.bundle(NEWEST, signed_by=parts.other_keys("other-keys"))):
        problems = check(branch).problems
    assert any("signed with a key that this box does not trust" in problem.text for problem in problems), problems


def test_an_older_version_is_refused_in_words(branch: Branch, parts: Parts) -> None:
    with offered(branch, parts.bundle(OLDER)):
        problems = check(branch).problems
    assert any("is older than" in problem.text for problem in problems), problems


@pytest.mark.parametrize(
    "word",
    [pytest.param(NO_START, id="the system does not boot"), pytest.param(NO_CORE, id="core does not start")],
)
def test_a_version_that_does_not_work_is_left_by_itself_with_an_alarm(branch: Branch, parts: Parts, word: str) -> None:
    before = known(branch)
    state = judged(branch, 0)
    assert state.tested is not None
    with offered(branch, parts.bundle(NEWEST, word)):
        assert install(branch).result is Result.INSTALLED
    start(branch)
    after = judged(branch, state.tested.at)
    assert (after.version, running(after)) == (NEWER, running(state))
    assert after.fell_back is not None
    assert (after.fell_back.version, after.fell_back.back_to) == (NEWEST, NEWER)
    # Health looks at what the gate wrote every 15 s.
    assert poll(lambda: NEWEST in status(branch), seconds=60, every=2), status(branch)
    nothing_lost(before, known(branch))
    branch.ssh("branchbox", "update", "read")
    branch.wait_for_call(PATIENCE)


def test_apparmor_denied_nothing_from_the_first_boot_on(branch: Branch) -> None:
    branch.machine.button()
    branch.machine.wait_off(PATIENCE)
    with mounted(branch.machine.disks[0], "data") as data:
        logs = [path.read_text(errors="replace") for path in data.rglob("audit/audit.log*")]
    assert any("type=DAEMON_START" in log for log in logs), "auditd has written nothing"
    assert [line for log in logs for line in log.splitlines() if 'apparmor="DENIED"' in line] == []


def status(branch: Branch) -> str:
    """What the box says of itself, its alarms among it."""
    return branch.ssh("branchbox", "status", check=False).out


def running_version(branch: Branch) -> str:
    """The version that runs."""
    return branch.tell(UpdateState, "update", "state").version
