"""The agent's desk: what it shows, and that each key asks core for what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from appliance.api.customers import NewNote
from appliance.api.desk import Busy, Dialled, Keys, ParkingPlace, SignIn
from appliance.api.recordings import OfCall
from appliance.api.wire import Empty
from appliance.site.models import Role
from tests.unit.tui import desk_world as worlds
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import SIZES, Person, app, keys
from tests.unit.tui.world import World

Start = Callable[[World], FakeCore]
STATES = (
    "ready",
    "ringing",
    "unknown",
    "talking",
    "held",
    "consulting",
    "three",
    "parked",
    "parked-many",
    "asked",
    "helped",
    "recorded",
    "recording-paused",
    "wrap-up",
    "paused",
    "signed-out",
    "empty",
    "gave-up",
)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("state", STATES)
def test_desk(core: Start, snap_compare: Any, state: str, language: str, size: str) -> None:
    fake = core(worlds.world(language, state))
    assert snap_compare(app(fake), terminal_size=SIZES[size], run_before=keys())


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("name", "struck"), [("busy", ["f8"]), ("help", ["f1"])])
def test_what_the_desk_asks(core: Start, snap_compare: Any, name: str, struck: list[str], language: str) -> None:
    fake = core(worlds.world(language))
    assert snap_compare(app(fake), run_before=keys(*struck))


@pytest.mark.parametrize(
    ("state", "struck", "asked"),
    [
        ("ringing", ["f1"], ("desk/answer", Empty())),
        ("talking", ["f2"], ("desk/hang_up", Empty())),
        ("talking", ["f3"], ("desk/hold", Empty())),
        ("held", ["f3"], ("desk/retrieve", Empty())),
        ("consulting", ["f3"], ("desk/swap", Empty())),
        ("talking", ["f4", *"8005", "enter"], ("desk/transfer", Dialled(number="8005"))),
        ("consulting", ["f4"], ("desk/complete", Empty())),
        ("held", ["f5", *"8005", "enter"], ("desk/consult", Dialled(number="8005"))),
        ("consulting", ["f5"], ("desk/back", Empty())),
        ("consulting", ["f6"], ("desk/three_way", Empty())),
        ("talking", ["p"], ("desk/park", Empty())),
        ("talking", ["s"], ("desk/survey", Empty())),
        ("talking", ["t", *"leak", "enter"], ("customers/note", NewNote(id=7, text="leak"))),
        ("parked", ["p"], ("desk/take_back", ParkingPlace(place=2))),
        ("parked-many", ["p", "3", "enter"], ("desk/take_back", ParkingPlace(place=3))),
        ("talking", ["f7"], ("desk/help", Empty())),
        ("helped", ["f7"], ("desk/help", Empty())),
        ("asked", ["f7"], ("desk/no_help", Empty())),
        ("ready", ["c", *"9 0577-8812 0003", "enter"], ("desk/dial", Dialled(number="9057788120003"))),
        ("talking", ["k", *"12#", "enter"], ("desk/keys", Keys(keys="12#"))),
        ("talking", ["o"], ("recordings/start", OfCall())),
        ("recorded", ["x"], ("recordings/pause", OfCall())),
        ("talking", ["x"], ("recordings/pause", OfCall())),
        ("recording-paused", ["x"], ("recordings/resume", OfCall())),
        ("ready", ["f8", "l", "u", "n", "enter"], ("desk/busy", Busy(reason="lunch"))),
        ("talking", ["f8", "b", "r", "enter"], ("desk/busy", Busy(reason="break"))),
        ("paused", ["f9"], ("desk/ready", Empty())),
        ("wrap-up", ["f9"], ("desk/ready", Empty())),
        ("wrap-up", ["w"], ("desk/longer", Empty())),
        ("signed-out", ["f10", "enter"], ("desk/sign_in", SignIn())),
        ("signed-out", ["f10", "8", "0", "2", "1", "enter"], ("desk/sign_in", SignIn(phone="8021"))),
        ("ready", ["f10"], ("desk/sign_out", Empty())),
    ],
)
async def test_a_key_asks_for_what_it_says(
    core: Start, state: str, struck: list[str], asked: tuple[str, object]
) -> None:
    made = worlds.world(state=state)
    async with app(core(made)).run_test() as pilot:
        person = Person(pilot)
        await person.settled()
        await person.press(*struck)
        await person.sees("Done.")
    assert asked in made.asked


async def test_what_was_struck_before_the_desk_was_there_goes_to_the_desk(core: Start) -> None:
    made = worlds.world(state="signed-out")
    made.slow = 0.4
    async with app(core(made)).run_test() as pilot:
        await pilot.press("f10", "8", "0", "2", "1", "enter")
        await Person(pilot).sees("Done.")
    assert ("desk/sign_in", SignIn(phone="8021")) in made.asked


@pytest.mark.parametrize(
    ("state", "key", "never"),
    [
        ("ready", "f2", "desk/hang_up"),
        ("signed-out", "f9", "desk/ready"),
        ("ready", "f1", "desk/answer"),
        ("ready", "f3", "calls/list"),
        ("ready", "p", "desk/take_back"),
        ("ringing", "p", "desk/park"),
        ("ready", "x", "recordings/pause"),
        ("ready", "w", "desk/longer"),
        ("recorded", "o", "recordings/start"),
    ],
)
async def test_a_key_that_can_do_nothing_does_nothing(core: Start, state: str, key: str, never: str) -> None:
    made = worlds.world(state=state)
    async with app(core(made)).run_test() as pilot:
        person = Person(pilot)
        await person.settled()
        await person.press(key)
        await person.press("escape")
        await person.sees("8003 Li Na")
    assert never not in {name for name, _given in made.asked}


async def test_no_phone_is_called_what_is_no_number(core: Start) -> None:
    made = worlds.world(state="signed-out")
    async with app(core(made)).run_test() as pilot:
        person = Person(pilot)
        await person.settled()
        await person.press("f10", "8", "x", "enter")
        await person.sees("This is no internal number")
    assert "desk/sign_in" not in {name for name, _given in made.asked}


async def test_a_supervisor_who_is_an_agent_has_the_desk_beside_the_rooms(core: Start) -> None:
    made = worlds.world(role=Role.SUPERVISOR)
    async with app(core(made)).run_test() as pilot:
        person = Person(pilot)
        await person.settled()
        await person.sees("NOW")
        await person.press("f9")
        await person.sees("8003 Li Na")
        await person.press("escape")
        await person.sees("NOW")
