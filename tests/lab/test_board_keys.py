"""The board by its keys, in the real TUI, at real phones: what a supervisor does, who hears whom, what the screens say.

What the supervisor's phone itself can do, and what is left of it without core, is `test_board`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from appliance.api import contract
from appliance.api.contract import Apply, CallFilter, CallKey, Confirm, Document, OperationFilter, RevisionKey
from appliance.api.wire import Empty
from images.asking import ask
from images.box import Box
from images.network import CARRIER_ADDRESS
from images.phones import Handset, Handsets, Line
from images.run import poll
from tests.lab.keyboard import ENTER, Keyboard
from tests.lab.rush import passwords
from tests.lab.test_desk_calls import AGENT, AGENTS, CALLERS, F9, Desk, terminal
from tests.lab.test_desk_calls import COLLEAGUES as SUPERVISORS

SUPERVISOR = "8021"
WHO = f"{AGENT} Li Na"
F7, F10, HOME = "\x1b[18~", "\x1b[21~", "\x1b[H"
WHY = "the caller shouts"


@dataclass
class Floor:
    """The desk of an agent with a caller; a supervisor at the board and at a phone."""

    box: Box
    desk: Desk
    board: Keyboard
    phone: Handset

    def act(self, *keys: str) -> None:
        """Keys of the board, with the cursor on the agent; the own phone rings, and is lifted."""
        self.board.types(HOME, *keys)
        self.phone.wait(Line.RINGS)
        self.board.sees(f"Phone {SUPERVISOR} rings")
        self.phone.answer()
        self.board.sees("Done.")

    def hear(self, *, supervisor: tuple[int, ...], agent: tuple[int, ...], caller: tuple[int, ...]) -> None:
        """Each hears these, and nothing of the others."""
        self.desk.hear(self.phone, *supervisor)
        self.desk.hear(self.desk.agent, *agent)
        self.desk.hear(self.desk.customer, *caller)

    def logged(self, method: str) -> str:
        """What the operation log's newest row says, which is of this method and the supervisor's."""
        newest = ask(self.box, contract.OPLOG_LIST, OperationFilter(by="supervisor", limit=1)).operations[0]
        assert (newest.method, newest.result) == (method, "done")
        return newest.detail

    def quiet(self) -> None:
        """All calls are over, and the agent is ready."""
        for phone in (self.desk.customer, self.desk.agent, self.phone):
            if phone.line is not Line.FREE:
                phone.hang_up()
                phone.wait(Line.FREE)
        assert poll(lambda: not ask(self.box, contract.LIVE, Empty()).calls, seconds=10)
        agent = self.desk.terminal
        assert poll(lambda: any(word in agent.screen for word in ("WRAP-UP", "READY")), seconds=10), agent.screen
        if "WRAP-UP" in agent.screen:
            agent.types(F9)
        agent.sees("READY")


@pytest.fixture(scope="module")
def signing_in(box: Box) -> Iterator[Box]:
    """The box whose agent signs in and out."""
    before = ask(box, contract.CONFIG_SHOW, RevisionKey()).toml
    one = f'number = "{AGENT}"\nname = "Li Na"\nextension = "{AGENT}"\nsigns_in = '
    assert before.count(f"{one}false") == 1, before
    put_in_force(box, before.replace(f"{one}false", f"{one}true"))
    yield box
    put_in_force(box, before)


def put_in_force(box: Box, toml: str) -> None:
    ask(box, contract.CONFIG_EDIT, Document(toml=toml))
    assert not ask(box, contract.CONFIG_APPLY, Apply(why="who signs in")).problems
    ask(box, contract.CONFIG_CONFIRM, Confirm())


@pytest.fixture(scope="module")
def floor(signing_in: Box) -> Iterator[Floor]:
    """Everybody is there, and the agent has signed in at the desk."""
    box = signing_in
    box.wait_tested()
    secrets = passwords(box)
    with Handsets(box.network.operator) as phones, terminal(box, "lina") as lina, terminal(box, "supervisor") as board:
        agent = phones.add(AGENT, secrets[AGENT], tone=AGENTS)
        phone = phones.add(SUPERVISOR, secrets[SUPERVISOR], tone=SUPERVISORS)
        customer = phones.add("13905770001", None, tone=CALLERS, address=CARRIER_ADDRESS)
        lina.sees("SIGNED OUT", WHO)
        lina.types(F10, ENTER)
        lina.sees("READY")
        board.sees("Wenzhou North")
        board.types(F10)
        board.sees("BOARD", "Li Na", "ready")
        yield Floor(box, Desk(box, lina, agent, phone, customer), board, phone)


def story(box: Box) -> list[tuple[str, str]]:
    """What happened in the newest call, so far."""
    newest = ask(box, contract.CALLS_LIST, CallFilter(limit=1)).calls[0]
    return [
        (line.what, line.detail) for line in ask(box, contract.CALLS_SHOW, CallKey(linkedid=newest.linkedid)).timeline
    ]


@pytest.fixture
def call(floor: Floor) -> Iterator[Floor]:
    """A call that goes on, on the board too."""
    floor.desk.call()
    floor.board.sees("Li Na", "talking", "13905770001")
    yield floor
    floor.quiet()


def test_from_listening_to_whispering_to_barging_in_and_back(call: Floor) -> None:
    call.act("l")
    call.hear(supervisor=(CALLERS, AGENTS), agent=(CALLERS,), caller=(AGENTS,))
    call.board.types("w")
    call.hear(supervisor=(CALLERS, AGENTS), agent=(CALLERS, SUPERVISORS), caller=(AGENTS,))
    call.board.types("b")
    call.hear(supervisor=(CALLERS, AGENTS), agent=(CALLERS, SUPERVISORS), caller=(AGENTS, SUPERVISORS))
    call.board.types("l")
    call.hear(supervisor=(CALLERS, AGENTS), agent=(CALLERS,), caller=(AGENTS,))
    assert call.logged("board/listen")


@pytest.mark.parametrize(("key", "caller"), [("w", (AGENTS,)), ("b", (AGENTS, SUPERVISORS))])
def test_whispering_and_barging_in_at_once(call: Floor, key: str, caller: tuple[int, ...]) -> None:
    call.act(key)
    call.hear(supervisor=(CALLERS, AGENTS), agent=(CALLERS, SUPERVISORS), caller=caller)


def test_taking_over_needs_a_reason_and_is_in_the_story(call: Floor) -> None:
    call.board.types(HOME, "t")
    call.board.sees(f"Take over the call of {WHO}?")
    call.board.types(ENTER)
    call.board.sees(f"Take over the call of {WHO}?")
    assert call.phone.line is Line.FREE
    call.board.types(WHY, ENTER)
    call.phone.wait(Line.RINGS)
    call.desk.hear(call.desk.customer, AGENTS)
    call.phone.answer()
    call.desk.agent.wait(Line.FREE)
    call.desk.hear(call.desk.customer, SUPERVISORS)
    call.desk.hear(call.phone, CALLERS)
    call.board.sees("Done.", "wrap-up")
    call.desk.terminal.sees("WRAP-UP")
    assert WHY in call.logged("board/take_over")
    assert poll(lambda: ("taken-over", SUPERVISOR) in story(call.box), seconds=10), story(call.box)


def test_a_disconnected_call_is_over_for_both(call: Floor) -> None:
    call.board.types(HOME, "k")
    call.board.sees(f"Disconnect the call of {WHO}?")
    call.board.types(WHY, ENTER)
    call.desk.agent.wait(Line.FREE)
    call.desk.customer.wait(Line.FREE)
    call.board.sees("Done.", "wrap-up")
    assert WHY in call.logged("board/disconnect")


def test_who_is_forced_busy_and_ready_sees_it_at_the_desk(floor: Floor) -> None:
    floor.board.types(HOME, "x")
    floor.board.sees("Busy for what?")
    floor.board.types("lun", ENTER)
    floor.board.sees(f"Force {WHO} busy?")
    floor.board.types(WHY, ENTER)
    floor.board.sees("Done.", "Lunch")
    floor.desk.terminal.sees("PAUSED Lunch")
    assert WHY in floor.logged("board/busy")
    floor.board.types("y")
    floor.board.sees(f"Force {WHO} ready?")
    floor.board.types(WHY, ENTER)
    floor.board.sees("Done.", "Li Na", " ready ")
    floor.desk.terminal.sees("READY")
    assert WHY in floor.logged("board/ready")


def test_who_is_forced_out_signs_in_again(floor: Floor) -> None:
    floor.board.types(HOME, "o")
    floor.board.sees(f"Force {WHO} out?")
    floor.board.types(WHY, ENTER)
    floor.desk.terminal.sees("SIGNED OUT", "You are not signed in")
    floor.board.sees("Done.")
    assert WHY in floor.logged("board/sign_out")
    floor.desk.terminal.types(F10, ENTER)
    floor.desk.terminal.sees("READY")


def test_a_call_for_help_is_answered(call: Floor) -> None:
    call.desk.terminal.types(F7)
    call.desk.terminal.sees("Help asked")
    call.board.sees("ASKS HELP")
    call.act("h")
    call.desk.terminal.sees("Zhou Min helps you")
    assert poll(lambda: "ASKS HELP" not in call.board.screen, seconds=5)
    call.hear(supervisor=(CALLERS, AGENTS), agent=(CALLERS,), caller=(AGENTS,))


def test_a_call_for_help_is_taken_back(call: Floor) -> None:
    call.desk.terminal.types(F7)
    call.board.sees("ASKS HELP")
    call.desk.terminal.types(F7)
    assert poll(lambda: "ASKS HELP" not in call.board.screen, seconds=5)
    assert poll(lambda: "Help asked" not in call.desk.terminal.screen, seconds=5)


def test_without_core_the_board_says_from_when_it_is_and_the_talk_goes_on(call: Floor) -> None:
    call.act("l")
    call.box.run(["systemctl", "kill", "--signal=KILL", "branchbox-core"])
    try:
        call.board.sees("nothing below is live")
        call.hear(supervisor=(CALLERS, AGENTS), agent=(CALLERS,), caller=(AGENTS,))
    finally:
        call.box.wait_ready()
    live_again(call.board)
    call.board.sees("Li Na", "talking")


def test_when_asterisk_dies_the_board_says_so_and_all_is_well_again_by_itself(floor: Floor) -> None:
    floor.desk.call()
    floor.box.run(["systemctl", "kill", "--signal=KILL", "asterisk"])
    floor.board.sees("Asterisk does not answer since", "nothing below is live")
    floor.box.wait_ready()
    live_again(floor.board)
    for phone in (floor.desk.customer, floor.desk.agent):  # they have not heard that Asterisk died
        phone.hang_up()
        phone.wait(Line.FREE)
    floor.desk.terminal.sees("READY", seconds=40)  # its wrap-up is older than it may be


def test_a_line_that_is_lost_ends_nothing(call: Floor) -> None:
    with terminal(call.box, "supervisor") as lost:
        lost.sees("Wenzhou North")
        lost.types(F10)
        lost.sees("BOARD", "talking")
        lost.types(HOME, "l")
        call.phone.wait(Line.RINGS)
        call.phone.answer()
        lost.sees("Done.")
    call.hear(supervisor=(CALLERS, AGENTS), agent=(CALLERS,), caller=(AGENTS,))
    call.board.types(HOME, "w")
    call.hear(supervisor=(CALLERS, AGENTS), agent=(CALLERS, SUPERVISORS), caller=(AGENTS,))


def live_again(board: Keyboard) -> None:
    """Nothing old is drawn any more."""
    assert poll(lambda: "nothing below is live" not in board.screen, seconds=30), board.screen
