"""A box as an installer makes it, legacy BIOS: the stick, an empty disk, the questions at the screen, a call."""

from __future__ import annotations

import pytest

from appliance.api.contract import Outcome
from images.run import poll
from images.traffic import Callers, Phones
from images.vm import Machine
from images.vm.branch import Branch
from images.vm.disks import stick
from images.vm.front import Alphabet, Front
from images.vm.machine import PATIENCE
from images.vm.seat import Serial
from images.vm.walks import BOOT, Answers, booted, questions
from tests.vm.expectations import known

CALLER, PHONE = 13900004001, "8001"
ANSWERS = Answers()


@pytest.fixture(scope="module")
def branch(installed: Machine, alphabet: Alphabet) -> tuple[Branch, dict[str, str]]:
    """The branch, set up at screen and keyboard, and its phones' passwords as the screen showed them."""
    branch = Branch.of(installed)
    booted(Serial(installed))
    front = Front(installed, alphabet)
    front.wait_for_list(BOOT)
    installed.plug(stick(installed.home / "keys", {f"branchbox/{ANSWERS.key_file}": branch.key.public.encode()}))
    before = front.rest()
    front.press("Home", "Enter")
    front.rest(before)
    front.learn()
    passwords = questions(front, ANSWERS)
    installed.pull()
    return branch, passwords


def test_the_installer_can_log_in_with_the_key_from_the_stick(branch: tuple[Branch, dict[str, str]]) -> None:
    box, _passwords = branch
    box.reachable(PATIENCE)
    assert ANSWERS.name in box.ssh("branchbox", "status", check=False).out


def test_a_call_from_outside_rings_a_phone_is_recorded_and_in_the_history(
    branch: tuple[Branch, dict[str, str]],
) -> None:
    box, passwords = branch
    assert set(passwords) == {"8001", "8002", "8003"}
    with box.traffic() as calls:
        calls.be_the_carrier()
        calls.answer(Phones((calls.phone(0, PHONE, passwords[PHONE]),), rings=0.5, talks=6), within=60)
        calls.call(Callers(CALLER, 1, ANSWERS.service_number, patience=60))
        calls.wait(180)
        (talk,) = calls.answered()
    assert talk.answered is not None, talk

    def told() -> bool:
        return any(call.caller == str(CALLER) and call.recordings for call in known(box).calls.values())

    assert poll(told, seconds=60, every=2), known(box)
    (row,) = [call for call in known(box).calls.values() if call.caller == str(CALLER)]
    assert (row.outcome, row.agent) == (Outcome.ANSWERED, PHONE), row
