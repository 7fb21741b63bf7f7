"""The network's screen and command: is it all right, where is the box, and what a moved box wants of whom."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from appliance.api.contract import Confirm
from appliance.site import document as documents
from tests.unit.tui import network_world as networks
from tests.unit.tui import world as worlds
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import SIZES, Person, app, keys
from tui import cli
from tui.arrival import confirmation
from tui.cli.context import Exit

Start = Callable[[worlds.World], FakeCore]
WORLDS = {"well": networks.well, "ill": networks.ill, "moved": networks.moved}
OLD_SESSION = "10.77.0.3 52011 10.77.0.1 22"
NEW_SESSION = "10.77.0.3 52012 10.77.0.50 22"


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> None:
    """The person came to the box's first address."""
    monkeypatch.setenv("SSH_CONNECTION", OLD_SESSION)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", WORLDS)
def test_screen(core: Start, snap_compare: Any, name: str, language: str, size: str) -> None:
    fake = core(WORLDS[name](language))
    assert snap_compare(app(fake), terminal_size=SIZES[size], run_before=keys("f6", "n"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_plan_of_a_move(core: Start, snap_compare: Any, language: str) -> None:
    world = networks.moved(language)
    world.pending = world.deadline = None
    world.candidate = documents.example(language).replace("10.77.0.1/24", "10.77.0.50/24")
    assert snap_compare(app(core(world)), run_before=keys("f8", "p"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_form(core: Start, snap_compare: Any, language: str) -> None:
    assert snap_compare(app(core(networks.well(language))), run_before=keys("f6", "n", "e"))


async def test_an_edited_interface_is_in_the_candidate(core: Start) -> None:
    world = networks.well()
    async with app(core(world)).run_test() as pilot:
        one = Person(pilot)
        await keys("f6", "n", "e")(pilot)
        await one.sees("Office network")
        await one.press("down", "end")
        await one.write(" 2")
        await one.press("ctrl+s")
        await one.sees("interface office kept in the candidate")
    edited, _ = documents.parse(world.candidate)
    assert edited is not None
    assert edited.interfaces[0].label == "Office network 2"


def test_a_session_says_where_it_comes_to() -> None:
    assert confirmation({"SSH_CONNECTION": NEW_SESSION}) == Confirm(over="10.77.0.50", come_from="10.77.0.3")
    assert confirmation({}) == Confirm()
    assert confirmation({"SSH_CONNECTION": "UNKNOWN 65535 UNKNOWN 65535"}) == Confirm()


async def test_who_has_followed_the_box_is_not_sent_there_again(core: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", NEW_SESSION)
    world = networks.moved()
    async with app(core(world)).run_test() as pilot:
        one = Person(pilot)
        await one.settled()
        await one.sees("Revision 41 waits: 1:13 left")
        assert "log in at" not in one.screen()
        await one.press("c")
        await one.sees("Confirmed")
    (given,) = [takes for name, takes in world.asked if name == "config/confirm"]
    assert given == Confirm(over="10.77.0.50", come_from="10.77.0.3")


def run(core: Start, capsys: pytest.CaptureFixture[str], world: worlds.World, *words: str) -> tuple[int, str]:
    code = cli.main(["--socket", str(core(world).socket), *words])
    return code, capsys.readouterr().out


def test_the_command_says_where_the_box_is(core: Start, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(core, capsys, networks.well(), "network")
    assert code == Exit.DONE
    for words in ("branchbox-wzn", "10.77.0.1/24", "plugged", "10.77.0.254 (enp1s0)", "10.9.0.53", "+0.3 ms from"):
        assert words in said


def test_the_command_ends_badly_when_a_check_does(core: Start, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(core, capsys, networks.ill(), "network", "--check")
    assert code == Exit.PROBLEMS
    assert "bad: gateway 10.77.0.254: It does not answer" in said
    assert run(core, capsys, networks.well(), "network", "--check")[0] == Exit.DONE


def test_the_command_gives_the_contracts_json(core: Start, capsys: pytest.CaptureFixture[str]) -> None:
    _, said = run(core, capsys, networks.well(), "network", "--json")
    assert json.loads(said)["links"][0]["addresses"][0]["address"] == "10.77.0.1/24"
