"""What an agent does with calls at the desk: keys in the real TUI, real phones, and who hears whom afterwards."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from appliance.api import contract
from appliance.api.contract import Call, CallFilter, Outcome
from images.asking import ask
from images.box import Box
from images.network import CARRIER_ADDRESS
from images.phones import Handset, Handsets, Line
from images.run import poll
from tests.lab.expectations import detail
from tests.lab.keyboard import ENTER, Keyboard
from tests.lab.rush import DID, passwords
from tests.lab.sound import share

AGENT, COLLEAGUE = "8002", "8022"
CALLERS, AGENTS, COLLEAGUES = 440, 1240, 1640
"""Tones, Hz."""
RECENT = 10.0
"""Seconds since the end of a call that was just now."""
F2, F3, F4, F5, F6, F9 = "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[17~", "\x1b[20~"
CLEAR, NOTHING = 0.3, 0.05
"""Shares of the sound: a tone that is there, if need be beside two others, and one that is not."""


@dataclass
class Desk:
    """An agent at terminal and phone, a colleague's phone, a customer's."""

    box: Box
    terminal: Keyboard
    agent: Handset
    colleague: Handset
    customer: Handset

    def call(self) -> None:
        """The customer calls the service number, asks for repair, the agent takes it."""
        self.customer.dial(DID)
        self.customer.wait(Line.TALKS)  # the menu
        self.customer.press("1")
        self.agent.wait(Line.RINGS, 20)
        self.terminal.sees("RINGING")
        self.agent.answer()
        self.terminal.sees("TALKING")
        self.hear(self.customer, AGENTS)
        self.hear(self.agent, CALLERS)

    def hear(self, phone: Handset, *tones: int) -> None:
        """This phone hears these tones and none of the others; music may be there."""

        def so() -> bool:
            heard = phone.hears(0.5)
            shares = {tone: share(heard, tone) for tone in (CALLERS, AGENTS, COLLEAGUES)} if heard else {}
            return bool(shares) and all(
                (found > CLEAR) if tone in tones else (found < NOTHING) for tone, found in shares.items()
            )

        assert poll(so, seconds=8, every=0.1), f"{phone.number} does not hear {tones}:\n{self.terminal.screen}"


@pytest.fixture(scope="module")
def desk(box: Box) -> Iterator[Desk]:
    """Everybody is there."""
    box.wait_tested()
    secrets = passwords(box)
    with Handsets(box.network.operator) as phones:
        agent = phones.add(AGENT, secrets[AGENT], tone=AGENTS)
        colleague = phones.add(COLLEAGUE, secrets[COLLEAGUE], tone=COLLEAGUES)
        customer = phones.add("13905770001", None, tone=CALLERS, address=CARRIER_ADDRESS)
        with terminal(box, "lina") as keyboard:
            keyboard.sees("READY", "8002 Li Na")
            yield Desk(box, keyboard, agent, colleague, customer)


@contextmanager
def terminal(box: Box, login: str) -> Iterator[Keyboard]:
    """A person's TUI."""
    argv = ["runuser", "-u", login, "--", "env", "TERM=xterm-256color", "/usr/bin/branchbox-login"]
    keyboard = Keyboard(box.inside(argv))
    try:
        yield keyboard
    finally:
        keyboard.close()


@pytest.fixture
def call(desk: Desk) -> Iterator[Desk]:
    """A call that goes on; all is quiet again afterwards."""
    desk.call()
    yield desk
    for phone in (desk.customer, desk.agent, desk.colleague):
        if phone.line is not Line.FREE:
            phone.hang_up()
            phone.wait(Line.FREE)
    desk.terminal.sees("WRAP-UP")
    desk.terminal.types(F9)
    desk.terminal.sees("READY")


def test_hold_gives_music_and_takes_it_away(call: Desk) -> None:
    call.terminal.types(F3)
    call.terminal.sees("on hold")
    call.hear(call.customer)
    call.terminal.types(F3)
    call.hear(call.customer, AGENTS)
    call.hear(call.agent, CALLERS)


def test_a_key_that_is_struck_twice_holds_once(call: Desk) -> None:
    call.terminal.types(F3, F3)
    call.terminal.sees("on hold", "Done.")
    call.terminal.types(F3)
    call.hear(call.customer, AGENTS)
    call.hear(call.agent, CALLERS)


def test_a_blind_transfer_reaches_the_colleague(call: Desk) -> None:
    call.terminal.types(F4)
    call.terminal.sees("Send the caller")
    call.terminal.types(COLLEAGUE, ENTER)
    call.colleague.wait(Line.RINGS)
    call.agent.wait(Line.FREE)
    call.colleague.answer()
    call.hear(call.customer, COLLEAGUES)
    call.hear(call.colleague, CALLERS)


def test_a_caller_whom_the_colleague_refuses_comes_back(call: Desk) -> None:
    call.terminal.types(F4, COLLEAGUE, ENTER)
    call.colleague.wait(Line.RINGS)
    call.colleague.hang_up()
    call.agent.wait(Line.RINGS)
    call.agent.answer()
    call.hear(call.customer, AGENTS)


def consult(desk: Desk) -> None:
    desk.terminal.types(F5)
    desk.terminal.sees("Call whom")
    desk.terminal.types(COLLEAGUE, ENTER)
    desk.colleague.wait(Line.RINGS)
    desk.terminal.sees("on hold", "ringing")
    desk.colleague.answer()
    desk.hear(desk.agent, COLLEAGUES)
    desk.hear(desk.customer)


def test_a_colleague_is_consulted_and_the_caller_is_there_again(call: Desk) -> None:
    consult(call)
    call.terminal.types(F5)
    call.colleague.wait(Line.FREE)
    call.hear(call.customer, AGENTS)


def test_between_the_two_one_swaps(call: Desk) -> None:
    consult(call)
    call.terminal.types(F3)
    call.hear(call.agent, CALLERS)
    call.hear(call.colleague)
    call.terminal.types(F3)
    call.hear(call.agent, COLLEAGUES)


def test_three_talk(call: Desk) -> None:
    consult(call)
    call.terminal.types(F6)
    call.hear(call.customer, AGENTS, COLLEAGUES)
    call.hear(call.agent, CALLERS, COLLEAGUES)
    call.hear(call.colleague, CALLERS, AGENTS)


def test_the_two_are_connected(call: Desk) -> None:
    consult(call)
    call.terminal.types(F4)
    call.agent.wait(Line.FREE)
    call.hear(call.customer, COLLEAGUES)
    call.hear(call.colleague, CALLERS)


def test_a_colleague_who_refuses_leaves_the_caller_with_the_agent(call: Desk) -> None:
    call.terminal.types(F5, COLLEAGUE, ENTER)
    call.colleague.wait(Line.RINGS)
    call.colleague.hang_up()
    call.hear(call.customer, AGENTS)
    call.hear(call.agent, CALLERS)


def test_a_parked_caller_hears_music_and_is_taken_back_by_its_place(call: Desk) -> None:
    call.terminal.types("p")
    call.agent.wait(Line.FREE)
    call.terminal.sees("PARKED", f"parked by {AGENT}")
    call.hear(call.customer)
    call.colleague.dial("*091")
    call.colleague.wait(Line.TALKS)
    call.hear(call.customer, COLLEAGUES)
    call.hear(call.colleague, CALLERS)
    call.customer.hang_up()
    (row,) = wait_for_last(call.box, call.customer.number)
    told = [(event.what, event.detail) for event in detail(call.box, row).timeline]
    assert told[-4:] == [("parked", AGENT), ("taken-back", COLLEAGUE), ("hung-up", "caller"), ("ended", "")]


def test_who_parked_a_call_takes_it_back_and_works_on_with_it(call: Desk) -> None:
    call.terminal.types("p")
    call.agent.wait(Line.FREE)
    call.terminal.sees("PARKED", "WRAP-UP")
    call.terminal.types("p")
    call.agent.wait(Line.RINGS)
    call.agent.answer()
    call.hear(call.customer, AGENTS)
    call.hear(call.agent, CALLERS)
    call.terminal.sees("TALKING")
    call.terminal.types(F3)
    call.terminal.sees("on hold")
    call.hear(call.customer)
    call.terminal.types(F3)
    call.hear(call.agent, CALLERS)


def test_a_colleague_picks_up_what_rings_at_the_agents_phone(desk: Desk) -> None:
    desk.customer.dial(DID)
    desk.customer.wait(Line.TALKS)
    desk.customer.press("1")
    desk.agent.wait(Line.RINGS, 20)
    desk.colleague.dial(f"**{AGENT}")
    desk.colleague.wait(Line.TALKS)
    desk.agent.wait(Line.FREE)
    desk.hear(desk.customer, COLLEAGUES)
    desk.hear(desk.colleague, CALLERS)
    desk.customer.hang_up()
    desk.colleague.wait(Line.FREE)
    (row,) = wait_for_last(desk.box, desk.customer.number)
    assert (row.outcome, row.agent) == (Outcome.ANSWERED, COLLEAGUE)
    assert "picked-up" in [event.what for event in detail(desk.box, row).timeline]
    desk.terminal.types(F9)
    desk.terminal.sees("READY")


def wait_for_last(box: Box, caller: str) -> list[Call]:
    """The newest call of this caller, once it is over and written down."""
    found: list[Call] = []

    def over() -> bool:
        found[:] = ask(box, contract.CALLS_LIST, CallFilter(number=caller, limit=1)).calls
        return bool(found) and found[0].ended is not None and time.time() - found[0].ended < RECENT

    assert poll(over, seconds=15, every=0.2), found
    return found


def test_a_number_is_called_and_the_own_phone_rings_first(desk: Desk) -> None:
    desk.terminal.types("c")
    desk.terminal.sees("Your phone rings first")
    desk.terminal.types(COLLEAGUE, ENTER)
    desk.agent.wait(Line.RINGS)
    desk.agent.answer()
    desk.colleague.wait(Line.RINGS)
    desk.colleague.answer()
    desk.hear(desk.agent, COLLEAGUES)
    desk.terminal.types(F2)
    desk.colleague.wait(Line.FREE)
    desk.terminal.sees("READY")


# --- what dies under a call ---------------------------------------------------------------


def test_whose_line_drops_is_at_the_same_call_again(call: Desk) -> None:
    with terminal(call.box, "lina") as line:
        line.sees("TALKING", call.customer.number)
        line.types(F3)
        line.sees("F3 Retrieve")
    with terminal(call.box, "lina") as line:
        line.sees("TALKING", call.customer.number, "on hold")
        line.types(F3)
        call.hear(call.customer, AGENTS)
        call.hear(call.agent, CALLERS)


def test_the_call_and_the_desk_outlive_core(call: Desk) -> None:
    call.box.run(["systemctl", "kill", "--signal=KILL", "branchbox-core"])
    call.hear(call.customer, AGENTS)
    call.hear(call.agent, CALLERS)
    call.box.wait_ready()
    call.terminal.sees("TALKING", call.customer.number)
    call.terminal.types(F3)
    call.terminal.sees("F3 Retrieve")
    call.terminal.types(F3)
    call.hear(call.customer, AGENTS)


def test_work_after_a_call_is_begun_anew(desk: Desk) -> None:
    desk.call()
    desk.terminal.types(F2)
    desk.customer.wait(Line.FREE)
    desk.terminal.sees("WRAP-UP")
    desk.terminal.types("w")
    # The queue gives ten seconds.
    desk.terminal.sees("WRAP-UP", "0:14")
    desk.terminal.types(F9)
    desk.terminal.sees("READY")


def test_a_core_that_comes_back_knows_who_is_on_hold_and_what_is_recorded(call: Desk) -> None:
    call.terminal.types(F3)
    call.terminal.sees("F3 Retrieve")
    call.box.run(["systemctl", "kill", "--signal=KILL", "branchbox-core"])
    call.box.wait_ready()
    with terminal(call.box, "lina") as line:
        line.sees("TALKING", call.customer.number, "on hold", "recorded")
        line.types(F3)
        call.hear(call.customer, AGENTS)
        call.hear(call.agent, CALLERS)


def test_after_the_exchange_has_died_the_agent_takes_calls_as_before(desk: Desk) -> None:
    desk.call()
    desk.box.run(["systemctl", "kill", "--signal=KILL", "asterisk"])
    desk.terminal.sees("No call.")
    for phone in (desk.customer, desk.agent):  # nobody tells them
        phone.hang_up()
        phone.wait(Line.FREE)
    desk.terminal.sees("READY", "8002 Li Na")
    desk.call()
    desk.customer.hang_up()
    desk.agent.wait(Line.FREE)
