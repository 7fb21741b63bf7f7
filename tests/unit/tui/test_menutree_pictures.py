"""The tree of calls on the screen: deep, with one menu, and with everything that can be wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from appliance.site import document as documents
from appliance.site.models import Language, Menu, SiteDocument
from appliance.site.types import Destination
from tests.unit.tui.fake_core import FakeCore
from tests.unit.tui.terminal import SIZES, app, keys
from tests.unit.tui.world import World, world

Start = Callable[[World], FakeCore]
LABELS = {
    Language.EN: ("Main menu", "Repair", "Television", "Set-top box", "No picture", "Frozen", "Sound", "Old menu"),
    Language.ZH: ("主菜单", "报修", "电视", "机顶盒", "无图像", "画面卡住", "声音", "旧菜单"),
}
NAMES = ("main", "repair", "tv", "box", "picture", "frozen", "sound", "old")
WAYS = {
    # Eight menus one below the other, each with a way back and one out.
    "deep": [{"1": f"menu:{below}", "0": "operator", "*": "back"} for below in NAMES[1:]] + [{"1": "queue:repair"}],
    # A pit that only leads back, a circle, and a menu that nothing leads to.
    "wrong": [
        {"1": "menu:repair", "2": "menu:tv", "0": "operator"},
        {"1": "menu:main", "2": "queue:repair"},
        {"1": "again", "2": "menu:box"},
        {"1": "back"},
    ],
    "one": [{"1": "queue:repair", "2": "queue:billing", "0": "operator"}],
}


def branch(language: Language, ways: list[dict[str, str]], *, forgotten: bool = False) -> SiteDocument:
    """The example branch with these menus."""
    menus = [
        Menu(
            name=NAMES[place],
            label=LABELS[language][place],
            greeting="branchbox/welcome",
            choices={key: Destination.parse(to) for key, to in choices.items()},
        )
        for place, choices in enumerate(ways)
    ]
    if forgotten:
        choices = {"1": Destination.parse("hangup")}
        menus.append(Menu(name="old", label=LABELS[language][7], greeting="branchbox/welcome", choices=choices))
    read, _ = documents.parse(documents.example(language))
    assert read is not None
    return read.model_copy(update={"menus": tuple(menus)})


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", WAYS)
def test_tree(core: Start, snap_compare: Any, name: str, language: Language, size: str) -> None:
    made = world(language)
    made.running = made.candidate = documents.dump(branch(language, WAYS[name], forgotten=name == "wrong"))
    assert snap_compare(app(core(made)), terminal_size=SIZES[size], run_before=keys("f8", "t"))
