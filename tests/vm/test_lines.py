"""An E1 line with ISDN to an operator's exchange: calls in and out, all channels, a pulled cable, both histories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from appliance.api.alarms import AlarmPage
from appliance.api.contract import Call, CallDetail, CallPage, Dashboard, Direction, Outcome, TrunkState
from appliance.site import document as documents
from appliance.site.models import E1Trunk, SiteDocument, Way
from images.network import CARRIER_ADDRESS
from images.phones import Handset, Handsets, Line
from images.run import poll
from images.vm.branch import Branch
from images.vm.machine import PATIENCE
from images.vm.rootshell import RootShell
from tests.vm.operator import CHANNELS, HOME, Operator
from tests.vm.stages import Fleet

BEFORE = "before lines"
TEST, OFFICE, OWN = "88120009", "8021", "88120003"
"""The branch's number that holds a caller; a phone that may call outside, and its own number."""
E1, SIP = "e1", "carrier"
FULL, PULLED = "13905770101", "13905770102"
"""Called while no channel is free, and while the cable is out."""
NO_CIRCUIT = 34
"""Of ITU-T Q.850."""
SPAN = "span:1"
OF_LINE = (SPAN, f"trunk:{E1}")
"""Keys of health's checks."""
SOON = 120.0
"""Seconds for what a real machine does in ten."""


@dataclass(frozen=True)
class Lined:
    """A branch with an E1 line before its SIP line, the far end of each, and a phone."""

    branch: Branch
    operator: Operator
    phone: Handset
    carrier: Handset

    def rows(self, number: str) -> list[Call]:
        """Ended calls of or to a number."""
        page = self.branch.tell(CallPage, "calls", "list", "--number", number)
        return [call for call in page.calls if call.ended is not None]

    def row(self, number: str) -> Call:
        """The only ended call of or to a number, as soon as the history has it."""
        found: list[Call] = []

        def told() -> bool:
            found[:] = self.rows(number)
            return bool(found)

        assert poll(told, seconds=SOON, every=2), f"no call of {number} in the history"
        (call,) = found
        return call

    def alarms(self) -> list[str] | None:
        """What health holds for wrong about the line and its trunk; None while a busy box does not say."""
        pages = self.branch.tell_all(AlarmPage, "alarms")
        return [each.key for page in pages for each in page.alarms if each.key in OF_LINE] if pages else None

    def trunk(self) -> TrunkState:
        """What the live picture says of it."""
        live = self.branch.tell(Dashboard, "status").live
        (state,) = [each.state for each in live.trunks if each.name == E1]
        return state

    def over(self) -> None:
        """All hang up, and every channel is free."""
        self.operator.hang_up()
        for phone in (self.phone, self.carrier):
            if phone.line is not Line.FREE:
                phone.hang_up()
        assert poll(lambda: self.operator.up() == 0, seconds=SOON, every=2), "channels stay taken"


def with_e1(site: SiteDocument) -> SiteDocument:
    """The same branch with an E1 line, which calls out take first."""
    # An emulated processor has not the speed to cancel echo on 30 channels.
    e1 = E1Trunk(name=E1, label="E1-1", ports=(1,), echo_canceller=False)
    (outside,) = site.routes
    ways = (Way(trunk=E1), *outside.ways)
    return site.model_copy(update={"e1_trunks": (e1,), "routes": (outside.model_copy(update={"ways": ways}),)})


@pytest.fixture(scope="module")
def lined(fleet: Fleet) -> Iterator[Lined]:
    """The branch at work, with a line that was laid, set up and confirmed while it was."""
    fleet.turn()
    branch, machine = fleet.branch, fleet.branch.machine
    machine.save(BEFORE)
    with RootShell(machine.second_line_at) as shell, Handsets(machine.cable.operator) as phones:
        shell.ready(PATIENCE)
        operator = Operator(shell.run)
        operator.begin()
        document = f"{HOME}/site.toml"
        shell.run(["tee", document], stdin=documents.dump(with_e1(fleet.site)))
        branch.ssh("branchbox", "config", "import", document)
        branch.ssh("branchbox", "config", "apply", "--why", "E1", "--yes", seconds=PATIENCE)
        branch.ssh("branchbox", "config", "confirm")
        operator.waits_for_line(SOON)
        secrets = {each.number: each.password.get_secret_value() for each in fleet.site.extensions}
        phone = phones.add(OFFICE, secrets[OFFICE], tone=1200)
        carrier = phones.add("carrier", None, tone=440, address=CARRIER_ADDRESS, port=5060)
        carrier.also(FULL, PULLED)
        yield Lined(branch, operator, phone, carrier)
    # Others find it as it was.
    fleet.go_on_from(BEFORE)


def test_a_call_in_rings_the_phone_of_its_number_with_the_callers_number(lined: Lined) -> None:
    lined.operator.call("88120003", "13800000501")
    lined.phone.wait(Line.RINGS, SOON)
    assert "13800000501" in lined.phone.caller
    lined.phone.answer()
    assert poll(lambda: lined.operator.up() == 1, seconds=SOON, every=1)
    lined.phone.hang_up()
    call = lined.row("13800000501")
    assert (call.direction, call.trunk, call.called) == (Direction.IN, E1, "+8657788120003")
    assert call.outcome is Outcome.ANSWERED
    assert lined.operator.ended()["13800000501*88120003"] == "16"


def test_a_number_that_the_branch_has_not_is_refused_with_its_cause_and_is_in_the_history(lined: Lined) -> None:
    lined.operator.call("88129999", "13800000502")
    call = lined.row("13800000502")
    assert (call.outcome, call.trunk, call.called) == (Outcome.UNKNOWN_NUMBER, E1, "88129999")
    assert lined.operator.ended()["13800000502*88129999"] == "1"


@pytest.mark.parametrize(
    ("number", "cause", "outcome"), [("13905770017", 17, Outcome.BUSY), ("13905770001", 1, Outcome.FAILED)]
)
def test_a_call_out_carries_the_phones_own_number_and_ends_with_what_the_far_end_says(
    lined: Lined, number: str, cause: int, outcome: Outcome
) -> None:
    lined.phone.dial(f"9{number}")
    call = lined.row(number)
    assert (call.direction, call.trunk, call.outcome, call.hangup_cause) == (Direction.OUT, E1, outcome, cause)
    assert (number, OWN) in lined.operator.came()
    lined.over()


def test_thirty_calls_are_up_at_once_and_the_next_one_out_takes_another_way(lined: Lined) -> None:
    callers = [f"138000006{number:02}" for number in range(CHANNELS)]
    lined.operator.call(TEST, *callers)
    assert poll(lambda: lined.operator.up() == CHANNELS, seconds=SOON, every=2), lined.operator.up()
    lined.phone.dial(f"9{FULL}")
    lined.carrier.wait(Line.RINGS, SOON)
    lined.over()
    call = lined.row(FULL)
    assert call.trunk == SIP
    (story,) = lined.branch.tell_all(CallDetail, "calls", "show", call.linkedid)
    assert f"{E1}/{NO_CIRCUIT}" in [event.detail for event in story.timeline]
    assert poll(lambda: len(lined.rows("138000006")) == CHANNELS, seconds=SOON, every=2)


def test_a_pulled_cable_is_an_alarm_calls_go_another_way_and_all_of_it_clears_by_itself(lined: Lined) -> None:
    lined.operator.cable_in(False)
    try:
        assert poll(lambda: lined.alarms() == [SPAN], seconds=SOON, every=1), lined.alarms()
        assert lined.trunk() is TrunkState.DOWN
        lined.phone.dial(f"9{PULLED}")
        lined.carrier.wait(Line.RINGS, SOON)
        lined.phone.hang_up()
    finally:
        lined.operator.cable_in(True)
    assert poll(lambda: lined.alarms() == [], seconds=SOON, every=1), lined.alarms()
    lined.operator.waits_for_line(SOON)
    assert poll(lambda: lined.trunk() is TrunkState.UP, seconds=SOON, every=1)
    assert lined.row(PULLED).trunk == SIP
    lined.phone.dial("913905770217")
    assert lined.row("13905770217").trunk == E1


def test_the_history_has_what_the_operator_counted(lined: Lined) -> None:
    rows = lined.branch.tell(CallPage, "calls", "list", "--limit", "1000").calls
    ours = [call for call in rows if call.trunk == E1]
    assert sorted(call.caller for call in ours if call.direction is Direction.IN) == sorted(lined.operator.placed())
    assert sorted(call.called for call in ours if call.direction is Direction.OUT) == sorted(
        number for number, _caller in lined.operator.came()
    )
