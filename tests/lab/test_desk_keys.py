"""What an agent does at the desk beside the calls themselves: taking and refusing one, keys for a machine, being busy.

Who hears whom when calls are held, sent on and brought together is `test_desk_calls`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.api import contract
from appliance.api.contract import AgentState
from appliance.api.wire import Empty
from images.asking import ask
from images.box import Box
from images.network import CARRIER_ADDRESS
from images.phones import Handsets, Line
from images.run import poll
from images.traffic import Callers, Phones
from tests.lab.keyboard import DOWN, ENTER, Keyboard
from tests.lab.rush import DID, passwords, traffic
from tests.lab.test_desk_calls import AGENT, AGENTS, CALLERS, COLLEAGUE, COLLEAGUES, F2, F9, Desk, terminal

F1, F8, F10 = "\x1bOP", "\x1b[19~", "\x1b[21~"


@pytest.fixture(scope="module")
def lina(box: Box) -> Iterator[Keyboard]:
    """The agent's terminal."""
    box.wait_tested()
    with terminal(box, "lina") as keyboard:
        keyboard.sees("8002 Li Na")
        yield keyboard


def test_a_phone_that_knows_how_takes_the_call_at_the_key(box: Box, lina: Keyboard) -> None:
    with traffic(box) as calls:
        calls.answer(Phones((calls.phone(0, AGENT, passwords(box)[AGENT]),), rings=60, talks=60))
        lina.sees("READY")
        calls.call(Callers(13905770050, 1, DID, "1"))
        lina.sees("RINGING", "F1 Answer")
        lina.types(F1)
        lina.sees("TALKING", "Done.", seconds=5)
        (talk,) = calls.answered()
        assert talk.answered is not None
        lina.types(F2)
        calls.wait(10)
        lina.sees("WRAP-UP")
        lina.types(F9)
        lina.sees("READY")


@pytest.fixture(scope="module")
def desk(box: Box, lina: Keyboard) -> Iterator[Desk]:
    """Everybody is there; none of these phones knows the event talk."""
    secrets = passwords(box)
    with Handsets(box.network.operator) as phones:
        agent = phones.add(AGENT, secrets[AGENT], tone=AGENTS)
        colleague = phones.add(COLLEAGUE, secrets[COLLEAGUE], tone=COLLEAGUES)
        customer = phones.add("13905770001", None, tone=CALLERS, address=CARRIER_ADDRESS)
        lina.sees("READY")
        yield Desk(box, lina, agent, colleague, customer)


def ready(desk: Desk) -> None:
    """The call is over, and work after it."""
    for phone in (desk.customer, desk.agent, desk.colleague):
        if phone.line is not Line.FREE:
            phone.hang_up()
            phone.wait(Line.FREE)
    desk.terminal.sees("WRAP-UP")
    desk.terminal.types(F9)
    desk.terminal.sees("READY")


def ringing(box: Box) -> list[str]:
    """What rings at the agent's phone, as Asterisk names it."""
    channels = box.run(["asterisk", "-rx", "core show channels concise"]).out.splitlines()
    return [channel for channel in (line.split("!")[0] for line in channels) if channel.startswith(f"PJSIP/{AGENT}-")]


def test_a_phone_that_does_not_is_lifted(desk: Desk) -> None:
    desk.customer.dial(DID)
    desk.customer.wait(Line.TALKS)
    desk.customer.press("1")
    desk.agent.wait(Line.RINGS, 20)
    desk.terminal.sees("RINGING", "F1 Answer")
    rings = ringing(desk.box)
    desk.terminal.types(F1)
    desk.terminal.sees("RINGING", "lift the handset")
    assert ringing(desk.box) == rings, "the key has ended what rang"
    desk.agent.answer()
    desk.hear(desk.customer, AGENTS)
    desk.terminal.sees("TALKING")
    desk.terminal.types(F2)
    desk.customer.wait(Line.FREE)
    desk.agent.wait(Line.FREE)
    ready(desk)


def test_a_call_that_is_refused_rings_on_with_the_caller_waiting(desk: Desk) -> None:
    desk.customer.dial(DID)
    desk.customer.wait(Line.TALKS)
    desk.customer.press("1")
    desk.agent.wait(Line.RINGS, 20)
    desk.terminal.sees("RINGING")
    desk.terminal.types(F2)
    desk.agent.wait(Line.FREE)
    assert desk.customer.line is Line.TALKS, "a refused call is the caller's end"
    desk.agent.wait(Line.RINGS, 20)
    desk.agent.answer()
    desk.hear(desk.customer, AGENTS)
    ready(desk)


def test_keys_reach_the_machine_at_the_other_end_in_their_order(desk: Desk) -> None:
    desk.call()
    desk.customer.keys = ""
    desk.terminal.types("k")
    desk.terminal.sees("Which keys")
    desk.terminal.types("1359#", ENTER)
    assert poll(lambda: desk.customer.keys == "1359#", seconds=10), desk.customer.keys
    desk.terminal.sees("TALKING")
    desk.hear(desk.customer, AGENTS)
    ready(desk)


def agent(box: Box) -> tuple[AgentState, str | None]:
    """What the exchange says of her."""
    (found,) = (each for each in ask(box, contract.LIVE, Empty()).agents if each.number == AGENT)
    return found.state, found.reason


def test_who_is_busy_gets_no_call_until_ready(desk: Desk) -> None:
    desk.terminal.types(F8)
    desk.terminal.sees("Why do you take no calls?", "Break", "Lunch", "Training")
    desk.terminal.types(DOWN, ENTER)
    desk.terminal.sees("PAUSED Lunch")
    assert agent(desk.box) == (AgentState.PAUSED, "lunch")
    desk.terminal.types(F9)
    desk.terminal.sees("READY")
    assert agent(desk.box) == (AgentState.READY, None)


def test_who_is_made_busy_during_a_call_is_so_after_it(desk: Desk) -> None:
    desk.call()
    desk.terminal.types(F8)
    desk.terminal.sees("Why do you take no calls?")
    desk.terminal.types(ENTER)
    desk.terminal.sees("TALKING, then Break")
    desk.hear(desk.customer, AGENTS)
    desk.customer.hang_up()
    desk.terminal.sees("PAUSED Break")
    assert agent(desk.box) == (AgentState.PAUSED, "break")
    desk.terminal.types(F9)
    desk.terminal.sees("READY")
