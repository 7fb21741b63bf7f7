"""BOX > Backup at its keyboard, and the same by command."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from appliance.api.backups import (
    BackupFacts,
    BackupFile,
    BackupOrder,
    BackupPhase,
    BackupState,
    BackupStep,
    BackupTask,
    Restore,
)
from appliance.api.contract import Applied
from appliance.api.sticks import FileKind, Stick, StickFile, Sticks
from appliance.api.wire import Empty
from appliance.site.problems import BranchboxError, Problem
from tests.unit.tui import world as worlds
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import Person
from tests.unit.tui.world import World
from tui import cli
from tui.app import BranchboxApp

Start = Callable[[World], FakeCore]
NAME = "WZN-20261121-061002.branchbox"
PASSWORD = "fourwordsinarow"
FACTS = BackupFacts(
    site_name="Wenzhou North",
    site_code="WZN",
    version="1.4.0",
    made=worlds.NOW - 3600,
    by="zhang",
    calls=51234,
    operations=812,
    keys=True,
)
GOLD = Stick(
    name="sdb1",
    label="GOLD",
    vendor="Kingston",
    model="DataTraveler",
    size=32_000_000_000,
    file_system="vfat",
    write_protected=False,
    free=27_100_000_000,
    files=(StickFile(kind=FileKind.BACKUP, name=NAME, size=48_200_000, modified=worlds.NOW - 3600),),
)
BROKEN = Stick(
    name="sdc1",
    label="",
    vendor="Generic",
    model="Flash",
    size=8_000_000_000,
    file_system="exfat",
    write_protected=False,
    problem=Problem(
        text="The stick {stick} cannot be read: its file system ({system}) is damaged or was not released cleanly. "
        "Check it on an office PC, or take another one.",
        args={"stick": "Generic Flash (sdc1)", "system": "exfat"},
    ),
)


def plugged(*sticks: Stick, language: str = "en", writing: bool = False) -> World:
    """A box with these sticks; with `writing`, a backup never ends."""
    made = worlds.world(language)
    now = [BackupState(phase=BackupPhase.IDLE)]

    def make(order: BackupOrder) -> BackupState:
        now[0] = BackupState(phase=BackupPhase.DONE, task=BackupTask.MAKE, file=NAME, size=48_200_000, found=FACTS)
        if writing:
            now[0] = BackupState(
                phase=BackupPhase.RUNNING,
                task=BackupTask.MAKE,
                step=BackupStep.WRITE,
                file=NAME,
                done=0.61,
                rate=11.4e6,
                left=4.0,
            )
        return now[0]

    def look(wish: BackupFile) -> BackupState:
        now[0] = BackupState(phase=BackupPhase.DONE, task=BackupTask.LOOK, file=wish.file, found=FACTS)
        if wish.password != PASSWORD:
            text = (
                "The password does not open this backup. Look at capitals and spaces; nobody can find the password out."
            )
            now[0] = BackupState(phase=BackupPhase.FAILED, task=BackupTask.LOOK, problem=Problem(text=text))
        return now[0]

    def cancel(_: Empty) -> BackupState:
        now[0] = BackupState(phase=BackupPhase.CANCELLED, task=BackupTask.MAKE)
        return now[0]

    def restore(wish: Restore) -> Applied:
        if now[0].task is not BackupTask.LOOK:
            raise BranchboxError(Problem(text="No backup was looked into. Choose one on a stick first."))
        return Applied(revision=42, problems=(), steps=(), deadline=worlds.NOW + 300)

    made.answers = {
        "sticks/list": lambda _: Sticks(sticks=sticks),
        "backups/state": lambda _: now[0],
        "backups/make": make,
        "backups/look": look,
        "backups/cancel": cancel,
        "backups/restore": restore,
    }
    return made


def asked(fake: FakeCore, name: str) -> list[Any]:
    return [takes for method, takes in fake.world.asked if method == name]


async def walk(fake: FakeCore, *presses: str) -> str:
    app = BranchboxApp(fake.socket, "en", clock=lambda: worlds.NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        one = Person(pilot)
        await one.settled()
        await one.press(*presses)
        await one.quiet()
        return " ".join(one.screen().split())


async def test_a_backup_needs_its_password_twice(core: Start) -> None:
    fake = core(plugged(GOLD))
    text = await walk(fake, "f6", "b", "n", *PASSWORD, "enter", *"fourwordsinarov", "ctrl+s")
    assert "The two are not the same." in text
    assert asked(fake, "backups/make") == []
    text = await walk(fake, "f6", "b", "n", *PASSWORD, "enter", *PASSWORD, "ctrl+s")
    assert asked(fake, "backups/make") == [BackupOrder(stick="sdb1", password=PASSWORD, keys=True)]
    assert f"{NAME} is on the stick, read back and compared: 48.2 MB" in text
    assert PASSWORD not in text


async def test_a_short_password_is_refused_at_once(core: Start) -> None:
    fake = core(plugged(GOLD))
    assert "At least 12 characters" in await walk(fake, "f6", "b", "n", *"short", "ctrl+s")


async def test_what_is_written_can_be_stopped(core: Start) -> None:
    fake = core(plugged(GOLD, writing=True))
    begin = ("f6", "b", "n", *PASSWORD, "enter", *PASSWORD, "ctrl+s")
    text = await walk(fake, *begin)
    assert "61 % 11.4 MB/s 0:04 left" in text
    assert "Nothing half-written is left" in await walk(core(plugged(GOLD, writing=True)), *begin, "x")


async def test_sticks_that_nobody_may_see_are_not_loading_while_a_backup_is_told(core: Start) -> None:
    fake = core(plugged(GOLD))
    writing = BackupState(phase=BackupPhase.RUNNING, task=BackupTask.MAKE, step=BackupStep.WRITE, file=NAME)
    fake.world.answers["backups/state"] = lambda _: writing
    fake.world.refuse = {"sticks/list"}
    async with BranchboxApp(fake.socket, "en", clock=lambda: worlds.NOW).run_test(size=(80, 24)) as pilot:
        one = Person(pilot)
        await one.settled()
        await one.pilot.press("f6", "b")
        await one.until(lambda: len(asked(fake, "backups/state")) > 2, "the backup is told again")
        await one.sees("No answer. r asks again.")
        assert "Loading" not in one.screen()


async def test_a_restore_shows_first_what_it_would_do(core: Start) -> None:
    fake = core(plugged(GOLD))
    look = ("f6", "b", "down", "enter", *PASSWORD, "ctrl+s")
    text = await walk(fake, *look)
    assert "Wenzhou North (WZN), made 13:32:05 by zhang, version 1.4.0" in text
    assert "Calls in it: 51,234. Operations: 812." in text
    assert asked(fake, "backups/restore") == []
    text = await walk(core(plugged(GOLD)), *look, "R", *"wz", "enter", *"fire", "ctrl+s")
    assert "Type WZN to say" in text
    text = await walk(fake, *look, "R", *"wzn", "enter", *"fire", "ctrl+s")
    assert asked(fake, "backups/restore") == [Restore(code="WZN", why="fire", keys=True)]
    assert "revision 42 waits for c Confirm" in text


async def test_a_wrong_password_is_said(core: Start) -> None:
    text = await walk(core(plugged(GOLD)), "f6", "b", "down", "enter", *"wrong", "ctrl+s")
    assert "does not open this backup" in text


async def test_without_a_stick_the_screen_says_how_to_go_on(core: Start) -> None:
    assert "No stick is plugged in. Plug one in" in await walk(core(plugged()), "f6", "b")


PICTURES: dict[str, list[str]] = {
    "sticks": ["f6", "b"],
    "new": ["f6", "b", "n"],
    "running": ["f6", "b", "n", *PASSWORD, "enter", *PASSWORD, "ctrl+s"],
    "looked": ["f6", "b", "down", "enter", *PASSWORD, "ctrl+s"],
    "restore": ["f6", "b", "down", "enter", *PASSWORD, "ctrl+s", "R"],
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PICTURES)
def test_picture(core: Start, snap_compare: Any, name: str, language: str) -> None:
    fake = core(plugged(GOLD, BROKEN, language=language, writing=name == "running"))

    async def press(pilot: Pilot[None]) -> None:
        one = Person(pilot)
        await one.settled()
        await one.press(*PICTURES[name])
        await one.quiet()

    run: Callable[[Pilot[None]], Awaitable[None]] = press
    app = BranchboxApp(fake.socket, clock=lambda: worlds.NOW)
    assert snap_compare(app, terminal_size=(80, 24), run_before=run)


# --- by command --------------------------------------------------------------------------------------


def command(fake: FakeCore, monkeypatch: pytest.MonkeyPatch, *words: str, stdin: str = "") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    return cli.main(["--socket", str(fake.socket), "--lang", "en", *words])


def test_the_command_makes_looks_and_restores(
    core: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = core(plugged(GOLD))
    assert command(fake, monkeypatch, "backup", "list") == 0
    assert NAME in capsys.readouterr().out
    assert command(fake, monkeypatch, "backup", "make", "sdb1", "--keys", stdin=PASSWORD + "\n") == 0
    assert "You may pull the stick out" in capsys.readouterr().out
    assert command(fake, monkeypatch, "backup", "look", "sdb1", NAME, stdin=PASSWORD + "\n") == 0
    assert "Calls in it: 51,234" in capsys.readouterr().out
    restore = ("backup", "restore", "sdb1", NAME, "--code", "WZN", "--why", "fire")
    assert command(fake, monkeypatch, *restore, stdin=PASSWORD + "\n") == 0
    assert "branchbox config confirm" in capsys.readouterr().out


def test_the_command_says_what_is_wrong(
    core: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = core(plugged(GOLD))
    assert command(fake, monkeypatch, "backup", "look", "sdb1", NAME, stdin="wrong\n") == 1
    assert "does not open this backup" in capsys.readouterr().err
