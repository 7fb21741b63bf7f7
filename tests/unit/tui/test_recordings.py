"""RECORDS > Recordings: pictures of every state, and each key's question to core; the same by command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from appliance.api.recordings import (
    Export,
    Hold,
    NewNote,
    NewPassphrase,
    Passphrase,
    Person,
    Play,
    Remove,
    Tag,
)
from appliance.api.wire import Empty
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.recording_world import found
from tests.unit.tui.recording_world import world as recorded
from tests.unit.tui.terminal import SIZES, app, keys
from tests.unit.tui.terminal import Person as AtTheKeys
from tests.unit.tui.world import World
from tui import cli

Start = Callable[[World], FakeCore]
ROOM = ("f7", "v")
WORDS = "fourwordsinarow"
SCREENS: dict[str, tuple[str, ...]] = {
    "list": ROOM,
    "filter": (*ROOM, "slash"),
    "bare": (*ROOM, "enter"),
    "paused": (*ROOM, "down", "enter"),
    "held": (*ROOM, "down", "down", "enter"),
    "removed": (*ROOM, *["down"] * 4, "enter"),
    "play": (*ROOM, "enter", "p"),
    "key": (*ROOM, "u"),
    "open": (*ROOM, "u", "o", "s", "e", "c"),
    "passphrase": (*ROOM, "u", "n"),
    "help": (*ROOM, "enter", "f1"),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(core: Start, snap_compare: Any, name: str, language: str, size: str) -> None:
    fake = core(recorded(language))
    assert snap_compare(app(fake), terminal_size=SIZES[size], run_before=keys(*SCREENS[name]))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["list", "key"])
def test_empty(core: Start, snap_compare: Any, name: str, language: str) -> None:
    fake = core(recorded(language, count=0, sealed=False))
    assert snap_compare(app(fake), run_before=keys(*SCREENS[name]))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_audit_that_found_something(core: Start, snap_compare: Any, language: str) -> None:
    fake = core(recorded(language, findings=6))
    assert snap_compare(app(fake), run_before=keys(*SCREENS["key"]))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_recovery_code(core: Start, snap_compare: Any, language: str) -> None:
    fake = core(recorded(language, sealed=False))
    assert snap_compare(app(fake), run_before=keys(*ROOM, "u", "n", *WORDS, "enter", *WORDS, "ctrl+s"))


def test_refused(core: Start, snap_compare: Any) -> None:
    world = recorded("zh")
    world.refuse = {"recordings/list"}

    async def look(pilot: Pilot[None]) -> None:
        await keys("f7")(pilot)
        await pilot.press("v")
        await AtTheKeys(pilot).sees("recordings/list")

    assert snap_compare(app(core(world)), run_before=look)


def test_loading(core: Start, snap_compare: Any) -> None:
    fake = core(recorded())

    async def look(pilot: Pilot[None]) -> None:
        await keys("f7")(pilot)
        fake.stop()
        await pilot.press("v")
        await AtTheKeys(pilot).sees("No answer since")

    assert snap_compare(app(fake, "en"), run_before=look)


def asked(world: World, name: str) -> list[Any]:
    return [takes for method, takes in world.asked if method == name]


FIRST = found(0).name


@pytest.mark.parametrize(
    ("pressed", "method", "takes"),
    [
        (("p", *"8021", "enter", *"why", "enter"), "play", Play(name=FIRST, phone="8021", why="why")),
        (("n", *"good", "enter"), "note", NewNote(name=FIRST, text="good")),
        (("b", *"1:05 rude", "enter"), "note", NewNote(name=FIRST, text="rude", at=65.0)),
        (("b", *"65 rude", "enter"), "note", NewNote(name=FIRST, text="rude", at=65.0)),
        (("t", *"coach", "enter"), "tag", Tag(name=FIRST, tag="coach")),
        (("h", *"court", "enter"), "hold", Hold(name=FIRST, why="court")),
        (("d", *"asked", "enter"), "remove", Remove(name=FIRST, why="asked")),
    ],
)
async def test_each_key_asks_core(core: Start, pressed: tuple[str, ...], method: str, takes: Any) -> None:
    world = recorded()
    async with app(core(world)).run_test() as pilot:
        await keys(*ROOM, "enter", *(named(key) for key in pressed))(pilot)
        assert asked(world, f"recordings/{method}") == [takes]


async def test_a_bookmark_without_a_place_is_not_sent(core: Start) -> None:
    world = recorded()
    async with app(core(world)).run_test() as pilot:
        await keys(*ROOM, "enter", "b", *"rude", "enter")(pilot)
        await AtTheKeys(pilot).sees("Write the place and some words")
        assert asked(world, "recordings/note") == []


async def test_a_hold_is_ended_with_the_same_key(core: Start) -> None:
    world = recorded()
    async with app(core(world)).run_test() as pilot:
        await keys(*ROOM, "down", "down", "enter", "h", *"over", "enter")(pilot)
        assert asked(world, "recordings/hold") == [Hold(name=found(2).name, why="over", off=True)]


@pytest.mark.parametrize(
    ("pressed", "method", "takes"),
    [
        (("o", *"secret", "enter"), "open", Passphrase(password="secret")),
        (("l",), "lock", Empty()),
        (("down", "down", "a", "y"), "key_admit", Person(login="li")),
        (("down", "down", "d", "y"), "key_drop", Person(login="li")),
        (
            ("n", *"fourwordsinarow", "enter", *"fourwordsinarow", "ctrl+s"),
            "key_ask",
            NewPassphrase(new="fourwordsinarow"),
        ),
    ],
)
async def test_each_key_of_the_key_asks_core(core: Start, pressed: tuple[str, ...], method: str, takes: Any) -> None:
    world = recorded()
    async with app(core(world)).run_test() as pilot:
        await keys(*ROOM, "u", *pressed)(pilot)
        assert asked(world, f"recordings/{method}") == [takes]


async def test_the_list_is_filtered_by_tag(core: Start) -> None:
    world = recorded()
    async with app(core(world)).run_test(size=(132, 43)) as pilot:
        await keys(*ROOM, "slash", *["tab"] * 7, *"training", "enter")(pilot)
        assert asked(world, "recordings/list")[-1].tag == "training"


# --- by command --------------------------------------------------------------------------------


def test_get_writes_the_sound(core: Start, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    world = recorded()
    fake = core(world)
    code = cli.main(["--socket", str(fake.socket), "--lang", "en", "recordings", "get", FIRST, "--why", "court"])
    assert (code, capsysbinary.readouterr().out) == (0, b"OggS and so on")
    assert asked(world, "recordings/export") == [Export(name=FIRST, why="court")]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("list", "--tag", "training"), 0, "WZN-1795216000.1-1.opus.sealed"),
        (("show", found(1).name), 0, "paused 0:42 at 1:01 by 8003"),
        (("state",), 0, "48211, 61.0 GB"),
        (("lock",), 0, "Locked for you."),
        (("audit",), 0, "Every recording is there and as it was filed."),
    ],
)
def test_the_same_as_text(
    core: Start, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, says: str
) -> None:
    fake = core(recorded())
    assert cli.main(["--socket", str(fake.socket), "--lang", "en", "recordings", *words]) == code
    assert says in capsys.readouterr().out


def test_a_passphrase_is_not_typed_where_everybody_sees_it(core: Start, capsys: pytest.CaptureFixture[str]) -> None:
    world = recorded()
    assert cli.main(["--socket", str(core(world).socket), "--lang", "en", "recordings", "open"]) == 1
    assert "use ssh -t" in capsys.readouterr().err
    assert asked(world, "recordings/open") == []


def test_an_audit_that_found_something_ends_with_problems(core: Start, capsys: pytest.CaptureFixture[str]) -> None:
    fake = core(recorded(findings=1))
    assert cli.main(["--socket", str(fake.socket), "--lang", "zh", "recordings", "audit", "--quick"]) == 1
    assert "被截断：80211 字节只剩 1400 字节" in capsys.readouterr().out


# --- at the keys -------------------------------------------------------------------------------


def named(key: str) -> str:
    """A letter as the terminal names its key."""
    return {":": "colon", " ": "space"}.get(key, key)
