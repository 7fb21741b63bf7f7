"""Passwords at the keyboard: one's own, somebody's first one, the recovery password; on screens and as commands."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterator

import pytest
from textual import events
from textual.pilot import Pilot

from appliance.api.passwords import ChangePassword, Login, SetPassword
from appliance.api.setup import RecoveryShown, RecoveryTyped
from appliance.api.wire import Empty
from appliance.site.problems import BranchboxError, Problem
from tests.unit.tui import world as worlds
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import Person
from tests.unit.tui.world import World
from tui import cli
from tui.app import BranchboxApp
from tui.cli.context import Exit

Start = Callable[[World], FakeCore]
GOOD = "lamp river seven coat"
SHOWN = worlds.RECOVERY


def branch() -> World:
    world = worlds.world()

    def change(wish: ChangePassword) -> Empty:
        if wish.old != "the old password":
            raise BranchboxError(
                Problem(text="The old password is wrong. If you forgot it, a technician can set a new one for you.")
            )
        return Empty()

    world.answers = {
        "passwords/change": change,
        "passwords/set": lambda _: Empty(),
        "passwords/unlock": lambda _: Empty(),
        "recovery/new": lambda _: RecoveryShown(password=SHOWN),
        "recovery/keep": lambda _: Empty(),
    }
    return world


def app(fake: FakeCore) -> BranchboxApp:
    return BranchboxApp(fake.socket, "en", clock=lambda: worlds.NOW)


def asked(world: World, name: str) -> list[object]:
    return [takes for method, takes in world.asked if method == name]


async def at_my_own_password(pilot: Pilot[None]) -> Person:
    """Somebody who found the screen by its name."""
    one = Person(pilot)
    await one.settled()
    await one.press("ctrl+p")
    await one.write("change my")
    await pilot.press("enter")
    await one.sees("Old password", "New password again")
    return one


async def test_my_own_password_wants_the_old_one_and_is_found_by_name(core: Start) -> None:
    fake = core(branch())
    async with app(fake).run_test(size=(80, 24)) as pilot:
        one = await at_my_own_password(pilot)
        await one.write("wrong")
        await pilot.press("enter")
        await one.write("short")
        await one.sees("12 characters at")
        await pilot.press(*["backspace"] * 5)
        await one.write(GOOD)
        await pilot.press("enter")
        await one.write(GOOD)
        await pilot.press("enter")
        await one.sees("The old password is wrong.")
        await pilot.press("up", "up", *["backspace"] * 5)
        await one.write("the old password")
        await pilot.press("ctrl+s")
        await one.sees("Your password is changed.")
    assert asked(fake.world, "passwords/change")[-1] == ChangePassword(old="the old password", new=GOOD)


async def test_who_types_faster_than_the_box_draws_loses_no_letter(core: Start) -> None:
    fake = core(branch())
    async with app(fake).run_test(size=(80, 24)) as pilot:
        one = await at_my_own_password(pilot)
        new = GOOD.replace(" ", "")
        for key in (*"thenew", *["backspace"] * 3, *"oldone", "enter", *new, "tab", *new, "ctrl+s"):
            one.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await one.sees("The old password is wrong.")
    assert asked(fake.world, "passwords/change")[-1] == ChangePassword(old="theoldone", new=new)


async def test_a_technician_gives_somebody_a_first_password_and_lets_them_try_again(core: Start) -> None:
    fake = core(branch())
    async with app(fake).run_test(size=(80, 24)) as pilot:
        one = Person(pilot)
        await one.settled()
        await one.press("f5", "tab", "down", "p")
        await one.sees("it must be changed at the next login")
        await one.write(GOOD)
        await pilot.press("enter")
        await one.write("something else")
        await pilot.press("enter")
        await one.sees("The two passwords differ")
        await pilot.press(*["backspace"] * 14)
        await one.write(GOOD)
        await pilot.press("enter")
        await one.sees("has a new password")
        [wish] = asked(fake.world, "passwords/set")
        assert isinstance(wish, SetPassword)
        assert (wish.new, wish.login == "technician") == (GOOD, False)
        await one.press("u")
        await one.sees("may log in again")
        assert asked(fake.world, "passwords/unlock") == [Login(login=wish.login)]


async def test_a_technician_makes_a_new_recovery_password(core: Start) -> None:
    fake = core(branch())
    async with app(fake).run_test(size=(80, 24)) as pilot:
        one = Person(pilot)
        await one.settled()
        await one.press("ctrl+p")
        await one.write("recovery")
        await pilot.press("enter")
        await one.sees(SHOWN)
        await one.write(SHOWN)
        await pilot.press("enter")
        await one.sees("The new recovery password is in force.")
    assert asked(fake.world, "recovery/keep") == [RecoveryTyped(password=SHOWN)]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the person types, one after the other."""
    words: list[str] = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", lambda _label: words.pop(0))
    yield words
    assert words == []


def command(fake: FakeCore, *words: str) -> int:
    return cli.main(["--lang", "en", "--socket", str(fake.socket), *words])


def test_the_command_asks_for_passwords_and_takes_none_as_arguments(core: Start, typed: list[str]) -> None:
    fake = core(branch())
    typed += ["the old password", GOOD, GOOD]
    assert command(fake, "password") == Exit.DONE
    typed += [GOOD, GOOD]
    assert command(fake, "password", "lina") == Exit.DONE
    assert asked(fake.world, "passwords/set") == [SetPassword(login="lina", new=GOOD)]
    typed += [GOOD, "another one"]
    assert command(fake, "password", "lina") == Exit.PROBLEMS
    assert command(fake, "password", "no login!") == Exit.USAGE
    assert command(fake, "unlock", "lina") == Exit.DONE


def test_the_command_makes_a_recovery_password(
    core: Start, typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    fake = core(branch())
    typed += [SHOWN]
    assert command(fake, "recovery") == Exit.DONE
    assert SHOWN in capsys.readouterr().out


def test_without_a_terminal_no_password_is_asked(core: Start, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(core(branch()), "password") == Exit.PROBLEMS
    assert "ssh -t" in capsys.readouterr().err
