"""Updates and power on the terminal: pictures of every state in both languages, keys, and the same as text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from appliance.api.power import FactoryReset, PowerRequest, PowerState
from appliance.api.updates import Install, Source, UpdateState
from appliance.site.problems import Problem
from tests.unit.tui import machine
from tests.unit.tui import world as worlds
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import SIZES, Person, app, keys
from tests.unit.tui.test_command import Run
from tui.cli.context import Exit
from tui.restarts import CHOICES

Start = Callable[[worlds.World], FakeCore]
WAITS = PowerState(pending=machine.RESTART, calls=14)
STATES: dict[str, UpdateState] = {
    "systems": machine.SYSTEMS,
    "installing": machine.INSTALLING,
    "installed": machine.INSTALLED,
    "failed": machine.FAILED,
    "fell-back": machine.FELL_BACK,
    "container": machine.CONTAINER,
}
PATHS = {
    "older": ["f6", "u", "enter"],
    "ask-install": ["f6", "u", "down", "enter"],
    "power": ["f6", "p"],
    "when": ["f6", "p", "enter"],
    "why": ["f6", "p", "enter", "enter"],
    "code": ["f6", "p", "down", "down", "enter"],
}


def made(language: str = "en", update: UpdateState = machine.SYSTEMS) -> worlds.World:
    world = worlds.world(language)
    world.answers = {**machine.answers(), "update/state": lambda _takes: update}
    return world


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", STATES)
def test_update(core: Start, snap_compare: Any, name: str, language: str, size: str) -> None:
    fake = core(made(language, STATES[name]))
    assert snap_compare(app(fake), terminal_size=SIZES[size], run_before=keys("f6", "u"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PATHS)
def test_on_the_way(core: Start, snap_compare: Any, name: str, language: str) -> None:
    assert snap_compare(app(core(made(language))), run_before=keys(*PATHS[name]))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("room", ["f2", "f6"])
def test_everybody_sees_a_restart_coming(core: Start, snap_compare: Any, room: str, language: str) -> None:
    world = made(language)
    world.restart = machine.RESTART
    assert snap_compare(app(core(world)), run_before=keys(room))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_restart_that_did_not_come(core: Start, snap_compare: Any, language: str) -> None:
    world = made(language)
    given_up = Problem(text="The box did not restart: calls were up all the time. Ask for another hour.")
    world.answers["power/state"] = lambda _takes: PowerState(calls=14, given_up=given_up)
    assert snap_compare(app(core(world)), run_before=keys("f6", "p"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_stick(core: Start, snap_compare: Any, language: str) -> None:
    world = made(language)
    world.answers["sticks/list"] = lambda _takes: machine.sticks().model_copy(update={"sticks": ()})
    assert snap_compare(app(core(world)), run_before=keys("f6", "u"))


async def person(fake: FakeCore, pilot: Pilot[None]) -> Person:
    one = Person(pilot)
    await one.settled()
    return one


def asked(world: worlds.World, name: str) -> list[object]:
    return [takes for called, takes in world.asked if called == name]


async def test_an_update_is_installed_after_a_look_and_a_reason(core: Start) -> None:
    world = made()

    def install(_takes: Install) -> UpdateState:
        world.answers["update/state"] = lambda _takes: machine.INSTALLING
        return machine.INSTALLING

    world.answers["update/install"] = install
    fake = core(world)
    async with app(fake).run_test(size=(80, 24)) as pilot:
        one = await person(fake, pilot)
        await one.press("f6", "u", "down", "enter")
        await one.sees("Install 1.5.0 (612.0 MB) into system B?")
        assert asked(world, "update/install") == []
        await one.press("n", "e", "w", "enter")
        await one.sees("Installing 1.5.0 into system B")
        source = Source(stick="sdb1", file="branchbox-1.5.0.raucb")
        assert asked(world, "update/install") == [Install(source=source, why="new")]


async def test_an_older_update_is_refused_and_nothing_more_is_asked(core: Start) -> None:
    world = made()
    fake = core(world)
    async with app(fake).run_test(size=(80, 24)) as pilot:
        one = await person(fake, pilot)
        await one.press("f6", "u", "enter")
        await one.sees("Version 1.3.0 is older than the 1.4.0 that runs")
        assert asked(world, "update/install") == []


async def test_an_installed_update_is_started_when_the_person_says(core: Start) -> None:
    world = made(update=machine.INSTALLED)
    fake = core(world)
    async with app(fake).run_test(size=(80, 24)) as pilot:
        one = await person(fake, pilot)
        await one.press("f6", "u", "s")
        await one.sees("When?")
        await one.press("down", "enter")
        await one.sees("Start 1.5.0?")
        await one.press("w", "enter")
        await one.sees("Asked for.")
        assert asked(world, "update/activate") == [PowerRequest(why="w", wait=3600)]


async def test_without_an_installed_update_there_is_nothing_to_start(core: Start) -> None:
    world = made()
    fake = core(world)
    async with app(fake).run_test(size=(80, 24)) as pilot:
        one = await person(fake, pilot)
        await one.press("f6", "u", "s")
        assert asked(world, "update/activate") == []
        await one.press("b", "enter")
        await one.sees("Go back to 1.3.2 in system B?")


async def test_k_ends_an_installation(core: Start) -> None:
    world = made(update=machine.INSTALLING)
    fake = core(world)
    async with app(fake).run_test(size=(80, 24)) as pilot:
        one = await person(fake, pilot)
        await one.press("f6", "u", "k")
        await one.until(lambda: bool(asked(world, "update/cancel")), "it is cancelled")


async def test_k_on_any_screen_lets_the_box_go_on(core: Start) -> None:
    world = made()
    world.restart = machine.RESTART
    fake = core(world)
    async with app(fake).run_test(size=(80, 24)) as pilot:
        one = await person(fake, pilot)
        await one.press("f4", "k")
        await one.sees("Cancelled: the box goes on.")


async def test_starting_over_asks_for_the_code_then_when_then_why(core: Start) -> None:
    world = made()
    fake = core(world)
    async with app(fake).run_test(size=(80, 24)) as pilot:
        one = await person(fake, pilot)
        await one.press("f6", "p", "down", "down", "enter")
        await one.sees("Write the branch's code")
        await one.press("W", "Z", "N", "enter")
        await one.sees("When?")
        await one.press("enter")
        await one.sees("Start over, keep recordings?")
        await one.press("s", "o", "l", "d", "enter")
        await one.sees("Asked for.")
        assert asked(world, "power/reset") == [FactoryReset(why="sold", code="WZN", wait=600)]


async def test_an_address_that_is_none_is_said_at_once(core: Start) -> None:
    world = made()
    fake = core(world)
    async with app(fake).run_test(size=(80, 24)) as pilot:
        one = await person(fake, pilot)
        await one.press("f6", "u", "w", *"ftp", "enter")
        await one.sees("must begin with https://")
        assert asked(world, "update/check") == []


@pytest.mark.parametrize(
    ("clock", "begins", "ends"),
    [("01:00", 26, 29), ("03:00", 27, 29), ("12:00", 26, 29), ("05:00", 26, 29), ("04:59", 28.983333, 29)],
)
def test_the_night_is_the_branch_s_own(clock: str, begins: float, ends: float) -> None:
    hours, minutes = map(int, clock.split(":"))
    midnight = machine.NOW - (14 * 3600 + 32 * 60 + 5)  # of 21 November 2026 in Shanghai
    day = 24 if hours < 5 else 0
    now = midnight + (day + hours) * 3600 + minutes * 60
    [night] = [choice for choice in CHOICES if choice.name == "night"]
    when = night.of(now, "Asia/Shanghai")
    assert when.begin == pytest.approx(midnight + begins * 3600, abs=1)
    assert when.begin is not None and when.begin + when.wait == midnight + ends * 3600
    assert not when.anyway


# --- as text --------------------------------------------------------------------------------


def test_versions_as_text(branchbox: Run) -> None:
    code, out, _err = branchbox("update", "state", world=made(update=machine.INSTALLING))
    assert code == Exit.DONE
    assert "RUNS: system A   1.4.0   passed its test" in out
    assert "Installing 1.5.0 into system B, asked by zhang  61 %  11.4 MB/s   0:22 left" in out


def test_a_fall_back_fails_the_command_and_is_read(branchbox: Run) -> None:
    world = made(update=machine.FELL_BACK)
    code, out, _err = branchbox("update", "state", world=world)
    assert code == Exit.PROBLEMS
    assert "The update to 1.5.0 did not work; the box went back to 1.4.0 by itself at " in out
    assert "The service branchbox-core does not run. Its journal says why. [activating]" in out
    assert branchbox("update", "read", world=world)[0] == Exit.DONE


def test_a_bundle_is_named_by_stick_and_file_or_by_its_address(branchbox: Run) -> None:
    world = made()
    code, out, _err = branchbox("update", "check", "sdb1/branchbox-1.5.0.raucb", world=world)
    assert code == Exit.DONE
    assert "1.5.0 can be installed." in out
    code, out, _err = branchbox("update", "check", "https://noc.example/branchbox-1.3.0.raucb", world=world)
    assert code == Exit.PROBLEMS
    assert "1.3.0 cannot be installed:" in out
    code, _out, err = branchbox("update", "install", "branchbox-1.5.0.raucb", "--why", "x", world=world)
    assert code == Exit.PROBLEMS
    assert "is no update: write STICK/FILE" in err


def test_a_restart_as_text(branchbox: Run) -> None:
    world = made()
    code, out, _err = branchbox("power", "reboot", "--why", "cable", "--when", "hour", world=world)
    assert code == Exit.DONE
    assert asked(world, "power/reboot") == [PowerRequest(why="cable", wait=3600)]
    assert "3 calls are up." in out
    code, out, _err = branchbox("power", "reset", "--code", "WZN", "--lose-recordings", "--why", "sold", world=world)
    assert asked(world, "power/reset") == [FactoryReset(why="sold", code="WZN", keep_recordings=False)]
    code, out, _err = branchbox("power", "state", "--json", world=world)
    assert json.loads(out) == {"pending": None, "calls": 14, "given_up": None}
