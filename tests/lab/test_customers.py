"""A customer calls: who is unknown becomes one in four keys, who is known stands there as the phone rings, and the
agent, who sees numbers masked, calls back without ever seeing one. Real phones, the real TUI, a file by the CLI."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from appliance.site import document as documents
from appliance.site.models import Person, Role
from images.box import Box
from images.network import CARRIER_ADDRESS
from images.phones import SIP, Handset, Handsets, Line
from images.rootfs import Root
from tests.lab.keyboard import ENTER, ESCAPE, KEEP, Keyboard
from tests.lab.rush import DID, passwords
from tests.lab.test_desk_calls import F9, terminal

AGENT, MANAGER = "lina", "boss"
F7 = "\x1b[18~"
NUMBER, WRITTEN, MASKED = "13905770001", "139 0577 0001", "139****0001"
FILE = f"""\
name,phone,address,grade
Wu,{NUMBER},Xueyuan Rd 12-3-401,gold
王建国,138 0577 2046,温州市学院路,silver
陈洁,see card,,
"""


@dataclass
class Desk:
    """An agent at terminal and phone, a customer's phone, and who else has a terminal."""

    box: Box
    terminal: Keyboard
    agent: Handset
    customer: Handset

    def call(self) -> None:
        """The customer calls the service number and asks for repair; the agent's phone rings."""
        self.customer.dial(DID)
        self.customer.wait(Line.TALKS)  # the menu
        self.customer.press("1")
        self.agent.wait(Line.RINGS, 20)
        self.terminal.sees("RINGING")

    def over(self, *, wrap_up: bool = True) -> None:
        """All is quiet again; a queue's call has work after it."""
        for phone in (self.customer, self.agent):
            if phone.line is not Line.FREE:
                phone.hang_up()
                phone.wait(Line.FREE)
        if wrap_up:
            self.terminal.sees("WRAP-UP")
            self.terminal.types(F9)
        self.terminal.sees("READY")

    def sees_masked(self, *words: str) -> None:
        """The words come, the number does not."""
        self.terminal.sees(*words)
        assert not [whole for whole in (NUMBER, WRITTEN) if whole in self.terminal.screen], self.terminal.screen


@pytest.fixture(scope="module")
def box(root: Root) -> Iterator[Box]:
    """A box of its own, whose agents see numbers masked and whose carrier is one telephone."""
    example, _ = documents.parse(documents.example("en"))
    assert example is not None
    rules = example.customers.model_copy(update={"masked_roles": (Role.AGENT,)})
    trunks = tuple(each.model_copy(update={"port": SIP}) for each in example.trunks)
    people = (*example.people, Person(login=MANAGER, name="The manager", role=Role.MANAGER))
    phones = tuple(each.model_copy(update={"permission": "office"}) for each in example.extensions)
    document = example.model_copy(update={"customers": rules, "trunks": trunks, "people": people, "extensions": phones})
    box = Box.start("customers", root, document=document)
    yield box
    box.stop()
    box.remove()


@pytest.fixture(scope="module")
def desk(box: Box) -> Iterator[Desk]:
    """Everybody is there; the agent is ready."""
    box.wait_tested()
    with Handsets(box.network.operator) as phones:
        customer = phones.add(NUMBER, None, tone=440, address=CARRIER_ADDRESS)
        agent = phones.add("8002", passwords(box)["8002"], tone=1240)
        with terminal(box, AGENT) as keyboard:
            keyboard.sees("READY", "8002 Li Na")
            yield Desk(box, keyboard, agent, customer)


def branchbox(box: Box, *argv: str, stdin: str = "", check: bool = True) -> str:
    """What the command says to the manager."""
    done = box.as_user(MANAGER, ["/usr/bin/branchbox", *argv], stdin=stdin, check=check)
    return done.out + done.err


def test_an_unknown_caller_becomes_a_customer_in_four_keys_while_the_phone_rings(desk: Desk) -> None:
    desk.call()
    desk.sees_masked(MASKED, "Unknown. n makes a new customer")
    desk.terminal.types("n")
    desk.terminal.sees("CUSTOMERS > new")
    desk.terminal.types("W", "u", KEEP)
    desk.sees_masked("Wu is kept.", "RINGING")
    desk.agent.answer()
    desk.sees_masked("TALKING", "Wu", MASKED)
    desk.over()
    assert WRITTEN in branchbox(desk.box, "customers", "find", "wu")


def test_a_file_is_checked_row_by_row_and_stored_by_the_command(desk: Desk) -> None:
    checked = branchbox(desk.box, "customers", "import", stdin=FILE, check=False)
    assert "3 rows; 1 do not fit, 1 are here already" in checked
    assert "row 4" in checked and "see card is no telephone number" in checked
    stored = branchbox(
        desk.box, "customers", "import", "--why", "lab", "--known", "update", "--without-faulty", stdin=FILE
    )
    assert "1 added, 1 changed, 1 left out." in stored


def test_the_file_of_a_known_caller_is_there_as_the_phone_rings(desk: Desk) -> None:
    desk.call()
    desk.sees_masked(MASKED, "Wu", "Gold", "Xueyuan Rd 12-3-401", "Last calls", "8002")
    desk.agent.answer()
    desk.terminal.sees("TALKING")
    desk.terminal.types("t")
    desk.terminal.sees("Note on Wu")
    desk.terminal.types("wants an invoice", ENTER)
    desk.terminal.sees("Done.", "TALKING")
    desk.terminal.types(ENTER)
    desk.sees_masked("CUSTOMERS > Wu", "wants an invoice")
    desk.terminal.types(ESCAPE)
    desk.terminal.sees("TALKING")
    desk.over()


def test_an_agent_who_sees_no_number_calls_the_customer(desk: Desk) -> None:
    desk.call()
    desk.terminal.types(ENTER)
    desk.sees_masked("CUSTOMERS > Wu", MASKED)
    desk.customer.hang_up()
    desk.agent.wait(Line.FREE)
    desk.terminal.types("c")
    desk.sees_masked("Your phone rings; Wu is called when you answer.")
    desk.agent.wait(Line.RINGS)
    desk.agent.answer()
    desk.customer.wait(Line.RINGS)
    desk.customer.answer()
    desk.terminal.types(ESCAPE)
    desk.sees_masked("TALKING", "Wu", MASKED)
    desk.over(wrap_up=False)


def test_the_manager_finds_by_initials_and_sees_the_number_whole(box: Box) -> None:
    with terminal(box, MANAGER) as keyboard:
        keyboard.sees("F2-F8")
        keyboard.types(F7, "u")
        keyboard.sees("CUSTOMERS", "2 customers")
        keyboard.types("w", "j", "g")
        keyboard.sees("1 customer", "王建国", "138 0577 2046")


def test_the_command_masks_for_an_agent_too(box: Box) -> None:
    said = box.as_user(AGENT, ["/usr/bin/branchbox", "customers", "find", "--json", "wu"]).out
    assert MASKED in said
    assert WRITTEN not in said and NUMBER not in said
