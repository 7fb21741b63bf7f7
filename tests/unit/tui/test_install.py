"""The installer at its keyboard: what it asks, what it sends, and how it looks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from appliance.api.disks import (
    Disk,
    DiskContent,
    Disks,
    EarlierBox,
    InstallOn,
    InstallPhase,
    InstallState,
    InstallStep,
)
from appliance.api.wire import Empty
from appliance.site.problems import BranchboxError, Problem
from tests.unit.tui import world as worlds
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import Person
from tests.unit.tui.world import World
from tui.install.app import InstallApp
from tui.screens.page import Page

Start = Callable[[World], FakeCore]
STEPS = (
    InstallStep.UNBOOT,
    InstallStep.TABLE,
    InstallStep.COPY_SYSTEM,
    InstallStep.COPY_BOOT,
    InstallStep.VERIFY,
    InstallStep.LOADER,
)


def disk(name: str, model: str, size: float, content: DiskContent, **more: Any) -> Disk:
    return Disk(name=name, vendor="", model=model, serial=name, size=int(size), bus="sata", content=content, **more)


EARLIER = disk(
    "sda",
    "KINGSTON SA400S37240G",
    240.1e9,
    DiskContent.BRANCHBOX,
    earlier=EarlierBox(site_name="Wenzhou North", site_code="WZN", version="1.3.0", recordings=12400),
)
WINDOWS = disk("sdb", "WDC WD5000AAKX", 500.1e9, DiskContent.WINDOWS)
EMPTY = disk("sdc", "Samsung SSD 870", 250.1e9, DiskContent.EMPTY)
SMALL = disk(
    "sdd",
    "Old DOM",
    4e9,
    DiskContent.LINUX,
    problem=Problem(text="This disk is too small: the box needs {least} GB.", args={"least": "7"}),
)


def machine(*disks: Disk, state: InstallState | None = None) -> World:
    """A machine that was started from the stick."""
    made = worlds.world()
    now = [state or InstallState(phase=InstallPhase.IDLE)]

    def install(wish: InstallOn) -> InstallState:
        if wish.typed.split() != [name for name in wish.disks if name == "sdb" or (name == "sda" and not wish.keep)]:
            text = "What is on {disk} would be lost. Type {names} to say that you mean it."
            raise BranchboxError(Problem(text=text, args={"disk": wish.disks[0], "names": wish.disks[0]}))
        now[0] = InstallState(
            phase=InstallPhase.RUNNING, steps=STEPS, step=InstallStep.COPY_SYSTEM, done=0.43, rate=11.4e6, left=42.0
        )
        return now[0]

    def cancel(_: Empty) -> InstallState:
        now[0] = InstallState(phase=InstallPhase.CANCELLED, steps=STEPS, step=InstallStep.COPY_SYSTEM)
        return now[0]

    made.answers = {
        "disks/list": lambda _: Disks(disks=disks or (EARLIER, WINDOWS, EMPTY, SMALL), version="1.4.0"),
        "disks/progress": lambda _: now[0],
        "disks/install": install,
        "disks/cancel": cancel,
        "disks/restart": lambda _: Empty(),
    }
    return made


def asked(world: World, name: str) -> list[Any]:
    return [takes for method, takes in world.asked if method == name]


class Installer(Person):
    """A person in front of a machine that was started from the stick."""

    async def settled(self) -> None:
        def ready() -> bool:
            page = self.app.screen
            return cast(InstallApp, self.app).state is not None and (not isinstance(page, Page) or page.loaded)

        await self.until(ready, "the page is loaded")
        await self.pilot.pause()


async def walk(fake: FakeCore, *presses: str) -> str:
    """Press keys one after the other; gives the screen's text at the end."""
    app = InstallApp(fake.socket, "en", clock=lambda: worlds.NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        person = Installer(pilot)
        await person.settled()
        await person.press(*presses)
        await person.quiet()
        return person.screen()


async def test_nothing_is_written_before_a_disk_is_chosen_and_confirmed(core: Start) -> None:
    fake = core(machine())
    text = await walk(fake, "enter")
    assert "KINGSTON SA400S37240G SATA" in text
    assert "Windows" in text
    assert asked(fake.world, "disks/install") == []


async def test_an_empty_disk_needs_no_name(core: Start) -> None:
    fake = core(machine())
    text = await walk(fake, "enter", "down", "down", "enter", "ctrl+s")
    assert asked(fake.world, "disks/install") == [InstallOn(disks=("sdc",))]
    assert "43 %" in text
    assert "11.4 MB/s" in text


async def test_a_disk_that_holds_something_is_overwritten_only_with_its_name(core: Start) -> None:
    fake = core(machine())
    text = await walk(fake, "enter", "down", "enter", "s", "d", "a", "enter")
    assert "would be lost. Type sdb" in text
    await walk(fake, "enter", "down", "enter", "s", "d", "b", "enter")
    assert asked(fake.world, "disks/install")[-1] == InstallOn(disks=("sdb",), typed="sdb")


async def test_an_earlier_box_is_kept_unless_the_person_wants_it_erased(core: Start) -> None:
    fake = core(machine())
    await walk(fake, "enter", "enter", "ctrl+s")
    assert asked(fake.world, "disks/install") == [InstallOn(disks=("sda",), keep=True)]
    text = await walk(core(machine()), "enter", "enter", "right")
    assert "Everything on sda will be lost" in text
    assert "Type sda to go on" in text


async def test_two_marked_disks_are_a_pair(core: Start) -> None:
    fake = core(machine())
    text = await walk(fake, "enter", "down", "space", "down", "space", "enter")
    assert "two disks that mirror each other" in text
    assert "Type sdb to go on" in text
    await walk(fake, "enter", "down", "space", "down", "space", "enter", "s", "d", "b", "enter")
    assert asked(fake.world, "disks/install")[-1] == InstallOn(disks=("sdb", "sdc"), typed="sdb")


async def test_a_disk_that_does_not_fit_cannot_be_chosen(core: Start) -> None:
    fake = core(machine())
    text = await walk(fake, "enter", "end", "enter")
    assert "too small: the box needs 7 GB" in text
    assert "INSTALL > Disk" in text


async def test_an_installation_on_its_way_is_shown_at_once_and_can_be_cancelled(core: Start) -> None:
    running = InstallState(phase=InstallPhase.RUNNING, steps=STEPS, step=InstallStep.VERIFY)
    fake = core(machine(state=running))
    assert "Read everything back" in await walk(fake)
    app = InstallApp(fake.socket, "en", clock=lambda: worlds.NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        person = Installer(pilot)
        await person.settled()
        await person.press("escape", "y")
        await person.sees("Cancelled. The disk does not boot.")


async def test_an_installation_that_another_console_began_is_shown_here_too(core: Start) -> None:
    fake = core(machine())
    app = InstallApp(fake.socket, "en", clock=lambda: worlds.NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        here = Installer(pilot)
        await here.settled()
        await here.press("enter")
        await here.sees("On which disk of this computer")
        running = InstallState(phase=InstallPhase.RUNNING, steps=STEPS, step=InstallStep.VERIFY)
        fake.world.answers["disks/progress"] = lambda _: running
        await here.sees("Read everything back", "Leave the stick in")


async def test_at_the_end_it_says_to_pull_the_stick(core: Start) -> None:
    fake = core(machine(state=InstallState(phase=InstallPhase.DONE, steps=STEPS)))
    text = await walk(fake, "enter")
    assert "Pull the stick out now" in text
    assert asked(fake.world, "disks/restart") == [Empty()]


async def test_a_failure_is_said_in_words_and_leads_back(core: Start) -> None:
    problem = Problem(
        text="What was written to {disk} reads back differently: the disk or its cable is bad. Take another one.",
        args={"disk": "sdb"},
    )
    failed = InstallState(phase=InstallPhase.FAILED, steps=STEPS, step=InstallStep.VERIFY, problem=problem)
    fake = core(machine(state=failed))
    app = InstallApp(fake.socket, "en", clock=lambda: worlds.NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        person = Installer(pilot)
        await person.settled()
        await person.press("enter")
        app.show_progress()
        await person.sees("sdb reads back differently")
        await person.press("enter")
        await person.sees("INSTALL > Disk")


PICTURES: dict[str, tuple[InstallState | None, list[str]]] = {
    "language": (None, []),
    "disks": (None, ["enter"]),
    "keep": (None, ["enter", "enter"]),
    "erase": (None, ["enter", "down", "enter"]),
    "pair": (None, ["enter", "down", "space", "down", "space", "enter"]),
    "running": (None, ["enter", "down", "down", "enter", "ctrl+s"]),
    "done": (InstallState(phase=InstallPhase.DONE, steps=STEPS), []),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PICTURES)
def test_picture(core: Start, snap_compare: Any, name: str, language: str) -> None:
    state, presses = PICTURES[name]
    fake = core(machine(state=state))
    app = InstallApp(fake.socket, language, clock=lambda: worlds.NOW)
    assert snap_compare(app, terminal_size=(80, 24), run_before=keys(*presses))


def keys(*presses: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    async def press(pilot: Pilot[None]) -> None:
        person = Installer(pilot)
        await person.settled()
        await person.press(*presses)
        await person.quiet()

    return press


async def test_disks_that_were_asked_for_too_early_come_when_core_is_up(core: Start) -> None:
    fake = core(machine())
    away = fake.socket.rename(fake.socket.with_name("away"))
    app = InstallApp(fake.socket, "en", clock=lambda: worlds.NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        person = Person(pilot)
        await person.sees("Nothing is written")
        await pilot.press("enter")
        await person.sees("On which disk", "Loading")
        away.rename(fake.socket)
        await person.sees("KINGSTON SA400S37240G SATA")
