"""Announcements, closures, messages, figures of menus: pictures, each key's question to core, the same by command."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from textual.pilot import Pilot

from appliance.api.closures import Switch
from appliance.api.messages import Done, OnPhone, Take
from appliance.api.prompts import ImportPrompt, PlayPrompt, PromptKey
from appliance.site.models import Language
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import SIZES, app
from tests.unit.tui.terminal import Person as AtTheKeys
from tests.unit.tui.voice_world import left
from tests.unit.tui.voice_world import world as voiced
from tests.unit.tui.world import World
from tui import cli
from tui.screens.messages import MessagesPage

Start = Callable[[World], FakeCore]
DESK = "the desk's messages"
"""No key, but the way of who has a desk: `v` on it."""
SCREENS: dict[str, tuple[str, ...]] = {
    "prompts": ("f8", "v"),
    "prompts-help": ("f8", "v", "f1"),
    "prompts-import": ("f8", "v", "i"),
    "prompts-speak": ("f8", "v", "down", "d"),
    "closures": ("f2", "o"),
    "closures-open": ("f2", "o", "enter"),
    "closures-close": ("f2", "o", "down", "enter"),
    "figures": ("f8", "t", "s"),
    "messages": (DESK,),
    "messages-done": (DESK, "e"),
}
LISTS = ("prompts", "closures", "figures", "messages")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(core: Start, snap_compare: Any, name: str, language: str, size: str) -> None:
    fake = core(voiced(language))
    assert snap_compare(app(fake), terminal_size=SIZES[size], run_before=keys(*SCREENS[name]))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", LISTS)
def test_empty(core: Start, snap_compare: Any, name: str, language: str) -> None:
    assert snap_compare(app(core(voiced(language, empty=True))), run_before=keys(*SCREENS[name]))


@pytest.mark.parametrize("name", LISTS)
def test_refused(core: Start, snap_compare: Any, name: str) -> None:
    world = voiced("zh")
    world.refuse = {"prompts/list", "closures/list", "menus/figures", "messages/list"}

    async def look(pilot: Pilot[None]) -> None:
        one = AtTheKeys(pilot)
        await one.settled()
        if name == "messages":
            pilot.app.push_screen(MessagesPage())
        else:
            await one.press(*SCREENS[name][:-1])
            await one.settled()
            await pilot.press(SCREENS[name][-1])
        await one.sees("Your role may not do")

    assert snap_compare(app(core(world)), run_before=look)


def asked(world: World, name: str) -> list[Any]:
    return [takes for method, takes in world.asked if method == name]


MAIN_ZH = {"name": "greeting", "language": Language.ZH}
FIRST = left(0).id


@pytest.mark.parametrize(
    ("pressed", "method", "takes"),
    [
        (("f8", "v", "down", "p", *"8021", "enter"), "prompts/play", PlayPrompt(**MAIN_ZH, phone="8021")),
        (("f8", "v", "down", "d", "y"), "prompts/speak", PromptKey(**MAIN_ZH)),
        (
            ("f8", "v", "down", "i", "enter"),
            "prompts/import",
            ImportPrompt(**MAIN_ZH, stick="sdb1", file="storm.mp3"),
        ),
        (("f2", "o", "enter", "y"), "closures/switch", Switch(name="storm", closed=False)),
        (("f2", "o", "down", "enter", "enter"), "closures/switch", Switch(name="meeting", closed=True)),
        (
            ("f2", "o", "down", "enter", "down", "enter"),
            "closures/switch",
            Switch(name="meeting", closed=True, announcement="greeting"),
        ),
        ((DESK, "t"), "messages/take", Take(id=FIRST)),
        ((DESK, "e", *"ok", "enter"), "messages/done", Done(id=FIRST, note="ok")),
        ((DESK, "p", *"8021", "enter"), "messages/play", OnPhone(id=FIRST, phone="8021")),
        ((DESK, "o", *"8021", "enter"), "messages/call_back", OnPhone(id=FIRST, phone="8021")),
    ],
)
async def test_each_key_asks_core(core: Start, pressed: tuple[str, ...], method: str, takes: Any) -> None:
    world = voiced()
    async with app(core(world)).run_test() as pilot:
        await keys(*pressed)(pilot)
        assert asked(world, method) == [takes]


# --- by command --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("prompts", "list"), 1, "missing"),
        (("prompts", "speak", "greeting", "zh"), 1, "box's voice"),
        (("prompts", "play", "greeting", "zh", "8021"), 0, "Phone 8021 plays it."),
        (("closures",), 0, "shut"),
        (("closure", "storm", "open"), 0, "storm"),
        (("messages",), 0, "13805772046"),
    ],
)
def test_the_same_as_text(
    core: Start, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, says: str
) -> None:
    assert cli.main(["--socket", str(core(voiced()).socket), "--lang", "en", *words]) == code
    assert says in capsys.readouterr().out


def test_a_file_is_sent_from_standard_input(core: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    world = voiced()
    stdin = SimpleNamespace(isatty=lambda: False, buffer=io.BytesIO(b"RIFF and so on"))
    monkeypatch.setattr("sys.stdin", stdin)
    cli.main(["--socket", str(core(world).socket), "prompts", "import", "greeting", "zh"])
    assert asked(world, "prompts/import") == [ImportPrompt(**MAIN_ZH)]
    assert [method for method, _ in world.asked if method.startswith("prompts/")][:2] == [
        "prompts/begin",
        "prompts/piece",
    ]


# --- at the keys -------------------------------------------------------------------------------


def keys(*pressed: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    async def press(pilot: Pilot[None]) -> None:
        one = AtTheKeys(pilot)
        await one.settled()
        if DESK in pressed:
            pilot.app.push_screen(MessagesPage())
            await one.settled()
        await one.press(*(key for key in pressed if key != DESK))
        await one.quiet()

    return press
