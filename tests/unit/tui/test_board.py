"""The supervisor's board: what it shows, when it sounds, and that each key asks core for what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from appliance.api.board import Force, ForceBusy, Level, Listen, OfAgent
from appliance.site.exchange import Ear
from appliance.site.models import Role
from tests.unit.tui import board_world as worlds
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import SIZES, Person, app, keys
from tests.unit.tui.world import NOW, World
from tui.app import BranchboxApp
from tui.widgets.painted import Painted
from tui.widgets.table import Table

Start = Callable[[World], FakeCore]
STATES = ("full", "one", "thirty", "rush", "empty", "stale", "loading", "refused")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("state", STATES)
def test_board(core: Start, snap_compare: Any, state: str, language: str, size: str) -> None:
    fake = core(worlds.world(language, state))
    assert snap_compare(app(fake), terminal_size=SIZES[size], run_before=keys("f10"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("name", "struck"), [("menu", ["enter"]), ("why", ["k"]), ("help", ["f1"])])
def test_what_the_board_asks(core: Start, snap_compare: Any, name: str, struck: list[str], language: str) -> None:
    fake = core(worlds.world(language))
    assert snap_compare(app(fake), run_before=keys("f10", *struck))


WHY = ["n", "o", "w", "enter"]


@pytest.mark.parametrize(
    ("struck", "asked"),
    [
        (["l"], ("board/listen", Listen(agent="8001"))),
        (["w"], ("board/listen", Listen(agent="8001", ear=Ear.WHISPER))),
        (["b"], ("board/listen", Listen(agent="8001", ear=Ear.BARGE))),
        (["h"], ("board/answer_help", OfAgent(agent="8001"))),
        (["t", *WHY], ("board/take_over", Force(agent="8001", why="now"))),
        (["k", *WHY], ("board/disconnect", Force(agent="8001", why="now"))),
        (["o", *WHY], ("board/sign_out", Force(agent="8001", why="now"))),
        (["x", "l", "u", "n", "enter", *WHY], ("board/busy", ForceBusy(agent="8001", reason="lunch", why="now"))),
        (["enter", "w", "h", "i", "s", "enter"], ("board/listen", Listen(agent="8001", ear=Ear.WHISPER))),
    ],
)
async def test_a_key_asks_for_what_it_says(core: Start, struck: list[str], asked: tuple[str, object]) -> None:
    made = worlds.world()
    async with app(core(made)).run_test() as pilot:
        person = Person(pilot)
        await person.settled()
        await person.press("f10")
        await person.sees("ASKS HELP")
        await person.press(*struck)
        await person.sees("Done.")
    assert asked in made.asked


async def test_who_is_paused_is_forced_ready_and_not_listened_to(core: Start) -> None:
    made = worlds.world()
    assert made.board is not None
    paused = next(here for here in made.board.agents if str(here.agent.state) == "paused")
    made.board = made.board.model_copy(update={"agents": (paused,)})
    async with app(core(made)).run_test() as pilot:
        person = Person(pilot)
        await person.settled()
        await person.press("f10")
        await person.sees(paused.agent.number)
        await person.press("l", "y", *WHY)
        await person.sees("Done.")
    names = [name for name, _ in made.asked]
    assert "board/ready" in names
    assert "board/listen" not in names


async def test_nothing_is_forced_without_a_reason(core: Start) -> None:
    made = worlds.world()
    async with app(core(made)).run_test() as pilot:
        person = Person(pilot)
        await person.settled()
        await person.press("f10")
        await person.sees("ASKS HELP")
        await person.press("k", "enter", "escape")
        await person.sees("ASKS HELP")
    assert "board/disconnect" not in {name for name, _ in made.asked}


async def bells(core: Start, monkeypatch: pytest.MonkeyPatch, *struck: str, long: bool = False) -> int:
    """How often the terminal sounds when help is asked for after these keys, or somebody talks long, then again the
    same."""
    made = worlds.world()
    whole = made.board
    assert whole is not None
    calm = tuple(each.model_copy(update={"longest_level": Level.WARN}) for each in whole.queues)
    made.board = whole.model_copy(update={"agents": (), "queues": calm})
    one = app(core(made))
    rung: list[None] = []
    monkeypatch.setattr(one, "bell", lambda: rung.append(None))
    async with one.run_test() as pilot:
        person = Person(pilot)
        await person.settled()
        await person.press("f10")
        await person.sees("No agent is set up")
        await person.press(*struck)
        assert rung == []
        one_of = whole.agents[0]
        talks = one_of.model_copy(update={"help_since": None} if long else {})
        made.board = whole.model_copy(update={"queues": calm, "agents": (talks,)})
        await person.sees("talking !" if long else "ASKS HELP !")
        await person.quiet()
    return len(rung)


async def test_a_new_call_for_help_sounds_once(core: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await bells(core, monkeypatch) == 1


async def test_who_talks_too_long_sounds_once(core: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await bells(core, monkeypatch, long=True) == 1


async def test_a_muted_board_is_silent(core: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await bells(core, monkeypatch, "m") == 0


def greys(person: Person) -> set[bool]:
    """Whether queues, counts, agents and calls are drawn as old."""
    page = person.app.screen
    return {
        page.query_one("#agents", Table).stale,
        *(part.stale for part in page.query("#body Painted").results(Painted)),
    }


async def test_what_is_older_than_a_second_is_grey_and_says_from_when_it_is(core: Start) -> None:
    now = [NOW + 0.9]
    async with BranchboxApp(core(worlds.world()).socket, clock=lambda: now[0]).run_test() as pilot:
        person = Person(pilot)
        await person.settled()
        await person.press("f10")
        await person.sees("ASKS HELP")
        await person.quiet()
        assert "nothing below is live" not in person.screen()
        assert greys(person) == {False}
        now[0] = NOW + 1.1  # core goes on saying the same, as one would whose Asterisk is frozen
        await person.sees("As of 14:32:05: nothing below is live.")
        assert greys(person) == {True}


async def test_when_core_dies_all_is_grey_and_when_it_is_back_live_again_without_a_key(core: Start) -> None:
    made = worlds.world()
    fake = core(made)
    async with app(fake).run_test() as pilot:
        person = Person(pilot)
        await person.settled()
        await person.press("f10")
        await person.sees("ASKS HELP")
        fake.stop()
        await person.sees("No answer since", "nothing below is live", "ASKS HELP")
        assert greys(person) == {True}
        fake.start()
        await person.until(lambda: greys(person) == {False}, "live again")
        assert "nothing below is live" not in person.screen()


async def test_when_asterisk_dies_the_board_says_so(core: Start) -> None:
    made = worlds.world()
    async with app(core(made)).run_test() as pilot:
        person = Person(pilot)
        await person.settled()
        await person.press("f10")
        await person.sees("ASKS HELP")
        assert made.board is not None
        made.board = made.board.model_copy(update={"linked": False, "linked_since": NOW})
        await person.sees("nothing below is live", "ASKS HELP")
        assert greys(person) == {True}


@pytest.mark.parametrize(("role", "there"), [(Role.SUPERVISOR, True), (Role.MANAGER, True), (Role.TECHNICIAN, False)])
async def test_the_board_is_a_room_of_who_supervises(core: Start, role: Role, there: bool) -> None:
    made = worlds.world(role=role)
    async with app(core(made)).run_test() as pilot:
        person = Person(pilot)
        await person.settled()
        await person.press("f10")
        assert (person.app.current_mode == "board") is there
