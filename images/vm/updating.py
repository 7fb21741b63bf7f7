"""An update as a technician makes it: a bundle on a stick, commands over SSH."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.api.updates import Checked, Outcome, UpdateState
from images.run import Failure, die, poll
from images.vm.branch import Branch
from images.vm.disks import stick
from images.vm.machine import PATIENCE

FILE = "branchbox.raucb"
SOURCE = f"sdb1/{FILE}"
"""The kernel's name of the only stick beside the only disk."""
WHY = ("--why", "test")
NEWER = "9.1.0"
"""The version that a box is updated to."""
EVERY = 10.0
"""Seconds between two questions: a login costs an emulated machine some of them, and what it asks about waits then."""


@contextmanager
def offered(branch: Branch, bundle: Path) -> Iterator[None]:
    """A stick with this bundle is in."""
    size = bundle.stat().st_size // (1 << 20) + 64
    made = stick(branch.machine.home / "update-stick", {f"branchbox/{FILE}": bundle}, megabytes=size)
    branch.machine.plug(made)
    try:
        yield
    finally:
        if branch.machine.alive:
            branch.machine.pull()
        made.path.unlink()


def check(branch: Branch) -> Checked:
    """What the box says of the bundle that is offered, once it has found the stick."""
    told: list[Checked] = []

    def looked() -> bool:
        told[:] = [branch.tell(Checked, "update", "check", SOURCE)]
        return not any("stick" in problem.text.casefold() for problem in told[0].problems)

    poll(looked, seconds=60, every=3)
    return told[0]


def begin(branch: Branch) -> None:
    """Begin to install what is offered. Raises CommandFailure when it is refused."""
    branch.tell(UpdateState, "update", "install", SOURCE, *WHY)


def install(branch: Branch, meanwhile: Callable[[], object] = lambda: None) -> Outcome:
    """Install what is offered; how it ended."""
    begin(branch)
    meanwhile()
    ended: list[UpdateState] = []

    def over() -> bool:
        ended[:] = written(branch)
        return bool(ended)

    if not poll(over, seconds=PATIENCE, every=EVERY):
        die(f"The update is still being installed: {branch.tell(UpdateState, 'update', 'state')}")
    return ended[0].last or die(f"Nothing is told of the installation: {ended}")


def written(branch: Branch) -> list[UpdateState]:
    """The state once nothing is being installed any more; nothing before."""
    state = branch.tell(UpdateState, "update", "state")
    return [state] if state.progress is None and state.unable is None else []


def restart(branch: Branch) -> None:
    """Ask for the restart into what was installed. Raises Failure when the box does not want to."""
    told = branch.ssh("branchbox", "update", "start", *WHY, "--when", "now", check=False)
    # A slow machine goes down before its answer has been printed.
    if told.code and "closed by remote host" not in told.err:
        die(f"The box does not restart: {told}")


def start(branch: Branch) -> None:
    """Restart into what was installed; the machine is on its way up again."""
    restart(branch)
    branch.machine.wait_reboot(PATIENCE)


def judged(branch: Branch, since: float) -> UpdateState:
    """What the box says of itself once the system that runs has tested itself later than `since` (its own clock).

    A system that was left has tested itself too.
    """
    told: list[UpdateState] = []

    def tested() -> bool:
        try:
            told[:] = [branch.tell(UpdateState, "update", "state")]
        except Failure:  # on its way down or up
            return False
        tested = told[0].tested
        return tested is not None and tested.at > since and tested.slot == running(told[0])

    if not poll(tested, seconds=PATIENCE, every=EVERY):
        die(f"The box has not tested itself: {told}\n{branch.machine.last_words()}")
    return told[0]


def tested_at(branch: Branch) -> float:
    """When the box tested itself last, by its own clock."""
    state = judged(branch, 0)
    return state.tested.at if state.tested else 0.0


def running(state: UpdateState) -> str:
    """The slot that runs."""
    return next(slot.name for slot in state.slots if slot.running)
