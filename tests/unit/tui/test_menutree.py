"""The tree of calls shows every way once, and says what is wrong with it."""

from __future__ import annotations

from appliance.site import document as documents
from appliance.site.models import Menu, SiteDocument
from appliance.site.types import Destination
from tests.unit.asterisk_conf.trees import tree
from tui.menutree import LOOP, NO_WAY_OUT, SHOWN_ABOVE, UNREACHED, branches

BRANCH = documents.load(documents.example("en"))


def menu(name: str, **keys: str) -> Menu:
    choices = {key.removeprefix("k"): Destination.parse(to) for key, to in keys.items()}
    return Menu(name=name, label="x", greeting="branchbox/welcome", choices=choices)


def notes(*menus: Menu) -> dict[str, str]:
    document = BRANCH.model_copy(update={"menus": menus})
    return {branch.name: branch.note for branch in branches(document) if branch.kind == "menu" and branch.note}


def drawn(document: SiteDocument) -> list[str]:
    return [f"{each.lines}{each.by} {each.kind} {each.name}".rstrip() for each in branches(document)]


def test_the_example_branch() -> None:
    assert drawn(BRANCH)[:12] == [
        " did 96296",
        "├ closure closure storm",
        "├ hours hours always",
        "├  menu main",
        "│ ├ 1 queue repair",
        "│ ├ 2 queue billing",
        "│ ├ 9 menu office",
        "│ │ ├ 0 operator",
        "│ │ ├ 7 language zh",
        "│ │ ├ 8 language en",
        "│ │ ├ * back",
        "│ │ ├ # again",
    ]
    assert not any(branch.note for branch in branches(BRANCH))


def test_what_is_wrong_is_said() -> None:
    found = notes(
        menu("main", k1="menu:sub", k2="menu:stuck", k3="hangup"),
        menu("sub", k1="menu:main", k2="queue:repair"),
        menu("stuck", k1="again", k2="menu:pit"),
        menu("pit", k1="back"),
        menu("forgotten", k1="hangup"),
    )
    assert found == {"main": LOOP, "stuck": NO_WAY_OUT, "pit": NO_WAY_OUT, "forgotten": UNREACHED}


def test_a_menu_with_two_ways_to_it_is_drawn_once() -> None:
    found = notes(menu("main", k1="menu:sub", k2="menu:sub"), menu("sub", k1="hangup"))
    assert found == {"sub": SHOWN_ABOVE}


def test_every_menu_of_any_tree_is_drawn_and_the_drawing_ends() -> None:
    for seed in range(200):
        document = tree(seed)
        lines = branches(document)
        whole = [line.name for line in lines if line.kind == "menu" and line.note not in {LOOP, SHOWN_ABOVE}]
        assert sorted(whole) == sorted(each.name for each in document.menus)
